import type { Range, Seconds } from "../units.ts";
import { rangeOf, type Swing, sumOf } from "./interval.ts";

/** What a second is spent on; costs are grouped by it. Rework is that of the run; the evaluation's is its own. */
export const PHASES = ["start-up", "training", "rework", "evaluation", "idle"] as const;
export type Phase = (typeof PHASES)[number];

export interface TimePart {
  phase: Phase;
  name: string;
  seconds: Range;
  /** How the figure comes about, and who says so. */
  note: string;
}

export const timePart = (
  phase: Phase,
  name: string,
  seconds: Seconds,
  swings: readonly Swing[],
  note: string,
): TimePart => ({ phase, name, seconds: rangeOf(seconds, swings), note });

export const scaled = ({ low, expected, high }: Range, factor: number): Range => ({
  low: low * factor,
  expected: expected * factor,
  high: high * factor,
});

/** The range of a sum of figures that are large together and small together. */
export const linearSum = (ranges: readonly Range[]): Range =>
  ranges.reduce(
    (sum, { low, expected, high }) => ({
      low: sum.low + low,
      expected: sum.expected + expected,
      high: sum.high + high,
    }),
    { low: 0, expected: 0, high: 0 },
  );

/** How often a phase is gone through in a sweep: every run is trained, and only the winner meets the test split. */
export const timesInSweep = (phase: Phase, sweepRuns: number): number =>
  phase === "evaluation" ? 1 : sweepRuns;

/** Seconds that a part takes in a sweep of so many runs. */
export const ofSweep = ({ phase, seconds }: TimePart, sweepRuns: number): Range =>
  scaled(seconds, timesInSweep(phase, sweepRuns));

/**
 * The range of the time of all parts: what happens before training goes fast or slow by itself, and a slow device makes
 * everything after it slow.
 */
export function timeRange(parts: readonly TimePart[], sweepRuns = 1): Range {
  const of = (wanted: boolean) =>
    parts
      .filter(({ phase }) => (phase === "start-up") === wanted)
      .map((part) => ofSweep(part, sweepRuns));
  return sumOf([...of(true), linearSum(of(false))]);
}

/** Seconds from start to result: an empty node that waits for its removal is paid for, and delays nobody. */
export const untilResult = (parts: readonly TimePart[]): TimePart[] =>
  parts.filter(({ phase }) => phase !== "idle");
