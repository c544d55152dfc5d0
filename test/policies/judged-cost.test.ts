import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NormalInverseGamma } from "../../core/stats/normal-inverse-gamma.ts";
import { costFactors, judgedCost } from "../../policies/judged-cost.ts";
import { exampleCost } from "../support/example-estimate.ts";
import { goldenCases } from "../support/golden-cases.ts";

describe("costFactors", () => {
  interface Input {
    posterior: NormalInverseGamma;
  }
  it.each(goldenCases<Input, { p50: number; p90: number }>("costQuantiles"))(
    "$id",
    ({ input, expected, tol }) => {
      const { expected: p50, high } = costFactors(input.posterior);
      expect(Math.abs(p50 - expected.p50)).toBeLessThan(tol);
      expect(Math.abs(high - expected.p90)).toBeLessThan(tol);
    },
  );
});

describe("judgedCost", () => {
  it("is unknown when the estimate has no price", () => {
    expect(judgedCost(null, [1.1])).toBeNull();
  });

  it("is the estimate's own without past runs", () => {
    expect(judgedCost(exampleCost(5, 8, 12.4), [])).toEqual({
      expectedMicroUsd: 8_000_000,
      highMicroUsd: 12_400_000,
      pastRuns: 0,
    });
  });

  it("applies both factors of five past runs to the raw estimate", () => {
    const cost = judgedCost(exampleCost(5, 100, 500), [1.05, 1.22, 0.96, 1.4, 1.1]);
    expect(cost?.pastRuns).toBe(5);
    expect((cost?.expectedMicroUsd ?? 0) / 1e6).toBeCloseTo(111.23, 1);
    expect((cost?.highMicroUsd ?? 0) / 1e6).toBeCloseTo(138.81, 1);
  });

  it("leaves labels and other charges as they are: past runs are ratios of machines", () => {
    const labels = 2_000_000_000;
    const cost = exampleCost(2001, 2008, 2012.4);
    const judged = judgedCost(cost && { ...cost, chargesMicroUsd: labels }, [0.5, 0.5, 0.5]);
    const machine = judgedCost(exampleCost(1, 8, 12.4), [0.5, 0.5, 0.5]);
    expect(judged?.expectedMicroUsd).toBe(labels + (machine?.expectedMicroUsd ?? 0));
    expect(judged?.highMicroUsd).toBe(labels + (machine?.highMicroUsd ?? 0));
  });

  it("puts the high cost above the expected one, whatever the past", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.05, max: 20, noNaN: true }), { minLength: 1, maxLength: 30 }),
        (ratios) => {
          const cost = judgedCost(exampleCost(5, 8, 12.4), ratios);
          expect(cost?.highMicroUsd).toBeGreaterThan(cost?.expectedMicroUsd ?? Number.NaN);
        },
      ),
    );
  });
});
