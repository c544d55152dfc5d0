import type { Estimate } from "../core/estimate/estimate.ts";
import type { GateDecision } from "../core/spec/gate-decision.ts";
import { type NormalInverseGamma, observe, predict } from "../core/stats/normal-inverse-gamma.ts";
import { studentQuantile } from "../core/stats/student-t.ts";
import { toMicroUsd } from "./rounding.ts";

export type JudgedCost = NonNullable<GateDecision["cost"]>;

/** Belief about log(actual / estimate), worth one run: no bias, and a spread of about 30 %. */
export const COST_RATIO_PRIOR: NormalInverseGamma = { mu: 0, kappa: 1, alpha: 2, beta: 0.05 };

/** Factors on the raw estimate: the expected actual, and the one that nine in ten runs stay below. */
export function costFactors(belief: NormalInverseGamma): { expected: number; high: number } {
  const { mean, scale, df } = predict(belief);
  return {
    expected: Math.exp(mean),
    high: Math.exp(mean + studentQuantile(0.9, df) * scale),
  };
}

/**
 * The cost to judge. Without past runs it is the estimate's own; with them, their ratios of actual to estimate replace
 * its spread. Each ratio is against an estimate whose speed was corrected as this one's is (docs/cost-gate.md): ratios to
 * the raw estimate, applied to a corrected one, would take the bias off twice. They are ratios of what machines cost, so
 * labels and other charges stay as they are.
 */
export function judgedCost(
  cost: Estimate["cost"],
  costRatios: readonly number[],
): JudgedCost | null {
  if (cost === null) return null;
  if (costRatios.length === 0) {
    return {
      expectedMicroUsd: toMicroUsd(cost.expected),
      highMicroUsd: toMicroUsd(cost.high),
      pastRuns: 0,
    };
  }
  const factors = costFactors(observe(COST_RATIO_PRIOR, costRatios.map(Math.log)));
  const { chargesMicroUsd } = cost;
  const machine = cost.expected - chargesMicroUsd;
  return {
    expectedMicroUsd: toMicroUsd(chargesMicroUsd + machine * factors.expected),
    highMicroUsd: toMicroUsd(chargesMicroUsd + machine * factors.high),
    pastRuns: costRatios.length,
  };
}
