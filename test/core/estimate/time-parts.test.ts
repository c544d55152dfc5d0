import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  linearSum,
  PHASES,
  type TimePart,
  timeRange,
  timesInSweep,
  untilResult,
} from "../../../core/estimate/time-parts.ts";

const seconds = fc.integer({ min: 0, max: 100_000_000 }).map((milliseconds) => milliseconds / 1000);
const range = fc
  .tuple(seconds, seconds, seconds)
  .map(([low, up, more]) => ({ low, expected: low + up, high: low + up + more }));
const part = fc
  .tuple(fc.constantFrom(...PHASES), range)
  .map(([phase, seconds]): TimePart => ({ phase, name: phase, seconds, note: "" }));

const at = (phase: TimePart["phase"], low: number, expected: number, high: number): TimePart => ({
  phase,
  name: phase,
  seconds: { low, expected, high },
  note: "",
});

describe("the time of all parts", () => {
  it("adds independent starts in quadrature, and what one slow device slows as it is", () => {
    const parts = [
      at("start-up", 7, 10, 13),
      at("start-up", 6, 10, 14),
      at("training", 50, 100, 200),
      at("evaluation", 5, 10, 20),
    ];
    // downwards 3, 4 and 55, upwards 3, 4 and 110
    const { low, expected, high } = timeRange(parts);
    expect(low).toBeCloseTo(130 - Math.hypot(3, 4, 55), 9);
    expect(expected).toBe(130);
    expect(high).toBeCloseTo(130 + Math.hypot(3, 4, 110), 9);
  });

  it("goes through every run of a sweep, and meets the test split once", () => {
    expect(PHASES.map((phase) => timesInSweep(phase, 5))).toEqual([5, 5, 5, 1, 5]);
    const parts = [at("training", 10, 10, 10), at("evaluation", 1, 1, 1)];
    expect(timeRange(parts, 5).expected).toBe(51);
  });

  it("ends with the result", () => {
    const parts = [at("training", 1, 1, 1), at("idle", 1, 1, 1)];
    expect(untilResult(parts).map(({ phase }) => phase)).toEqual(["training"]);
  });

  it("lies within the sum of all bounds, on both sides of what is expected", () => {
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        (parts, runs) => {
          const { low, expected, high } = timeRange(parts, runs);
          const bounds = linearSum(
            parts.map(({ phase, seconds }) => {
              const times = timesInSweep(phase, runs);
              return {
                low: times * seconds.low,
                expected: times * seconds.expected,
                high: times * seconds.high,
              };
            }),
          );
          const rounding = 1e-9 * bounds.high;
          expect(low).toBeLessThanOrEqual(expected);
          expect(high).toBeGreaterThanOrEqual(expected);
          expect(low).toBeGreaterThanOrEqual(bounds.low - rounding);
          expect(high).toBeLessThanOrEqual(bounds.high + rounding);
          expect(Math.abs(expected - bounds.expected)).toBeLessThanOrEqual(rounding);
        },
      ),
    );
  });
});
