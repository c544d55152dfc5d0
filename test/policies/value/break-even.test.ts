import { describe, expect, it } from "vitest";
import { plannedItems } from "../../../core/stats/planning.ts";
import {
  breakEvenGain,
  breakEvenRequests,
  chanceOfWin,
  gainWorth,
  paybackMonths,
} from "../../../policies/value/break-even.ts";
import type { Stakes } from "../../../policies/value/stakes.ts";
import { goldenCases } from "../../support/golden-cases.ts";
import { type GoldenStakes, stakes } from "../../support/golden-stakes.ts";

describe("paybackMonths", () => {
  it.each(goldenCases<GoldenStakes & { horizonMonths: number }, number>("paybackMonths"))(
    "$id",
    ({ input, expected, tol }) => {
      const months = paybackMonths(stakes(input), input.horizonMonths);
      expect(Math.abs((months ?? Number.NaN) - expected)).toBeLessThan(tol);
    },
  );

  it("is never where nothing is gained or asked", () => {
    expect(paybackMonths({ ...NOTHING, requests: 1000 }, 12)).toBeNull();
    expect(paybackMonths({ ...NOTHING, savingPerRequest: 1 }, 12)).toBeNull();
  });
});

describe("breakEvenGain", () => {
  it.each(goldenCases<GoldenStakes, { points: number; nForMde: number }>("breakEvenGain"))(
    "$id",
    ({ input, expected, tol }) => {
      const gain = breakEvenGain(stakes(input)) ?? Number.NaN;
      expect(Math.abs(gain * 100 - expected.points)).toBeLessThan(tol);
      expect(plannedItems(gain, input.discordant)).toBe(expected.nForMde);
    },
  );

  it("is none where no gain is worth anything", () => {
    expect(breakEvenGain(NOTHING)).toBeNull();
    expect(gainWorth(100, { ...NOTHING, valuePerCorrect: 1 })).toBeNull();
  });
});

describe("breakEvenRequests", () => {
  interface PromptCase {
    trainUsd: number;
    usdPerCallBase: number;
    usdPerCallTuned: number;
  }
  it.each(goldenCases<PromptCase, number>("breakEvenCalls"))(
    "$id: cheaper calls alone",
    ({ input, expected, tol }) => {
      const saving = input.usdPerCallBase - input.usdPerCallTuned;
      const requests = breakEvenRequests({
        ...NOTHING,
        cost: input.trainUsd,
        savingPerRequest: saving,
      });
      expect(Math.abs((requests ?? Number.NaN) - expected)).toBeLessThan(tol);
    },
  );
});

describe("chanceOfWin", () => {
  it("is certain or impossible without spread", () => {
    expect(chanceOfWin({ ...NOTHING, requests: 100, savingPerRequest: 1 })).toBe(1);
    expect(chanceOfWin(NOTHING)).toBe(0);
  });

  it("uses the t of the belief, with its own scale", () => {
    // mu = 0.04·v·N, sigma = 0.06·v·N: t = 0.66667 / √(2/4) = 0.942809 with 4 degrees of freedom (scipy: 0.800411).
    const s = { ...NOTHING, requests: 100, valuePerCorrect: 1, gainMean: 0.04, gainSd: 0.06 };
    expect(chanceOfWin({ ...s, gainDf: 4 })).toBeCloseTo(0.8004, 4);
    expect(chanceOfWin(s)).toBeCloseTo(0.7475, 4);
  });
});

const NOTHING: Stakes = {
  requests: 0,
  valuePerCorrect: 0,
  savingPerRequest: 0,
  gainMean: 0,
  gainSd: 0,
  gainDf: null,
  cost: 0,
  deploy: 0,
};
