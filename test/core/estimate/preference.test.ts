import { describe, expect, it } from "vitest";
import type { Estimate } from "../../../core/estimate/estimate.ts";
import { byPreference, obstacleOf, warningsOf } from "../../../core/estimate/preference.ts";
import { GiB, microUsd } from "../../../core/units.ts";
import { exampleCost, exampleEstimate } from "../../support/example-estimate.ts";

const estimate = exampleEstimate();
const { memory, placement, time } = estimate;

/** Up to 3 hours of 2 expected; 16 of 39 GiB. */
const doesNotFit = (expected: number): Estimate => ({
  ...estimate,
  memory: { ...memory, expected: expected * GiB, fit: "does-not-fit" },
});
const borderline: Estimate = { ...estimate, memory: { ...memory, fit: "borderline" } };
const unpriced: Estimate = {
  ...estimate,
  cost: null,
  unknowns: [{ code: "PriceStale", message: "old", fix: "refresh" }],
};
const costing = (expected: number): Estimate => ({
  ...estimate,
  cost: exampleCost(1, expected, 99),
});
const HOUR = 3600;

describe("what stands against a placement", () => {
  it("is nothing when it fits, has a price and ends in time", () => {
    expect(obstacleOf(estimate, undefined)).toBeUndefined();
    expect(obstacleOf(estimate, 3 * HOUR)).toBeUndefined();
  });

  it("is the memory before all else", () => {
    expect(obstacleOf({ ...doesNotFit(50), cost: null }, 1)).toEqual({
      code: "DoesNotFitMemory",
      message: "the job needs 50.0 GiB of memory, and 39.0 GiB can be used",
      fix: "make training.batchSize smaller with more gradientAccumulation, allow a larger tier, or, changing what is learned, use qlora",
    });
  });

  it("is the price that is missing, as the price book says it", () => {
    expect(obstacleOf(unpriced, 1)).toEqual(unpriced.unknowns[0]);
  });

  it("is the deadline that the slow end of the interval misses", () => {
    expect(obstacleOf(estimate, 2.5 * HOUR)).toEqual({
      code: "DeadlineMissed",
      message: "it may take up to 3 h 0 min, and the deadline is 2 h 30 min",
      fix: "raise placement.deadline, allow a faster tier or more GPUs, or train fewer steps",
    });
  });

  it("is a fit that nobody can be sure of", () => {
    expect(obstacleOf(borderline, undefined)).toMatchObject({
      code: "DoesNotFitMemory",
      message: "the job may run out of memory: it needs about 16.0 GiB of 39.0 GiB",
    });
  });
});

describe("what a reader has to know first", () => {
  it("is every unknown, and that the job may run out of memory", () => {
    expect(warningsOf(estimate)).toEqual([]);
    const both = { ...unpriced, memory: borderline.memory };
    expect(warningsOf(both).map(({ code }) => code)).toEqual(["PriceStale", "DoesNotFitMemory"]);
  });
});

describe("the order of placements", () => {
  const order = (deadline?: number) => (a: Estimate, b: Estimate) => byPreference(deadline)(a, b);

  it("is: fits, may fit, may be late, without a price, nearest to fitting", () => {
    const late: Estimate = { ...costing(1), time: { ...time, high: 9 * HOUR } };
    const sorted = [costing(90), { ...borderline, cost: exampleCost(1, 2, 3) }, late, unpriced];
    const all = [...sorted, doesNotFit(40), doesNotFit(80)];
    expect(all.toReversed().sort(order(4 * HOUR))).toEqual(all);
  });

  it("is then the cost, the smaller node, the shorter time, the name", () => {
    const at = (changes: Partial<typeof placement>): Estimate => ({
      ...estimate,
      placement: { ...placement, ...changes },
    });
    const all = [
      costing(7),
      at({ nodeGpus: 4 }),
      { ...estimate, time: { ...time, expected: time.expected - 1 } },
      at({ instanceType: "a" }),
      estimate,
    ];
    expect(all.toReversed().sort(order())).toEqual(all);
    expect(estimate.cost?.expected).toBe(microUsd(8));
  });

  it("leaves two ways on one machine as they were listed", () => {
    const other = { ...estimate, placement: { ...placement, variant: { ...placement.variant } } };
    expect(order()(estimate, other)).toBe(0);
  });
});
