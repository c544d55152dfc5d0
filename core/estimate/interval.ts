import type { Range } from "../units.ts";

/** How far a figure may lie from its estimate: factors, `low` <= 1 <= `high`, at the 10th and 90th percentile. */
export interface Swing {
  low: number;
  high: number;
}

/** A CPU run is calibrated on four runs of this project: wider than their spread, for other machines. */
export const CPU_MEMORY_SWING: Swing = { low: 0.7, high: 1.4 };
export const CPU_SPEED_SWING: Swing = { low: 0.6, high: 1.5 };

/** A card that nobody published a speed of: the spread of the best utilisation over cards, 0.54 to 0.89 around 0.6. */
export const UNMEASURED_CARD: Swing = { low: 0.75, high: 1.4 };

/** The range of a figure under independent swings, which add in quadrature on the log scale. */
export function rangeOf(expected: number, swings: readonly Swing[]): Range {
  const spread = (side: keyof Swing): number =>
    Math.sqrt(swings.reduce((sum, swing) => sum + Math.log(swing[side]) ** 2, 0));
  return {
    low: expected * Math.exp(-spread("low")),
    expected,
    high: expected * Math.exp(spread("high")),
  };
}

/** Inputs that move a result by less need no wider interval. */
const LARGE = 0.15;

/**
 * The swing of an input that the job leaves open: half of the way (on the log scale) from the figure under the trainer's
 * default to the figure under the other plausible setting. Undefined when that is under 15 %.
 */
export function swingOfUnknown(expected: number, other: number): Swing | undefined {
  if (Math.abs(other / expected - 1) <= LARGE) return undefined;
  const half = Math.sqrt(other / expected);
  return { low: Math.min(1, half), high: Math.max(1, half) };
}

/** The range of a sum of independent figures: deviations add in quadrature. */
export function sumOf(ranges: readonly Range[]): Range {
  const expected = ranges.reduce((sum, range) => sum + range.expected, 0);
  const spread = (side: "low" | "high"): number =>
    Math.sqrt(ranges.reduce((sum, range) => sum + (range[side] - range.expected) ** 2, 0));
  return { low: expected - spread("low"), expected, high: expected + spread("high") };
}

/** The range of 1 / x. */
export const inverse = (swing: Swing): Swing => ({ low: 1 / swing.high, high: 1 / swing.low });
