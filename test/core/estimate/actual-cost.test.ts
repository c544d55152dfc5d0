import { describe, expect, it } from "vitest";
import { actualCost, estimatedRunCost } from "../../../core/estimate/actual-cost.ts";
import type { Phase } from "../../../core/estimate/time-parts.ts";
import { exampleCost, exampleEstimate } from "../../support/example-estimate.ts";

const HOUR = 3600;
/** One of eight GPUs of a node at 1 USD an hour. */
const withOthers = (othersBusy: number | null) => {
  const cost = exampleCost(5, 8, 12.4);
  return exampleEstimate({ cost: cost && { ...cost, othersBusy } });
};

describe("what a run cost", () => {
  it("is the whole node while nobody has said how busy the others are", () => {
    expect(actualCost(withOthers(null), 2 * HOUR)).toEqual({
      microUsd: 2_000_000,
      strandedMicroUsd: 1_750_000,
    });
  });

  it("is the job's GPUs alone on a node that others keep busy", () => {
    expect(actualCost(withOthers(1), 2 * HOUR)).toEqual({ microUsd: 250_000, strandedMicroUsd: 0 });
  });

  it("is a part of the idle GPUs where some of the others are busy, as was estimated", () => {
    // four of eight work: each pays a quarter of the node
    expect(actualCost(withOthers(3 / 7), HOUR)).toEqual({
      microUsd: 250_000,
      strandedMicroUsd: 125_000,
    });
  });

  it("is nothing on a placement without a price, which no client starts", () => {
    const estimate = exampleEstimate({ cost: null });
    expect(actualCost(estimate, HOUR)).toEqual({ microUsd: 0, strandedMicroUsd: 0 });
    expect(estimatedRunCost(estimate)).toBeNull();
  });
});

describe("what a run alone is expected to cost", () => {
  it("leaves out the evaluation and its rework, and keeps the run's own rework", () => {
    const term = (phase: Phase, value: number) => ({ phase, value, name: phase, note: "" });
    const terms = [
      term("training", HOUR),
      term("rework", HOUR / 4),
      term("evaluation", HOUR),
      term("evaluation", HOUR / 4),
    ];
    const time = { low: HOUR, expected: 2.5 * HOUR, high: 3 * HOUR, terms };
    expect(estimatedRunCost(exampleEstimate({ time }))?.microUsd).toBe(1_250_000);
  });
});
