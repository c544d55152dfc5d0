import type { MicroUsd, Seconds } from "../units.ts";
import { nodeShare } from "./cost.ts";
import type { Estimate } from "./estimate.ts";
import { SPEED_TERMS } from "./time.ts";

/**
 * What a run alone was expected to cost before past runs corrected its speed: its machine for everything but the
 * evaluation, which is a job of its own. Charges beside the machine (storage, network, review, labels) are not metered by
 * the run and are in neither side of the comparison. `training` is the part that goes by the speed. Null without a price.
 */
export function estimatedRunCost(
  estimate: Estimate,
): { microUsd: MicroUsd; training: MicroUsd } | null {
  if (estimate.cost === null) return null;
  const secondsOf = (bySpeed: boolean): Seconds =>
    estimate.time.terms
      .filter(({ phase, name }) => phase !== "evaluation" && SPEED_TERMS.includes(name) === bySpeed)
      .reduce((sum, { value }) => sum + value, 0);
  const fixed = secondsOf(false);
  const training = estimate.calibration.speed.factor * secondsOf(true);
  return {
    microUsd: actualCost(estimate, fixed + training).microUsd,
    training: actualCost(estimate, training).microUsd,
  };
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
