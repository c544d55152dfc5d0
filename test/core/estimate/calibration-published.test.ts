import { describe, expect, it } from "vitest";
import { calibratedSwing, correctionOf, median } from "../../../core/estimate/calibration.ts";
import residuals from "../../../core/estimate/generated/residuals.json" with { type: "json" };
import { type Residual, swingAmong } from "../../../core/estimate/measured-swing.ts";
import type { ObservedRun } from "../../../core/spec/observed-run.ts";

/**
 * Published speeds beside estimates that were fitted without their source: the first three runs of a stack (a source's
 * framework x GPU x method) correct the rest. `node bench/calibration.ts` tries other choices and prints each stack.
 */
const FIRST = 3;
const measured = (residuals as readonly Residual[]).filter(({ speed }) => speed !== null);
const stacks = [
  ...Map.groupBy(measured, ({ source, stack, gpu, method }) =>
    [source, stack, gpu, method].join(),
  ).values(),
].filter((runs) => runs.length > FIRST);

function asRun(residual: Residual, factor: number): ObservedRun {
  const { source, stack, gpu, method, speed } = residual;
  const others = measured.filter((other) => other.source !== source);
  const { low, high } = swingAmong(others, "speed", residual);
  const actual = factor * Math.exp(speed as number);
  return { stack, gpu, method, speed: { low, estimated: 1, high, actual }, memory: null };
}

/** The runs that are not among the first three, each corrected by those, if each stack were `factor` as fast as it was. */
function afterThree(factor: number, ordered: (runs: Residual[]) => Residual[]) {
  const left = stacks.flatMap((stack) => {
    const runs = ordered(stack).map((residual) => asRun(residual, factor));
    const correction = correctionOf(runs.slice(0, FIRST), runs[0] as ObservedRun, "speed");
    return runs.slice(FIRST).flatMap(({ speed }) => {
      if (speed === null) return [];
      const ratio = speed.actual / correction.factor;
      const { low, high } = calibratedSwing(speed, correction);
      return { error: Math.abs(1 / ratio - 1), covered: ratio >= low && ratio <= high };
    });
  });
  const share = (holds: (one: { error: number; covered: boolean }) => boolean) =>
    left.filter(holds).length / left.length;
  return {
    runs: left.length,
    error: median(left.map(({ error }) => error)),
    within2x: share(({ error }) => error < 1),
    coverage: share(({ covered }) => covered),
  };
}

const asPublished = (runs: Residual[]) => runs;

/** First, middle and last of the table first, so that the three are as unlike each other as the others are. */
function spread(runs: Residual[]): Residual[] {
  const first = [0, Math.floor(runs.length / 2), runs.length - 1];
  return [
    ...first.map((index) => runs[index] as Residual),
    ...runs.filter((_, index) => !first.includes(index)),
  ];
}

describe("three runs of an unseen published stack", () => {
  it("are tried on many", () => {
    expect(stacks.length).toBeGreaterThanOrEqual(10);
    expect(afterThree(1, asPublished).runs).toBeGreaterThanOrEqual(80);
  });

  it.for([
    ["half", 0.5],
    ["all", 1],
    ["twice", 2],
  ] as const)("leave at most 20 %% of error where the stack has %s its speed", ([, factor]) => {
    for (const order of [asPublished, spread]) {
      const { error, within2x } = afterThree(factor, order);
      expect(error).toBeLessThan(0.2);
      expect(within2x).toBeGreaterThan(0.95);
    }
  });

  it("give 80 % intervals that hold most of the others, unless the three are more alike than those", () => {
    for (const factor of [0.5, 1, 2]) {
      expect(afterThree(factor, spread).coverage).toBeGreaterThan(0.78);
    }
    expect(afterThree(1, asPublished).coverage).toBeLessThan(0.6); // neighbours in a table: what intervals cannot know
  });
});
