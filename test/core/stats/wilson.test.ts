import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wilsonInterval } from "../../../core/stats/wilson.ts";
import { goldenCases } from "../../support/golden-cases.ts";

describe("wilsonInterval", () => {
  it.each(goldenCases<{ successes: number; n: number }, [number, number]>("wilson95"))(
    "$id",
    ({ input, expected: [low, high], tol }) => {
      const interval = wilsonInterval(input.successes, input.n);
      expect(Math.abs(interval.low - low)).toBeLessThanOrEqual(tol);
      expect(Math.abs(interval.high - high)).toBeLessThanOrEqual(tol);
    },
  );

  it("contains the share, stays in [0, 1], and mirrors when successes and failures swap", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (items, share) => {
          const { low, high } = wilsonInterval(share * items, items);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(share + 1e-12);
          expect(high).toBeGreaterThanOrEqual(share - 1e-12);
          const mirrored = wilsonInterval(items - share * items, items);
          expect(mirrored.low).toBeCloseTo(1 - high, 9);
        },
      ),
    );
  });

  it("widens with the confidence", () => {
    expect(wilsonInterval(35, 50, 0.99).low).toBeLessThan(wilsonInterval(35, 50, 0.9).low);
  });

  it.each([
    [0, 0],
    [6, 5],
    [-1, 5],
    [Number.NaN, 5],
  ])("refuses %d of %d", (successes, items) => {
    expect(() => wilsonInterval(successes, items)).toThrow(RangeError);
  });
});
