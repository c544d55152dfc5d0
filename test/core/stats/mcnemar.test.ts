import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mcnemarExact } from "../../../core/stats/mcnemar.ts";
import { goldenCases } from "../../support/golden-cases.ts";

const counts = fc.nat({ max: 3000 });

describe("mcnemarExact", () => {
  it.each(goldenCases<{ wins: number; losses: number }, number>("mcnemarExact"))(
    "$id",
    ({ input, expected, tol }) => {
      expect(Math.abs(mcnemarExact(input.wins, input.losses) - expected)).toBeLessThanOrEqual(tol);
    },
  );

  it("needs six one-way flips for p < .05 and seven for p < .025", () => {
    expect(mcnemarExact(5, 0)).toBeGreaterThan(0.05);
    expect(mcnemarExact(6, 0)).toBeLessThan(0.05);
    expect(mcnemarExact(6, 0)).toBeGreaterThan(0.025);
    expect(mcnemarExact(7, 0)).toBeLessThan(0.025);
  });

  it("is 1 when the arms never differ or differ evenly", () => {
    expect(mcnemarExact(0, 0)).toBe(1);
    expect(mcnemarExact(4, 4)).toBe(1);
  });

  it("is symmetric, a probability, and falls as the larger side grows", () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const p = mcnemarExact(a, b);
        expect(p).toBe(mcnemarExact(b, a));
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(mcnemarExact(Math.max(a, b) + 1, Math.min(a, b))).toBeLessThanOrEqual(p + 1e-9);
      }),
    );
  });

  it("does not underflow with thousands of flips", () => {
    expect(mcnemarExact(2600, 2400)).toBeCloseTo(0.00489, 4);
  });
});
