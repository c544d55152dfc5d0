import fc from "fast-check";
import { binomialDistribution } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { binomialCdf, binomialPmf } from "../../../core/stats/binomial.ts";

describe("binomial", () => {
  it("agrees with simple-statistics, another implementation", () => {
    for (const p of [0.05, 0.5, 0.83]) {
      const reference = binomialDistribution(40, p) ?? [];
      expect(reference.length).toBeGreaterThan(5);
      for (const [k, expected] of reference.entries()) {
        expect(binomialPmf(40, k, p)).toBeCloseTo(expected, 12);
      }
    }
  });

  it("sums to one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, p) => {
          expect(binomialCdf(n, n, p)).toBeCloseTo(1, 9);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("is certain at p = 0 and p = 1", () => {
    expect([binomialPmf(9, 0, 0), binomialPmf(9, 1, 0)]).toEqual([1, 0]);
    expect([binomialPmf(9, 9, 1), binomialPmf(9, 8, 1)]).toEqual([1, 0]);
  });
});
