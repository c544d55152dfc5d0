import type { MicroUsd, Seconds } from "../units.ts";
import { nodeShare } from "./cost.ts";
import type { Estimate } from "./estimate.ts";
import { EVALUATION_TERMS } from "./time.ts";

/**
 * What a run alone is expected to cost: its machine for everything but the evaluation, which is a job of its own. Charges
 * beside the machine (storage, network, review, labels) are not metered by the run and are in neither side of the
 * comparison. Null without a price.
 */
export function estimatedRunCost(estimate: Estimate): MicroUsd | null {
  if (estimate.cost === null) return null;
  const evaluation = estimate.time.terms.filter(({ name }) => EVALUATION_TERMS.includes(name));
  const seconds = evaluation.reduce((left, { value }) => left - value, estimate.time.expected);
  return actualCost(estimate, Math.max(0, seconds)).microUsd;
}

/**
 * What a run cost that held its machine for `seconds`: its GPUs, and its part of those that nobody used, under the prices
 * and the use of the node that were estimated. Zero for a placement without a price, which the client refuses before it
 * starts one.
 */
export function actualCost(
  { cost, placement }: Estimate,
  seconds: Seconds,
): { microUsd: MicroUsd; strandedMicroUsd: MicroUsd } {
  if (cost === null) return { microUsd: 0, strandedMicroUsd: 0 };
  const machine = (cost.perHourMicroUsd * seconds) / 3600;
  const { packed, expected } = nodeShare({
    gpus: placement.gpuCount,
    nodeGpus: placement.nodeGpus,
    othersBusy: cost.othersBusy,
  });
  const used = Math.round(machine * packed);
  const strandedMicroUsd = Math.round(machine * (expected - packed));
  return { microUsd: used + strandedMicroUsd, strandedMicroUsd };
}
