import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { capturedShare, capturedShareMoments } from "../../../policies/gain/captured-share.ts";
import { goldenCases } from "../../support/golden-cases.ts";

describe("capturedShare", () => {
  it.each(goldenCases<{ nEff: number; beta: number[] }, number[]>("capturedShare"))(
    "$id",
    ({ input, expected, tol }) => {
      input.beta.forEach((exponent, i) => {
        expect(
          Math.abs(capturedShare(input.nEff, exponent) - (expected[i] as number)),
        ).toBeLessThan(tol);
      });
    },
  );

  it("is nothing without examples and never everything", () => {
    expect(capturedShare(0, 0.2)).toBe(0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (n) => {
        expect(capturedShare(n + 1, 0.2)).toBeGreaterThan(capturedShare(n, 0.2));
        expect(capturedShare(n, 0.35)).toBeLessThan(1);
      }),
    );
  });
});

describe("capturedShareMoments", () => {
  interface Prior {
    nEff: number;
    m: { mean: number; sd: number };
  }
  it.each(goldenCases<Prior, { shareMean: number; shareSd: number }>("gainPrior"))(
    "$id",
    ({ input, expected, tol }) => {
      const { mean, meanOfSquare } = capturedShareMoments(input.nEff);
      const sd = Math.sqrt(meanOfSquare * (input.m.mean ** 2 + input.m.sd ** 2) - mean ** 2);
      expect(Math.abs(mean - expected.shareMean)).toBeLessThan(tol);
      expect(Math.abs(sd - expected.shareSd)).toBeLessThan(tol);
    },
  );
});
