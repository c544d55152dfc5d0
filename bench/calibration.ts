/**
 * How far a few runs calibrate the rest of an unseen stack: `node bench/calibration.ts`.
 *
 * The published runs stand for settled ones. For each stack (framework x GPU x method) with more than three, every choice of
 * three corrects the others; what is shown are errors and coverage of those others, each choice with the same weight.
 */
import {
  calibratedSwing,
  correctionOf,
  DOUBT_RUNS,
  FIGURES,
  type Figure,
  ratioOf,
} from "../core/estimate/calibration.ts";
import { MEMORY_SWING, SPEED_SWING } from "../core/estimate/interval.ts";
import type { ObservedRun } from "../core/spec/observed-run.ts";
import { type Scored, scoreMemory, scoreSpeed } from "./published-points.ts";

const SWING = { speed: SPEED_SWING, memory: MEMORY_SWING };

/** A published run as a settled one, on a stack that is `factor` of what it was. */
function asRun(
  figure: Figure,
  { point, predicted, measured }: Scored,
  factor: number,
): ObservedRun {
  const { low, high } = SWING[figure];
  const observed = {
    low: low * predicted,
    estimated: predicted,
    high: high * predicted,
    actual: measured * factor,
  };
  const { framework: stack, gpu, method } = point;
  return { stack, gpu, method, speed: null, memory: null, [figure]: observed };
}

interface Weighted {
  /** |estimate / measured - 1| */
  error: number;
  covered: boolean;
  weight: number;
}

function* choices<T>(of: readonly T[], count: number): Generator<T[]> {
  if (count === 0) yield [];
  for (const [index, one] of of.entries()) {
    if (count > 0) for (const rest of choices(of.slice(index + 1), count - 1)) yield [one, ...rest];
  }
}

/** The other runs of one stack after `count` of its runs; `known` are runs of other stacks. */
function calibrated(
  figure: Figure,
  runs: readonly ObservedRun[],
  count: number,
  known: readonly ObservedRun[] = [],
  doubt = DOUBT_RUNS,
): Weighted[] {
  const chosen = [...choices(runs, count)];
  return chosen.flatMap((first) => {
    const correction = correctionOf([...known, ...first], runs[0] as ObservedRun, figure, doubt);
    const { low, high } = calibratedSwing(SWING[figure], correction);
    return runs
      .filter((run) => !first.includes(run))
      .map((run) => {
        const left = (ratioOf(run[figure]) ?? Number.NaN) / correction.factor;
        return {
          error: Math.abs(1 / left - 1),
          covered: left >= low && left <= high,
          weight: 1 / chosen.length,
        };
      });
  });
}

function quantile(results: readonly Weighted[], share: number): number {
  const total = results.reduce((sum, { weight }) => sum + weight, 0);
  let below = 0;
  for (const { error, weight } of results.toSorted((a, b) => a.error - b.error)) {
    below += weight;
    if (below >= share * total) return error;
  }
  return Number.NaN;
}

function coverage(results: readonly Weighted[]): number {
  const sum = (of: readonly Weighted[]) => of.reduce((total, { weight }) => total + weight, 0);
  return sum(results.filter(({ covered }) => covered)) / sum(results);
}

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`.padStart(9);
const cells = (results: readonly Weighted[]): string =>
  [quantile(results, 0.5), quantile(results, 0.9), coverage(results)].map(percent).join("");

const stackOf = ({ stack, gpu, method }: ObservedRun): string => `${stack}, ${gpu}, ${method}`;

const FIRST = 3;
const SCORES = { speed: scoreSpeed(), memory: scoreMemory() };

for (const figure of FIGURES) {
  const runsAt = (factor: number) => SCORES[figure].map((score) => asRun(figure, score, factor));
  const stacksAt = (factor: number) => [...Map.groupBy(runsAt(factor), stackOf).values()];
  const large = (factor: number) => stacksAt(factor).filter((runs) => runs.length > FIRST);

  const head = ["median", "P90", "in 80 %"].map((title) => title.padStart(9)).join("");
  console.log(`\n${figure} after ${FIRST} runs of a stack`);
  console.log(`${"".padEnd(64)}runs${head}   before:${head}`);
  for (const runs of large(1).toSorted((a, b) => b.length - a.length)) {
    const name = `  ${stackOf(runs[0] as ObservedRun)}`.padEnd(64);
    const [after, before] = [calibrated(figure, runs, FIRST), calibrated(figure, runs, 0)];
    console.log(
      `${name}${String(runs.length).padStart(4)}${cells(after)}          ${cells(before)}`,
    );
  }

  console.log(
    `\n${figure}, all of these stacks by runs and doubt, if every stack were so much off`,
  );
  console.log(
    `${"runs".padStart(6)}${"doubt".padStart(7)}${[1, 0.5, 2].map((factor) => `x ${factor}:`.padStart(10) + head).join("")}`,
  );
  for (const count of [0, 1, 2, FIRST]) {
    for (const doubt of count === 0 ? [DOUBT_RUNS] : [0, 0.25, DOUBT_RUNS, 1, 2]) {
      const columns = [1, 0.5, 2].map((factor) => {
        const all = large(factor).flatMap((runs) => calibrated(figure, runs, count, [], doubt));
        return `${" ".repeat(10)}${cells(all)}`;
      });
      console.log(`${String(count).padStart(6)}${String(doubt).padStart(7)}${columns.join("")}`);
    }
  }

  console.log(
    `\n${figure} without a run of its kind, where the stack is known on other GPUs or methods`,
  );
  for (const factor of [1, 0.5]) {
    const all = runsAt(factor);
    const related = [...Map.groupBy(all, stackOf).values()].filter(([first]) =>
      all.some((run) => run.stack === first?.stack && stackOf(run) !== stackOf(first)),
    );
    const from = (known: (runs: readonly ObservedRun[]) => readonly ObservedRun[]) =>
      cells(related.flatMap((runs) => calibrated(figure, runs, 0, known(runs))));
    const relatives = from((runs) => all.filter((run) => !runs.includes(run)));
    console.log(`  x ${factor}: from relatives${relatives}   alone${from(() => [])}`);
  }
}
