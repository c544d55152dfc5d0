import { describe, expect, it } from "vitest";
import { effectiveExamples } from "../../../policies/gain/effective-examples.ts";
import { estimateGain, gainQuantile } from "../../../policies/gain/gain-estimate.ts";
import { type GateFactsOverrides, gateFacts } from "../../support/gate-facts.ts";
import { goldenCases } from "../../support/golden-cases.ts";

function gainOf(overrides: GateFactsOverrides = {}) {
  const facts = gateFacts(overrides);
  if (facts.baseline === null) throw new Error("the facts need a baseline");
  return estimateGain(facts, facts.baseline);
}

describe("effectiveExamples", () => {
  it.each([
    [{ sampled: 100, correct: 98 }, 1000],
    [{ sampled: 100, correct: 97 }, 500],
    [{ sampled: 100, correct: 90 }, 500],
    [{ sampled: 100, correct: 89 }, 100],
    [{ sampled: 100, correct: 0 }, 100],
    [null, 250],
  ])("of 1,000 with audit %o are %i", (audit, expected) => {
    expect(effectiveExamples(1000, audit)).toBe(expected);
  });
});

describe("estimateGain", () => {
  it("is headroom times the published prior: 0.378 ± 0.218 at 500 effective examples", () => {
    const gain = gainOf({ dataset: { train: 500 }, baseline: { score: 0.6 } });
    expect(gain.headroom).toBe(0.4);
    expect(gain.nEff).toBe(500);
    expect(gain.mean / 0.4).toBeCloseTo(0.3783, 3);
    expect(gain.sd / 0.4).toBeCloseTo(0.218, 3);
    expect(gain.df).toBeNull();
    expect(gain.observations).toBe(0);
    expect(gain.pBeatsPrompt).toBeCloseTo(0.7447, 4);
    expect(gain.priorId).toBe("captured-share-1");
  });

  it("has nothing to gain where the prompt is at the ceiling", () => {
    const gain = gainOf({ useCase: { ceiling: 0.7 }, baseline: { score: 0.75 } });
    expect(gain).toMatchObject({ headroom: 0, mean: 0, sd: 0, lcb80: 0 });
  });

  it("is replaced by calibration once runs of this kind were evaluated", () => {
    const before = gainOf();
    const after = gainOf({
      history: {
        stratum: "triage",
        multipliers: [0.4, 0.75, 0.9, 1.05, 1.2, 1.4],
        wins: 4,
        evaluated: 6,
      },
    });
    expect(after.mean / before.mean).toBeCloseTo(0.9625, 9);
    expect(after.df).toBe(10);
    expect(after.sd).toBeLessThan(before.sd);
    expect(after.observations).toBe(6);
    expect(after.priorId).toBe("captured-share-1/triage");
    expect(after.pBeatsPrompt).toBeCloseTo(7.5 / 10.7, 9);
  });

  it("takes an empty history for none", () => {
    const { priorId: _, ...empty } = gainOf({ history: {} });
    const { priorId: __, ...none } = gainOf();
    expect(empty).toEqual(none);
  });
});

describe("gainQuantile", () => {
  interface Belief {
    mean: number;
    sd: number;
    df: number | null;
  }
  it.each(goldenCases<Belief, number>("gainLcb80"))("$id", ({ input, expected, tol }) => {
    expect(Math.abs(gainQuantile(input, 0.2) - expected)).toBeLessThan(tol);
  });

  it("scales the t so that its standard deviation is the one given", () => {
    // sd 0.5 with 4 degrees of freedom is a scale of 0.353553; t at 0.8 is 0.940965.
    expect(gainQuantile({ mean: 1, sd: 0.5, df: 4 }, 0.8)).toBeCloseTo(1.332681, 5);
  });
});
