import { toUsd } from "../../core/units.ts";
import { judge } from "../judgement.ts";
import { months, usd } from "../wording.ts";
import type { Rule } from "./rule.ts";

/**
 * The question the gate exists for. The expected return counts that the adapter is deployed only if it passes the promotion
 * bar; a run that a larger test split would make pay is deferred by `EvaluationUnderpowered` instead.
 */
export const netBenefitPositive: Rule = ({ facts, value, largerTest }) => {
  if (value === null) return [];
  const { hurdle } = facts.policy;
  const returned = value.nbWithBar + value.costHigh;
  const sentence = `The run costs up to ${usd(value.costHigh)} and is expected to return ${usd(returned)} over ${months(facts.useCase.horizonMonths)}, counting only an adapter that passes the promotion bar`;
  if (value.nbWithBar <= 0) {
    if (largerTest !== null) return [];
    return [
      judge("GainBelowCost", "reject", {
        message: `${sentence}.`,
        value: toUsd(returned),
        threshold: toUsd(value.costHigh),
      }),
    ];
  }
  const needed = hurdle * value.costHigh;
  if (value.nbWithBar >= needed) return [];
  return [
    judge("GainBelowHurdle", "reject", {
      message: `${sentence}: ${usd(value.nbWithBar)} net, and the policy asks for ${hurdle === 1 ? "as much as" : `${hurdle} times`} the cost, ${usd(needed)}.`,
      value: toUsd(value.nbWithBar),
      threshold: toUsd(needed),
    }),
  ];
};
