import type { ObservedRun } from "../spec/observed-run.ts";
import type { Bytes } from "../units.ts";
import {
  type Correction,
  calibratedSwing,
  correctionOf,
  FIGURES,
  type Figure,
  type RunKind,
} from "./calibration.ts";
import type { Assumption, Calibration, Estimate } from "./estimate.ts";
import type { Swing } from "./interval.ts";
import { fitWithin } from "./memory-fit.ts";
import type { Speed } from "./speed.ts";

/** The trainer that estimates are made for (jobs/trainer), by the name that settled runs carry. */
export const ESTIMATED_STACK = "tunekit-trl";

/** What settled runs say of one kind of run. */
export type PastRuns = { kind: RunKind } & Record<Figure, Correction>;

export function pastRuns(
  runs: readonly ObservedRun[],
  { gpu, method }: Pick<RunKind, "gpu" | "method">,
): PastRuns {
  const kind = { stack: ESTIMATED_STACK, gpu, method };
  const of = (figure: Figure) => correctionOf(runs, kind, figure);
  return { kind, speed: of("speed"), memory: of("memory") };
}

/** The speed as past runs correct it. Validation follows: it is the same program on the same device. */
export function calibrateSpeed(
  { speed, swing }: { speed: Speed; swing: Swing },
  correction: Correction,
): { speed: Speed; swing: Swing } {
  return {
    speed: {
      ...speed,
      tokensPerSecond: speed.tokensPerSecond * correction.factor,
      utilisation: speed.utilisation * correction.factor,
    },
    swing: calibratedSwing(swing, correction),
  };
}

/** Memory before correction, and the part of it that a trainer reports: the peak of what it allocates. */
export interface RawMemory {
  memory: Estimate["memory"];
  peak: Bytes;
}

/** The memory as past runs correct it: a term of its own, so that the terms still add up, and a fit judged anew. */
export function calibrateMemory(
  { memory, peak }: RawMemory,
  correction: Correction,
): Estimate["memory"] {
  if (!isKnown(correction)) return memory;
  const change = Math.round(peak * (correction.factor - 1));
  const expected = memory.expected + change;
  const { low, high } = calibratedSwing(swingOf(memory), correction);
  return {
    ...memory,
    low: Math.round(expected * low),
    expected,
    high: Math.round(expected * high),
    terms: [
      ...memory.terms,
      { name: "correction by past runs", value: change, note: settledRuns(correction) },
    ],
    mayShowBytes: Math.max(expected, Math.min(memory.usableBytes, memory.mayShowBytes + change)),
    fit: fitWithin({ expected, high: expected * high }, memory.usableBytes),
  };
}

/** What the estimate records: settled runs are held against the raw figures. */
export function calibrationOf(
  { past, raw }: { past: PastRuns; raw: { speed: Speed; swing: Swing } },
  { memory, peak }: RawMemory,
): Calibration {
  return {
    stack: past.kind.stack,
    speed: recorded(raw.speed.tokensPerSecond, raw.swing, past.speed),
    memory: recorded(peak, swingOf(memory), past.memory),
  };
}

const recorded = (
  raw: number,
  { low, high }: Swing,
  { factor, runs, related }: Correction,
): Calibration["speed"] => ({ raw, low: raw * low, high: raw * high, factor, runs, related });

const swingOf = ({ low, expected, high }: Estimate["memory"]): Swing => ({
  low: low / expected,
  high: high / expected,
});

/** What was taken from past runs, as an estimate says it. */
export function calibrationAssumptions(past: PastRuns): Assumption[] {
  const { stack, gpu, method } = past.kind;
  return FIGURES.filter((figure) => isKnown(past[figure])).map((figure) => {
    const correction = past[figure];
    const which = correction.runs > 0 ? `${method} on ${gpu}` : "with another method or GPU";
    return {
      name: `${figure} corrected by past runs`,
      value: `x ${correction.factor.toFixed(2)}`,
      source: `${settledRuns(correction)} of ${stack} ${which}`,
    };
  });
}

const isKnown = ({ runs, related }: Correction): boolean => runs + related > 0;

function settledRuns({ runs, related }: Correction): string {
  const count = runs > 0 ? runs : related;
  return `${count} settled run${count === 1 ? "" : "s"}`;
}
