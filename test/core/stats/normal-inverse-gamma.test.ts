import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type NormalInverseGamma,
  observe,
  predict,
} from "../../../core/stats/normal-inverse-gamma.ts";
import { goldenCases } from "../../support/golden-cases.ts";

interface Expected {
  posterior: NormalInverseGamma;
  priorScale: number;
  df: number;
  scale: number;
}

describe("observe and predict", () => {
  it.each(goldenCases<{ prior: NormalInverseGamma; y: number[] }, Expected>("nigUpdate"))(
    "$id",
    ({ input, expected, tol }) => {
      const posterior = observe(input.prior, input.y);
      for (const key of ["mu", "kappa", "alpha", "beta"] as const) {
        expect(Math.abs(posterior[key] - expected.posterior[key])).toBeLessThan(tol);
      }
      expect(Math.abs(predict(input.prior).scale - expected.priorScale)).toBeLessThan(tol);
      expect(Math.abs(predict(posterior).scale - expected.scale)).toBeLessThan(tol);
      expect(predict(posterior).df).toBe(expected.df);
    },
  );

  const prior = { mu: 1, kappa: 2, alpha: 2, beta: 1 / 6 };

  it("stays as it was without observations", () => {
    expect(observe(prior, [])).toEqual(prior);
  });

  it("does not depend on the order or on whether outcomes come one by one", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 20 }),
        (y) => {
          const atOnce = observe(prior, y);
          const oneByOne = y
            .toReversed()
            .reduce((belief, value) => observe(belief, [value]), prior);
          for (const key of ["mu", "kappa", "alpha", "beta"] as const) {
            expect(oneByOne[key]).toBeCloseTo(atOnce[key], 8);
          }
        },
      ),
    );
  });

  it("has a prior predictive sd of one half for the multiplier", () => {
    expect(predict(prior).sd).toBeCloseTo(0.5, 12);
  });
});
