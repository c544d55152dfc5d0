import type { GainEstimate, ValueEstimate } from "../core/spec/gate-decision.ts";
import type { GateFacts } from "../core/spec/gate-facts.ts";
import { type Baseline, comparableBaseline } from "./baseline.ts";
import { estimateGain } from "./gain/gain-estimate.ts";
import { type JudgedCost, judgedCost } from "./judged-cost.ts";
import { netBenefitWithBar } from "./value/net-benefit.ts";
import { type LargerTest, largerTest } from "./value/test-size.ts";
import { estimateValue, promotionBar, stakesOf } from "./value/value-estimate.ts";

/** What the rules share, worked out once. A part is null where the facts do not carry it; the rule for that part says why. */
export interface GateContext {
  facts: GateFacts;
  /** Instant of the decision, in milliseconds. */
  now: number;
  /** Examples of all three splits. */
  examples: number;
  baseline: Baseline | null;
  cost: JudgedCost | null;
  gain: GainEstimate | null;
  value: ValueEstimate | null;
  /** A larger test split at which a run that does not pay now would; null when it pays, or pays at none. */
  largerTest: LargerTest | null;
}

export function contextOf(facts: GateFacts): GateContext {
  const { dataset, estimate, history } = facts;
  const baseline = comparableBaseline(facts);
  const cost = judgedCost(estimate.cost, history?.costRatios ?? []);
  const gain = baseline === null ? null : estimateGain(facts, baseline);
  return {
    facts,
    now: Date.parse(facts.now),
    examples: dataset.train + dataset.validation + dataset.test,
    baseline,
    cost,
    gain,
    ...valueParts(facts, gain, cost),
  };
}

function valueParts(
  facts: GateFacts,
  gain: GainEstimate | null,
  cost: JudgedCost | null,
): Pick<GateContext, "value" | "largerTest"> {
  const { dataset, policy } = facts;
  if (gain === null || cost === null || dataset.test === 0) {
    return { value: null, largerTest: null };
  }
  const stakes = stakesOf(facts, gain, cost.highMicroUsd);
  const value = estimateValue(facts, stakes, dataset.test);
  if (value.nbWithBar > 0) return { value, largerTest: null };
  const bar = promotionBar(facts, stakes);
  const benefitAt = (items: number): number =>
    netBenefitWithBar(stakes, { items, discordant: policy.discordantShare }, bar).nb;
  return { value, largerTest: largerTest(benefitAt, dataset.test, policy.labelCostPerRow) };
}
