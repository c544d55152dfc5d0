import type { MicroUsd, Seconds } from "../units.ts";
import type { Estimate } from "./estimate.ts";
import { EVALUATION_TERM } from "./time.ts";

/**
 * What a run alone is expected to cost: its machine for everything but the evaluation, which is a job of its own. Null
 * without a price.
 */
export function estimatedRunCost(estimate: Estimate): MicroUsd | null {
  if (estimate.cost === null) return null;
  const evaluation = estimate.time.terms.filter(({ name }) => name === EVALUATION_TERM);
  const seconds = evaluation.reduce((left, { value }) => left - value, estimate.time.expected);
  return actualCost(estimate, Math.max(0, seconds)).microUsd;
}

/**
 * What a run cost that held its machine for `seconds`: its share of the machine and, on a node that is paid for whole, the
 * GPUs beside it that nobody could use. Prices are those of the estimate that was approved. Zero for a placement without a
 * price, which the client refuses before it starts one.
 */
export function actualCost(
  { cost, placement }: Estimate,
  seconds: Seconds,
): { microUsd: MicroUsd; strandedMicroUsd: MicroUsd } {
  const machine = ((cost?.perHourMicroUsd ?? 0) * seconds) / 3600;
  const share = placement.nodeGpus > 0 ? Math.min(1, placement.gpuCount / placement.nodeGpus) : 1;
  const used = Math.round(machine * share);
  const strandedMicroUsd = Math.round(machine * (1 - share));
  return { microUsd: used + strandedMicroUsd, strandedMicroUsd };
}
