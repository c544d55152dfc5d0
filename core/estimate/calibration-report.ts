import type { ObservedRun } from "../spec/observed-run.ts";
import {
  type Correction,
  calibratedSwing,
  correctionOf,
  FIGURES,
  type Figure,
  median,
  type RunKind,
  ratioOf,
} from "./calibration.ts";
import type { Swing } from "./interval.ts";

/** How well one figure of one kind of run is known. */
export interface CalibrationGroup extends RunKind {
  figure: Figure;
  runs: number;
  /** Median of measured / raw estimate. */
  ratio: number;
  /** What the next estimate is multiplied by. */
  factor: number;
  related: number;
  /**
   * Median of |estimate / measured - 1|: of the raw estimate, and of the estimate as the other runs correct it. No run is
   * corrected by itself.
   */
  error: { before: number; after: number };
  /** 80 % intervals of the next run, as factors on the raw estimate. */
  interval: { before: Swing; after: Swing };
  /** Runs until the correction rests on {@link ENOUGH_RUNS}. */
  missing: number;
}

export interface CalibrationReport {
  groups: CalibrationGroup[];
  /** Measured figures more than ten times off, which teach nothing. */
  implausible: number;
}

/** After so many runs of a kind a stack at half of the estimated speed is 12 % off (`node bench/calibration.ts`). */
export const ENOUGH_RUNS = 3;

/** What the settled runs make of the estimates, each kind and figure in a row; those with most runs first. */
export function calibrationReport(runs: readonly ObservedRun[]): CalibrationReport {
  const groups = FIGURES.flatMap((figure) => {
    const measured = runs.filter((run) => ratioOf(run[figure]) !== null);
    const kinds = Map.groupBy(measured, ({ stack, gpu, method }) =>
      JSON.stringify([stack, gpu, method]),
    );
    return [...kinds.values()]
      .map((own) => groupOf(figure, own, measured))
      .sort((a, b) => b.runs - a.runs);
  });
  const figures = runs.flatMap((run) => FIGURES.map((figure) => run[figure]));
  return {
    groups,
    implausible: figures.filter((one) => one !== null && ratioOf(one) === null).length,
  };
}

/** @param own runs of one kind, at least one, all with a ratio; @param all with them, those of every other kind */
function groupOf(
  figure: Figure,
  own: readonly ObservedRun[],
  all: readonly ObservedRun[],
): CalibrationGroup {
  const { stack, gpu, method } = own[0] as ObservedRun;
  const kind = { stack, gpu, method };
  const correction = correctionOf(all, kind, figure);
  const figures = own.flatMap((run) => run[figure] ?? []);
  const ratios = own.map((run) => ratioOf(run[figure]) as number);
  const error = (factor: (run: ObservedRun) => number): number =>
    median(own.map((run, index) => Math.abs(factor(run) / (ratios[index] as number) - 1)));
  const before = {
    low: median(figures.map(({ low, estimated }) => low / estimated)),
    high: median(figures.map(({ high, estimated }) => high / estimated)),
  };
  return {
    ...kind,
    figure,
    runs: own.length,
    ratio: Math.exp(median(ratios.map(Math.log))),
    factor: correction.factor,
    related: correction.related,
    error: {
      before: error(() => 1),
      after: error((run) => correctionOf(without(all, run), kind, figure).factor),
    },
    interval: { before, after: onRaw(calibratedSwing(before, correction), correction) },
    missing: Math.max(0, ENOUGH_RUNS - own.length),
  };
}

const without = (runs: readonly ObservedRun[], one: ObservedRun): ObservedRun[] =>
  runs.filter((run) => run !== one);

const onRaw = ({ low, high }: Swing, { factor }: Correction): Swing => ({
  low: low * factor,
  high: high * factor,
});
