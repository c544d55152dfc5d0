import { isLate } from "../core/estimate/preference.ts";
import type { Alternative } from "../core/spec/gate-decision.ts";
import type { GateFacts } from "../core/spec/gate-facts.ts";
import { formatPercent, formatUsd, type MicroUsd } from "../core/units.ts";
import type { GateContext } from "./context.ts";
import { gateReason } from "./effects.ts";
import { isBlocking, type Judgement } from "./judgement.ts";

/** Placements that fit, keep the deadline and cost less than the job's own, cheapest first. */
export function cheaperAlternatives(facts: GateFacts): { label: string; costHigh: MicroUsd }[] {
  const own = facts.estimate.cost?.high ?? 0;
  return facts.alternatives
    .flatMap(({ label, estimate }) =>
      estimate.cost !== null &&
      estimate.memory.fit === "fits" &&
      !mayBeLate(facts, estimate) &&
      estimate.cost.high < own
        ? [{ label, costHigh: estimate.cost.high }]
        : [],
    )
    .sort((a, b) => a.costHigh - b.costHigh);
}

const mayBeLate = ({ job }: GateFacts, { time }: GateFacts["estimate"]): boolean =>
  isLate(time.high, job.deadlineSeconds ?? undefined);

/** Every alternative with its price and what it is worth, and the prompt alone where the gain does not pay. */
export function describeAlternatives(
  { facts, baseline }: GateContext,
  judgements: readonly Judgement[],
): Alternative[] {
  const listed = facts.alternatives.map(({ label, estimate }) => ({
    label,
    costHighMicroUsd: estimate.cost?.high ?? null,
    note: noteOn(estimate, facts.estimate.cost?.high ?? null, mayBeLate(facts, estimate)),
  }));
  const doesNotPay = judgements.some(
    (judgement) => isBlocking(judgement) && gateReason(judgement.code).liftedBy === "exploration",
  );
  if (!doesNotPay || baseline === null) return listed;
  return [
    ...listed,
    {
      label: "the best prompt alone",
      costHighMicroUsd: 0,
      note: `scores ${formatPercent(baseline.score, 1)} on the same test split, without training`,
    },
  ];
}

function noteOn(estimate: GateFacts["estimate"], own: MicroUsd | null, late: boolean): string {
  if (estimate.memory.fit === "does-not-fit") return "does not fit the memory";
  if (late) return "may miss the deadline";
  const fit = estimate.memory.fit === "borderline" ? "may run out of memory" : "fits the memory";
  if (estimate.cost === null) {
    return `${fit}; ${estimate.unknowns[0]?.message ?? "its price is unknown"}`;
  }
  if (own === null) return fit;
  const difference = estimate.cost.high - own;
  if (difference === 0) return `${fit}; costs the same`;
  return `${fit}; ${formatUsd(Math.abs(difference))} ${difference < 0 ? "less" : "more"}`;
}
