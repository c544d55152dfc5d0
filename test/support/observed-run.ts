import type { ObservedFigure, ObservedRun } from "../../core/spec/observed-run.ts";

/** A figure that was estimated at 100 (80 to 125) and measured at `ratio` times that. */
export const observedFigure = (ratio: number): ObservedFigure => ({
  low: 80,
  estimated: 100,
  high: 125,
  actual: 100 * ratio,
});

/** A settled run of this project's trainer with LoRA on an L40S whose speed was `speed` times the estimate. */
export const observedRun = (
  speed: number | null,
  over: Partial<ObservedRun> = {},
): ObservedRun => ({
  stack: "tunekit-trl",
  gpu: "L40S",
  method: "lora",
  speed: speed === null ? null : observedFigure(speed),
  memory: null,
  ...over,
});
