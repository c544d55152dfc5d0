/**
 * How far a few runs calibrate the rest of an unseen stack: `node bench/calibration.ts --help`.
 *
 * The published runs stand for settled ones, each beside an estimate whose constants were fitted without its source. A stack
 * is one source's framework x GPU x method; choices of its runs correct the others, and what is shown are error and coverage
 * of those others.
 */
import { parseArgs } from "node:util";
import {
  calibratedSwing,
  correctionOf,
  DOUBT_RUNS,
  FIGURES,
  type Figure,
} from "../core/estimate/calibration.ts";
import residuals from "../core/estimate/generated/residuals.json" with { type: "json" };
import { type Residual, swingAmong } from "../core/estimate/measured-swing.ts";
import type { ObservedRun } from "../core/spec/observed-run.ts";

const HELP = `usage: node bench/calibration.ts [FIGURE]

  FIGURE  ${FIGURES.join(" or ")}; both unless given

example: node bench/calibration.ts speed`;

const RESIDUALS: readonly Residual[] = residuals;

/** A published run as a settled one, on a stack that is `factor` of what it was. */
function asRun(figure: Figure, residual: Residual, factor: number): ObservedRun {
  const { source, stack, gpu, method } = residual;
  const others = RESIDUALS.filter((other) => other.source !== source);
  const { low, high } = swingAmong(others, figure, residual);
  const actual = factor * Math.exp(residual[figure] as number);
  const observed = { low, estimated: 1, high, actual };
  return {
    stack: `${source}, ${stack}`,
    gpu,
    method,
    speed: null,
    memory: null,
    [figure]: observed,
  };
}

/** Of stacks with many runs not every choice is tried, but so many, evenly among all. */
const MOST_CHOICES = 200;

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

/** The other runs of one stack after `count` of its runs; `known` are runs of other kinds. */
function calibrated(
  figure: Figure,
  runs: readonly ObservedRun[],
  count: number,
  { known = [], doubt = DOUBT_RUNS }: { known?: readonly ObservedRun[]; doubt?: number } = {},
): Weighted[] {
  const all = [...choices(runs, count)];
  const chosen = all.filter((_, index) => index % Math.ceil(all.length / MOST_CHOICES) === 0);
  return chosen.flatMap((first) => {
    const correction = correctionOf([...known, ...first], runs[0] as ObservedRun, figure, doubt);
    return runs.flatMap((run) => {
      const observed = run[figure];
      if (observed === null || first.includes(run)) return [];
      const left = observed.actual / correction.factor;
      const { low, high } = calibratedSwing(observed, correction);
      const covered = left >= low && left <= high;
      return { error: Math.abs(1 / left - 1), covered, weight: 1 / chosen.length };
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
const HEAD = ["median", "P90", "in 80 %"].map((title) => title.padStart(9)).join("");

const kindOf = ({ stack, gpu, method }: ObservedRun): string => `${stack}, ${gpu}, ${method}`;

const FIRST = 3;
const FACTORS = [1, 0.5, 2];

function show(figure: Figure): void {
  const measured = RESIDUALS.filter((residual) => residual[figure] !== null);
  const kinds = new Map(
    FACTORS.map((factor) => {
      const runs = measured.map((residual) => asRun(figure, residual, factor));
      return [factor, [...Map.groupBy(runs, kindOf).values()]] as const;
    }),
  );
  const kindsAt = (factor: number) => kinds.get(factor) ?? [];
  const large = (factor: number) => kindsAt(factor).filter((runs) => runs.length > FIRST);

  console.log(`\n${figure} after ${FIRST} runs of a stack`);
  console.log(`${"".padEnd(52)}runs${HEAD}   before:${HEAD}`);
  for (const runs of large(1).toSorted((a, b) => b.length - a.length)) {
    const name = `  ${kindOf(runs[0] as ObservedRun)}`.padEnd(52);
    const [after, before] = [calibrated(figure, runs, FIRST), calibrated(figure, runs, 0)];
    console.log(
      `${name}${String(runs.length).padStart(4)}${cells(after)}          ${cells(before)}`,
    );
  }

  console.log(`\n${figure}, all of these stacks, as they are and if each were half or twice that`);
  console.log(
    `  runs  doubt${FACTORS.map((factor) => `x ${factor}:`.padStart(10) + HEAD).join("")}`,
  );
  for (const count of [0, 1, 2, FIRST]) {
    for (const doubt of count === 0 ? [DOUBT_RUNS] : [0, 0.25, DOUBT_RUNS, 1, 2]) {
      const columns = FACTORS.map((factor) =>
        cells(large(factor).flatMap((runs) => calibrated(figure, runs, count, { doubt }))),
      );
      console.log(
        `${String(count).padStart(6)}${String(doubt).padStart(7)}${columns.map((text) => " ".repeat(10) + text).join("")}`,
      );
    }
  }

  console.log(`\n${figure} without a run of its kind, where the stack is known otherwise`);
  for (const factor of FACTORS) {
    const all = kindsAt(factor).flat();
    const related = kindsAt(factor).filter(([first]) =>
      all.some((run) => run.stack === first?.stack && kindOf(run) !== kindOf(first)),
    );
    const from = (known: (runs: readonly ObservedRun[]) => readonly ObservedRun[]) =>
      cells(related.flatMap((runs) => calibrated(figure, runs, 0, { known: known(runs) })));
    const relatives = from((runs) => all.filter((run) => !runs.includes(run)));
    console.log(`  x ${factor}: from relatives${relatives}   alone${from(() => [])}`);
  }
}

/** @throws Error with what is wrong with the arguments */
function asked(): readonly Figure[] | "help" {
  const { values, positionals } = parseArgs({
    options: { help: { type: "boolean", short: "h" } },
    allowPositionals: true,
  });
  if (values.help) return "help";
  const [name, ...rest] = positionals;
  if (rest.length > 0) throw new Error(`too many arguments: ${rest.join(" ")}`);
  if (name === undefined) return FIGURES;
  const figure = FIGURES.find((each) => each === name);
  if (!figure) throw new Error(`there is no figure "${name}"`);
  return [figure];
}

function main(): void {
  let figures: ReturnType<typeof asked>;
  try {
    figures = asked();
  } catch (error) {
    console.error(`calibration: ${(error as Error).message}\n\n${HELP}`);
    process.exitCode = 2;
    return;
  }
  if (figures === "help") console.log(HELP);
  else for (const figure of figures) show(figure);
}

main();
