import type { ObservedFigure, ObservedRun } from "../spec/observed-run.ts";
import { studentQuantile } from "../stats/student-t.ts";
import type { Swing } from "./interval.ts";

/**
 * What settled runs teach the next estimate: a factor on the raw figure for each stack, GPU and method, and how far the next
 * run may still lie from it. Nothing is stored: it is a fold of the ledger, made anew each time.
 */

export type RunKind = Pick<ObservedRun, "stack" | "gpu" | "method">;

export const FIGURES = ["speed", "memory"] as const;
export type Figure = (typeof FIGURES)[number];

/** What past runs make of a raw figure: `raw x factor`. */
export interface Correction {
  /** 1 when nothing is known. */
  factor: number;
  /** Settled runs of the same stack, GPU and method. */
  runs: number;
  /** Those of the same stack with another method or on another GPU. */
  related: number;
  /** Squared distances of the runs' log ratios from their median, added up. */
  squares: number;
  /** What is not believed of their median, on the log scale; above 0 where they say more than the factor. */
  held: number;
}

/**
 * Doubt that each level of grouping starts with, in runs: one run is believed by two thirds, three by six sevenths.
 * Published speeds alone decide little, since most stacks lie near the estimate: anything from none to two serves them
 * alike. A stack at half of the estimated speed decides: after three runs its median error is 12 % with half a run of doubt,
 * 19 % with one, 31 % with two, while none lets a single odd run in full (`node bench/calibration.ts`).
 */
export const DOUBT_RUNS = 0.5;

/** Share of what `runs` runs say that is believed, 0 to 1. */
export const trustIn = (runs: number, doubt = DOUBT_RUNS): number => runs / (runs + doubt);

/** No estimate is off by more: a ratio beyond it is a wrong unit or clock, and teaches nothing. */
const LARGEST_RATIO = 10;

/** measured / estimated; null when it was not measured or cannot be right. */
export function ratioOf(observed: ObservedFigure | null): number | null {
  if (observed === null) return null;
  const ratio = observed.actual / observed.estimated;
  return ratio > LARGEST_RATIO || ratio < 1 / LARGEST_RATIO ? null : ratio;
}

/**
 * The correction of a figure for one kind of run. From far to near, each run counted once: runs of the stack on other GPUs,
 * then with another method on this GPU, then of this very kind. The median of each level moves the log of the factor
 * towards itself by {@link trustIn}, so that a kind without a run of its own starts from its relatives.
 */
export function correctionOf(
  runs: readonly ObservedRun[],
  { stack, gpu, method }: RunKind,
  figure: Figure,
  doubt = DOUBT_RUNS,
): Correction {
  const [elsewhere, otherMethod, same]: [number[], number[], number[]] = [[], [], []];
  for (const run of runs) {
    const ratio = run.stack === stack ? ratioOf(run[figure]) : null;
    if (ratio === null) continue;
    const level = run.gpu !== gpu ? elsewhere : run.method !== method ? otherMethod : same;
    level.push(Math.log(ratio));
  }
  const log = [elsewhere, otherMethod, same].reduce(
    (known, logs) =>
      logs.length === 0 ? known : known + trustIn(logs.length, doubt) * (median(logs) - known),
    0,
  );
  const centre = median(same);
  return {
    factor: Math.exp(log),
    runs: same.length,
    related: elsewhere.length + otherMethod.length,
    squares: same.reduce((sum, value) => sum + (value - centre) ** 2, 0),
    held: same.length === 0 ? 0 : centre - log,
  };
}

/** Runs that the swing of an uncalibrated estimate is worth beside the spread of the observed ones. */
const PRIOR_FREEDOM = 3;

/**
 * Share of the variance of an uncalibrated estimate that lies inside one kind of run and is no stack's own. With a half,
 * 80 % intervals hold 81 % of published speeds after one run and 89 % after three; with a third, 75 and 86 %.
 */
const INSIDE = 0.5;

/** An 80 % interval of a normal reaches so many standard deviations to each side. */
const Z_90 = 1.2816;

/**
 * How far the next run may lie from the corrected figure, at 80 %. Without runs of its kind that is the swing of the raw
 * estimate, `prior`. With n of them it is Student's t with n + 2 degrees of freedom, so few runs give a wide one:
 * spread² = (3 inside² + squares) / (n + 2), where inside² is the part of the variance of `prior` that lies inside one kind
 * ({@link INSIDE}), times 1 + 1 / (n + 0.5) for what is left to learn of the factor. Never narrower than
 * the observed runs' own spread says. What the factor does not believe of them may be true all the same: it widens the side
 * to which it points.
 */
export function calibratedSwing(
  prior: Swing,
  { runs, squares, held }: Pick<Correction, "runs" | "squares" | "held">,
): Swing {
  if (runs === 0) return prior;
  const freedom = PRIOR_FREEDOM + runs - 1;
  const own = runs > 1 ? squares / (runs - 1) : 0;
  const reach = studentQuantile(0.9, freedom) * Math.sqrt(1 + 1 / (runs + DOUBT_RUNS));
  const half = (side: number): number => {
    const inside = INSIDE * (Math.log(side) / Z_90) ** 2;
    return reach * Math.sqrt(Math.max((PRIOR_FREEDOM * inside + squares) / freedom, own));
  };
  return {
    low: Math.exp(-Math.hypot(half(prior.low), Math.min(0, held))),
    high: Math.exp(Math.hypot(half(prior.high), Math.max(0, held))),
  };
}

/** 0 of none: then nothing moves. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const last = sorted.length - 1;
  const [low = 0, high = 0] = [sorted[Math.floor(last / 2)], sorted[Math.ceil(last / 2)]];
  return (low + high) / 2;
}
