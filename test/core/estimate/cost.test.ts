import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Rate } from "../../../core/catalog/rates.ts";
import { type CostInput, costOf, spotMultiplier } from "../../../core/estimate/cost.ts";
import type { TimePart } from "../../../core/estimate/time.ts";

const P4D: Rate = {
  item: "p4d.24xlarge on-demand",
  unit: "node-hour",
  unitPriceMicroUsd: { low: 21_957_642, expected: 21_957_642, high: 21_957_642 },
  unitsPerHour: 1,
  source: "aws/karpenter-provider-aws",
  asOf: "2026-07-20",
};

const part = (phase: TimePart["phase"], hours: number): TimePart => ({
  phase,
  name: phase,
  seconds: { low: 1800 * hours, expected: 3600 * hours, high: 7200 * hours },
  note: "",
});

const input = (changes: Partial<CostInput> = {}): CostInput => ({
  rates: [P4D],
  parts: [part("training", 2)],
  share: 1 / 8,
  startsNode: false,
  spotCheckpointSeconds: null,
  sweepRuns: 1,
  labelling: { microUsd: 0, asOf: "2026-11-24" },
  ...changes,
});

describe("cost", () => {
  it("prices the whole node: the job's share, and the rest as a line of its own", () => {
    // two hours of one A100 of eight: 5.49 USD for the share, 43.92 USD for the node
    const { cost } = costOf(input());
    expect(cost.lines.map(({ item, microUsd }) => [item, microUsd])).toEqual([
      ["p4d.24xlarge on-demand: training", 5_489_411],
      ["p4d.24xlarge on-demand: unused GPUs of the node", 38_425_874],
    ]);
    expect(cost.strandedMicroUsd).toBe(38_425_874);
    expect(cost.expected).toBe(43_915_285);
    // half and twice the hours
    expect([cost.low, cost.high]).toEqual([21_957_642, 87_830_568]);
  });

  it("has no stranded line when every GPU works", () => {
    const { cost } = costOf(input({ share: 1 }));
    expect(cost.lines).toHaveLength(1);
    expect(cost.strandedMicroUsd).toBe(0);
  });

  it("trains every run of a sweep and evaluates its winner once", () => {
    const parts = [part("training", 1), part("evaluation", 1)];
    const { cost } = costOf(input({ share: 1, parts, sweepRuns: 5 }));
    expect(cost.lines.map(({ item, quantity }) => [item, quantity])).toEqual([
      ["p4d.24xlarge on-demand: training of 5 sweep runs", 5],
      ["p4d.24xlarge on-demand: evaluation", 1],
    ]);
  });

  it("adds the rework of spot", () => {
    // docs/cost-gate.md: half-hour checkpoints 1.025, two-hour checkpoints 1.0625
    expect(spotMultiplier(1800)).toBeCloseTo(1.025, 10);
    expect(spotMultiplier(7200)).toBeCloseTo(1.0625, 10);
    const { cost, assumptions } = costOf(input({ share: 1, spotCheckpointSeconds: 1800 }));
    expect(cost.lines[1]).toMatchObject({
      item: "p4d.24xlarge on-demand: rework after spot interruptions",
    });
    expect(cost.lines[1]?.quantity).toBeCloseTo(0.05, 10);
    expect(assumptions.map(({ name }) => name)).toEqual(["spot interruptions"]);
  });

  it("adds the time in which a started node idles", () => {
    const { cost, assumptions } = costOf(input({ share: 1, startsNode: true }));
    expect(cost.lines[1]).toMatchObject({
      item: "p4d.24xlarge on-demand: node idle until removed",
      quantity: 300 / 3600,
    });
    expect(assumptions.map(({ name }) => name)).toEqual(["node idle until removed"]);
  });

  it("adds the labels that the run still needs, at what the job says", () => {
    const { cost } = costOf(input({ labelling: { microUsd: 12_000_000, asOf: "2026-11-24" } }));
    expect(cost.lines.at(-1)).toEqual({
      item: "labels that this run still needs",
      quantity: 1,
      unit: "job",
      unitPriceMicroUsd: 12_000_000,
      microUsd: 12_000_000,
      source: "labellingCost of the job",
      asOf: "2026-11-24",
    });
  });

  it("takes the dear end of a price range for the high estimate", () => {
    const range = { low: 8_000_000, expected: 9_000_000, high: 10_000_000 };
    const { cost } = costOf(input({ share: 1, rates: [{ ...P4D, unitPriceMicroUsd: range }] }));
    expect(cost).toMatchObject({ low: 8_000_000, expected: 18_000_000, high: 40_000_000 });
  });

  it("adds up to the micro-dollar, whatever the run", () => {
    const setting = fc.record({
      gpus: fc.integer({ min: 1, max: 8 }),
      hours: fc.double({ min: 1e-6, max: 500, noNaN: true }),
      price: fc.integer({ min: 1, max: 60_000_000 }),
      sweepRuns: fc.integer({ min: 1, max: 50 }),
      spot: fc.option(fc.integer({ min: 1, max: 7200 })),
      labels: fc.integer({ min: 0, max: 1e9 }),
    });
    fc.assert(
      fc.property(setting, ({ gpus, hours, price, sweepRuns, spot, labels }) => {
        const rate = { ...P4D, unitPriceMicroUsd: { low: price, expected: price, high: price } };
        const { cost } = costOf({
          rates: [rate],
          parts: [
            part("start-up", hours / 9),
            part("training", hours),
            part("evaluation", hours / 7),
          ],
          share: gpus / 8,
          startsNode: true,
          spotCheckpointSeconds: spot,
          sweepRuns,
          labelling: { microUsd: labels, asOf: "2026-11-24" },
        });
        expect(cost.lines.reduce((sum, { microUsd }) => sum + microUsd, 0)).toBe(cost.expected);
        for (const line of cost.lines) {
          expect(line.microUsd).toBe(Math.round(line.quantity * line.unitPriceMicroUsd));
        }
        expect(cost.low).toBeLessThanOrEqual(cost.expected);
        expect(cost.high).toBeGreaterThanOrEqual(cost.expected);
      }),
    );
  });
});
