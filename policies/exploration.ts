import { formatPercent, toUsd } from "../core/units.ts";
import type { GateContext } from "./context.ts";
import { gateReason } from "./effects.ts";
import { isBlocking, type Judgement, judge } from "./judgement.ts";
import { usd } from "./wording.ts";

/**
 * Refused runs give no outcome, so a gate that only refuses never learns that it is too strict. A share of the budget may
 * go to runs whose only fault is their expected gain: those refusals become warnings and the run is approved as `Exploration`.
 */
export function explore(context: GateContext, judgements: readonly Judgement[]): Judgement[] {
  const { cost, facts } = context;
  const { budget, policy } = facts;
  const refusals = judgements.filter(isBlocking);
  const onGainAlone =
    refusals.length > 0 &&
    refusals.every(({ code }) => gateReason(code).liftedBy === "exploration");
  if (!onGainAlone || budget === null || cost === null) return [...judgements];
  const allowance = policy.explorationShare * budget.limitMicroUsd;
  const after = budget.exploredMicroUsd + cost.highMicroUsd;
  if (after > allowance) return [...judgements];
  return [
    ...judgements.map((judgement) =>
      isBlocking(judgement)
        ? { ...judgement, effect: "warning" as const, severity: "warning" as const }
        : judgement,
    ),
    judge("Exploration", "info", {
      message: `The gain alone would not justify this run; it is approved from the ${formatPercent(policy.explorationShare)} of the budget that is kept for learning, ${usd(after)} of ${usd(allowance)} used with it.`,
      value: toUsd(after),
      threshold: toUsd(allowance),
    }),
  ];
}
