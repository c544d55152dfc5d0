import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  breakEvenRequests,
  chanceOfWin,
  costPerPoint,
} from "../../../policies/value/break-even.ts";
import { netBenefit, netBenefitWithBar } from "../../../policies/value/net-benefit.ts";
import type { Stakes, TestSplit } from "../../../policies/value/stakes.ts";
import { goldenCases } from "../../support/golden-cases.ts";
import { type GoldenStakes, stakes, testSplit } from "../../support/golden-stakes.ts";

describe("netBenefit", () => {
  it.each(goldenCases<GoldenStakes, Record<string, number | null>>("value"))(
    "$id",
    ({ input, expected, tol }) => {
      const result = netBenefit(stakes(input), testSplit(input));
      const actual: Record<string, number | null> = {
        ...result,
        grossValue: result.gross,
        grossPerfect: result.nbPerfect + input.costUsd,
        pWin: chanceOfWin(stakes(input)),
        breakEvenN: breakEvenRequests(stakes(input)),
        usdPerPoint: costPerPoint(stakes(input)),
      };
      for (const [key, value] of Object.entries(expected)) {
        if (value === null) expect(actual[key]).toBeNull();
        else expect(Math.abs((actual[key] as number) - value), key).toBeLessThanOrEqual(tol);
      }
    },
  );
});

describe("netBenefitWithBar", () => {
  type WithBar = GoldenStakes & { minGain: number; confidence: number };
  interface Expected {
    bar: number;
    pDeploy: number;
    grossValue: number;
    nb: number;
  }
  it.each(goldenCases<WithBar, Expected>("valueWithBar"))("$id", ({ input, expected, tol }) => {
    const { minGain, confidence } = input;
    const result = netBenefitWithBar(stakes(input), testSplit(input), {
      requiredGain: minGain,
      confidence,
    });
    expect(Math.abs(result.bar - expected.bar)).toBeLessThan(1e-5);
    expect(Math.abs(result.pDeploy - expected.pDeploy)).toBeLessThan(1e-4);
    expect(Math.abs(result.gross - expected.grossValue)).toBeLessThan(tol);
    expect(Math.abs(result.nb - expected.nb)).toBeLessThan(tol);
  });
});

/** Stakes with a gain that is not expected to hurt: the signs below are guaranteed only there. */
const anyStakes: fc.Arbitrary<Stakes> = fc.record({
  requests: fc.integer({ min: 0, max: 5_000_000 }),
  valuePerCorrect: fc.double({ min: 0, max: 20, noNaN: true }),
  savingPerRequest: fc.double({ min: 0, max: 0.1, noNaN: true }),
  gainMean: fc.double({ min: 0, max: 0.5, noNaN: true }),
  gainSd: fc.double({ min: 0, max: 0.4, noNaN: true }),
  gainDf: fc.constantFrom(null, 4, 10),
  cost: fc.double({ min: 0.01, max: 50_000, noNaN: true }),
  deploy: fc.double({ min: 0, max: 100_000, noNaN: true }),
});
const anyTest: fc.Arbitrary<TestSplit> = fc.record({
  items: fc.integer({ min: 1, max: 20_000 }),
  discordant: fc.double({ min: 0.01, max: 1, noNaN: true }),
});
const more = fc.double({ min: 1, max: 3, noNaN: true });
/** jStat's erf is good to 1e-15 of sums as large as these. */
const slack = (...amounts: number[]): number =>
  1e-9 * (1 + Math.max(...amounts.map((amount) => Math.abs(amount))));

describe("net benefit, for gains that are not expected to hurt", () => {
  it.each(["requests", "valuePerCorrect", "savingPerRequest", "gainSd"] as const)(
    "rises with %s",
    (key) => {
      fc.assert(
        fc.property(anyStakes, anyTest, more, (s, test, factor) => {
          const before = netBenefit(s, test).nb;
          const scaled = netBenefit({ ...s, [key]: s[key] * factor }, test).nb;
          expect(scaled).toBeGreaterThanOrEqual(before - slack(before, scaled, s.deploy));
        }),
      );
    },
  );

  it.each(["cost", "deploy"] as const)("falls with %s", (key) => {
    fc.assert(
      fc.property(anyStakes, anyTest, more, (s, test, factor) => {
        const before = netBenefit(s, test).nb;
        const scaled = netBenefit({ ...s, [key]: s[key] * factor }, test).nb;
        expect(scaled).toBeLessThanOrEqual(before + slack(before, scaled, s.deploy));
      }),
    );
  });

  it("rises with the test split", () => {
    fc.assert(
      fc.property(anyStakes, anyTest, more, (s, test, factor) => {
        const before = netBenefit(s, test).nb;
        const scaled = netBenefit(s, { ...test, items: Math.ceil(test.items * factor) }).nb;
        expect(scaled).toBeGreaterThanOrEqual(before - slack(before, scaled, s.deploy));
      }),
    );
  });

  it("lies between the blind choice and a perfect evaluation", () => {
    fc.assert(
      fc.property(anyStakes, anyTest, (s, test) => {
        const { mu, nb, nbPerfect } = netBenefit(s, test);
        const blind = Math.max(0, mu) - s.cost;
        expect(blind).toBeGreaterThanOrEqual(-s.cost);
        expect(nb).toBeGreaterThanOrEqual(blind - slack(mu, nb));
        expect(nb).toBeLessThanOrEqual(nbPerfect + slack(mu, nb));
      }),
    );
  });

  it("is never higher with a bar", () => {
    fc.assert(
      fc.property(
        anyStakes,
        anyTest,
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.double({ min: 0.51, max: 0.999, noNaN: true }),
        (s, test, requiredGain, confidence) => {
          const free = netBenefit(s, test);
          const barred = netBenefitWithBar(s, test, { requiredGain, confidence });
          expect(barred.nb).toBeLessThanOrEqual(free.nb + slack(free.mu, free.nb, barred.nb));
        },
      ),
    );
  });

  it("is the blind choice when the evaluation shows nothing", () => {
    const s = { ...EXAMPLE, gainMean: 0.04, gainSd: 0.06 };
    const { mu, nb } = netBenefit(s, { items: 1, discordant: 1e12 });
    expect(nb).toBeCloseTo(Math.max(0, mu) - s.cost, 3);
  });
});

const EXAMPLE: Stakes = {
  requests: 200_000,
  valuePerCorrect: 0.5,
  savingPerRequest: 0,
  gainMean: 0.04,
  gainSd: 0.06,
  gainDf: null,
  cost: 120,
  deploy: 1500,
};
