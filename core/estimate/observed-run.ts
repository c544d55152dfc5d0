import type { ObservedFigure, ObservedRun } from "../spec/observed-run.ts";
import type { RunResult } from "../spec/run.ts";
import type { Calibration, Estimate } from "./estimate.ts";

/**
 * What a run measured, beside what was estimated of it before any correction: on a corrected figure the bias would be taken
 * off twice. Null when nothing was measured.
 */
export function observedRun(
  { calibration, placement }: Pick<Estimate, "calibration" | "placement">,
  { stepTokens, stepSeconds, peakMemoryBytes }: RunResult,
): ObservedRun | null {
  const speed = stepTokens && stepSeconds ? stepTokens / stepSeconds : null;
  const { stack } = calibration;
  const observed = {
    stack,
    gpu: placement.gpu,
    method: placement.variant.method,
    speed: beside(calibration.speed, speed),
    memory: beside(calibration.memory, peakMemoryBytes),
  };
  return observed.speed === null && observed.memory === null ? null : observed;
}

const beside = (
  { raw, low, high }: Calibration["speed"],
  actual: number | null,
): ObservedFigure | null => (actual ? { low, estimated: raw, high, actual } : null);
