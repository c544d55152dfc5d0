import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  calibratedSwing,
  correctionOf,
  median,
  trustIn,
} from "../../../core/estimate/calibration.ts";
import type { ObservedRun } from "../../../core/spec/observed-run.ts";
import { observedFigure, observedRun } from "../../support/observed-run.ts";

const KIND = { stack: "tunekit-trl", gpu: "L40S", method: "lora" };
const PRIOR = { low: 0.72, high: 1.22 };
const ratio = fc.double({ min: 0.2, max: 5, noNaN: true });
const ratios = fc.array(ratio, { minLength: 1, maxLength: 12 });

const speeds = (of: readonly number[], over: Partial<ObservedRun> = {}) =>
  of.map((speed) => observedRun(speed, over));
const factorOf = (runs: readonly ObservedRun[]) => correctionOf(runs, KIND, "speed").factor;
const width = ({ low, high }: { low: number; high: number }) => Math.log(high / low);

describe("trust", () => {
  it("lies between 0 and 1, grows with each run, and is two thirds after one", () => {
    const all = Array.from({ length: 50 }, (_, runs) => trustIn(runs));
    expect(all[0]).toBe(0);
    expect(all[1]).toBeCloseTo(2 / 3);
    expect(all[3]).toBeCloseTo(6 / 7);
    for (const [runs, trust] of all.entries()) {
      expect(trust).toBeLessThan(1);
      if (runs > 0) expect(trust).toBeGreaterThan(all[runs - 1] as number);
    }
  });
});

describe("correction of a figure", () => {
  it("is none without runs", () => {
    expect(correctionOf([], KIND, "speed")).toEqual({
      factor: 1,
      runs: 0,
      related: 0,
      squares: 0,
      held: 0,
    });
  });

  it("is exp(trust x median of the log ratios): three runs around 0.5 give 0.5 to the power of 6/7", () => {
    expect(factorOf(speeds([0.4, 0.5, 0.6]))).toBeCloseTo(0.5 ** (6 / 7));
  });

  it("lies between no correction and the median ratio, and comes nearer to it with every equal run", () => {
    fc.assert(
      fc.property(ratio, fc.integer({ min: 1, max: 20 }), (same, count) => {
        const distance = (runs: number) =>
          Math.abs(Math.log(factorOf(speeds(Array(runs).fill(same))) / same));
        expect(distance(count)).toBeLessThanOrEqual(Math.abs(Math.log(same)) + 1e-12);
        expect(distance(count + 1)).toBeLessThanOrEqual(distance(count) + 1e-12);
      }),
    );
  });

  it("does not depend on the order of the runs", () => {
    const run = fc.record({
      speed: ratio,
      gpu: fc.constantFrom("L40S", "L4"),
      method: fc.constantFrom("lora", "qlora"),
    });
    fc.assert(
      fc.property(fc.array(run, { maxLength: 10 }), (drawn) => {
        const runs = drawn.map(({ speed, ...over }) => observedRun(speed, over));
        const [there, back] = [runs, runs.toReversed()].map((of) =>
          correctionOf(of, KIND, "speed"),
        );
        expect(back?.factor).toBeCloseTo(there?.factor as number, 12);
        expect(back?.squares).toBeCloseTo(there?.squares as number, 9);
        expect([back?.runs, back?.related]).toEqual([there?.runs, there?.related]);
      }),
    );
  });

  it("grows when a run was faster", () => {
    fc.assert(
      fc.property(
        ratios,
        fc.nat(),
        fc.double({ min: 1, max: 1.9, noNaN: true }),
        (of, at, more) => {
          const faster = of.map((value, index) =>
            index === at % of.length ? value * more : value,
          );
          expect(factorOf(speeds(faster))).toBeGreaterThanOrEqual(factorOf(speeds(of)) - 1e-12);
        },
      ),
    );
  });

  it("hardly moves for one outlier among five", () => {
    const five = [0.78, 0.8, 0.81, 0.83, 0.85];
    for (const outlier of [0.15, 6]) {
      const moved = factorOf(speeds([...five.slice(0, 4), outlier])) / factorOf(speeds(five));
      expect(Math.abs(moved - 1)).toBeLessThan(0.02);
    }
  });

  it("passes over what was not measured, and over what is ten times off: a wrong unit or clock", () => {
    const sound = speeds([0.8, 0.8]);
    const wrong = [observedRun(null), observedRun(0.08), observedRun(20)];
    expect(correctionOf([...sound, ...wrong], KIND, "speed")).toEqual(
      correctionOf(sound, KIND, "speed"),
    );
  });

  it("knows nothing of other stacks", () => {
    expect(factorOf(speeds([0.5, 0.5, 0.5], { stack: "unsloth" }))).toBe(1);
  });

  it("keeps speed and memory apart", () => {
    const run = observedRun(0.5, { memory: observedFigure(1.2) });
    expect(correctionOf([run], KIND, "memory").factor).toBeCloseTo(1.2 ** (2 / 3));
    expect(correctionOf([run], KIND, "speed").factor).toBeCloseTo(0.5 ** (2 / 3));
  });
});

describe("runs of the same stack elsewhere", () => {
  it("stand in where a kind has no run of its own, the other method on this GPU before other GPUs", () => {
    const onL4 = speeds([0.5], { gpu: "L4" });
    const qlora = speeds([0.8], { method: "qlora" });
    expect(correctionOf(onL4, KIND, "speed")).toMatchObject({ runs: 0, related: 1 });
    expect(factorOf(onL4)).toBeCloseTo(0.5 ** (2 / 3));
    const known = (2 / 3) * Math.log(0.5);
    expect(factorOf([...onL4, ...qlora])).toBeCloseTo(
      Math.exp(known + (2 / 3) * (Math.log(0.8) - known)),
    );
  });

  it("give way to its own: three runs leave a seventh to relatives, however many those are", () => {
    const relatives = speeds(Array(40).fill(2), { gpu: "L4" });
    const alone = Math.log(factorOf(relatives));
    expect(Math.log(factorOf([...relatives, ...speeds([1, 1, 1])]))).toBeCloseTo(alone / 7);
  });
});

describe("swing after calibration", () => {
  it("is the estimate's own without runs of the kind, also where relatives correct it", () => {
    const correction = correctionOf(speeds([0.5, 0.5], { gpu: "L4" }), KIND, "speed");
    expect(calibratedSwing(PRIOR, correction)).toEqual(PRIOR);
  });

  it("gets narrower with every run that agrees, down to what chance leaves inside a kind", () => {
    const widths = [1, 2, 3, 5, 10, 30, 1000].map((runs) =>
      width(calibratedSwing(PRIOR, correctionOf(speeds(Array(runs).fill(0.8)), KIND, "speed"))),
    );
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
    expect(widths[1]).toBeLessThan(width(PRIOR));
    expect(widths[2]).toBeLessThan(0.8 * width(PRIOR));
  });

  it("is never narrower than the spread of the runs says: t of n + 2 degrees of freedom", () => {
    fc.assert(
      fc.property(fc.array(ratio, { minLength: 2, maxLength: 12 }), (of) => {
        const logs = of.map(Math.log);
        const centre = median(logs);
        const variance =
          logs.reduce((sum, log) => sum + (log - centre) ** 2, 0) / (logs.length - 1);
        const { low, high } = calibratedSwing(PRIOR, correctionOf(speeds(of), KIND, "speed"));
        const normal = 1.2815 * Math.sqrt(variance);
        expect(Math.log(high)).toBeGreaterThanOrEqual(normal);
        expect(-Math.log(low)).toBeGreaterThanOrEqual(normal);
      }),
    );
  });

  it("reaches what the factor does not believe of the runs, on that side alone", () => {
    const correction = correctionOf(speeds([0.5]), KIND, "speed");
    const { low, high } = calibratedSwing(PRIOR, correction);
    const even = calibratedSwing(PRIOR, { ...correction, held: 0 });
    expect(correction.factor * low).toBeLessThan(0.5);
    expect(low).toBeLessThan(even.low);
    expect(high).toBe(even.high);
  });

  it("is wider than before for two runs that disagree twofold", () => {
    const swing = calibratedSwing(PRIOR, correctionOf(speeds([0.7, 1.4]), KIND, "speed"));
    expect(width(swing)).toBeGreaterThan(width(PRIOR));
  });
});

describe("an unseen stack", () => {
  /** A stack at `bias` of the estimate whose runs scatter by about 15 % around it, the same each time. */
  const noise = [0.12, -0.2, 0.05, -0.09, 0.16, 0.02, -0.13, 0.21, -0.04, 0.08, -0.17, 0.01];
  const stack = (bias: number) => noise.map((log) => observedRun(bias * Math.exp(log)));
  const errors = (runs: readonly ObservedRun[], factor: number) =>
    median(runs.map(({ speed }) => Math.abs((100 * factor) / (speed?.actual ?? 0) - 1)));

  it.each([0.4, 0.6, 1.7])(
    "that is at %f of the estimate errs by at most 20 % after three runs",
    (bias) => {
      const runs = stack(bias);
      const rest = runs.slice(3);
      expect(errors(rest, 1)).toBeGreaterThan(0.35);
      expect(errors(rest, factorOf(runs.slice(0, 3)))).toBeLessThan(0.2);
    },
  );

  it("has most of the rest inside its 80 % interval", () => {
    const runs = stack(0.6);
    const correction = correctionOf(runs.slice(0, 3), KIND, "speed");
    const { low, high } = calibratedSwing(PRIOR, correction);
    const inside = runs.slice(3).filter(({ speed }) => {
      const left = (speed?.actual ?? 0) / 100 / correction.factor;
      return left >= low && left <= high;
    });
    expect(inside.length / 9).toBeGreaterThanOrEqual(0.78);
  });
});
