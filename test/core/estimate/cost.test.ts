import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { builtinPriceBook, lookupPrice } from "../../../core/catalog/prices.ts";
import { type Rate, rentedRates } from "../../../core/catalog/rates.ts";
import { type CostInput, costOf, nodeShare } from "../../../core/estimate/cost.ts";
import type { CostLine } from "../../../core/estimate/estimate.ts";
import type { TimePart } from "../../../core/estimate/time-parts.ts";
import { toUsd } from "../../../core/units.ts";
import { NOW } from "../../support/estimate-input.ts";

const P4D: Rate = {
  item: "p4d.24xlarge on-demand",
  unit: "node-hour",
  unitPriceMicroUsd: { low: 21_957_642, expected: 21_957_642, high: 21_957_642 },
  unitsPerHour: 1,
  source: "aws/karpenter-provider-aws",
  asOf: "2026-07-20",
};

const LABELS: CostLine = {
  item: "labels that this run still needs",
  quantity: 1,
  unit: "job",
  unitPriceMicroUsd: 12_000_000,
  microUsd: 12_000_000,
  source: "labellingCost of the job",
  asOf: "2026-11-24",
};

const part = (phase: TimePart["phase"], hours: number): TimePart => ({
  phase,
  name: phase,
  seconds: { low: 1800 * hours, expected: 3600 * hours, high: 7200 * hours },
  note: "",
});

const exact = (hours: number): TimePart => ({
  ...part("training", hours),
  seconds: { low: 3600 * hours, expected: 3600 * hours, high: 3600 * hours },
});

const ONE_OF_EIGHT = { gpus: 1, nodeGpus: 8, othersBusy: null };
const WHOLE = { gpus: 8, nodeGpus: 8, othersBusy: null };

const cost = (changes: Partial<CostInput> = {}) =>
  costOf({
    rates: [P4D],
    parts: [part("training", 2)],
    node: ONE_OF_EIGHT,
    sweepRuns: 1,
    charges: [],
    ...changes,
  });

/** The list price of an instance type in us-east-1. */
function listRates(instanceType: string): Rate[] {
  const price = lookupPrice(builtinPriceBook(), {
    region: "us-east-1",
    instanceType,
    capacity: "on-demand",
    maxAgeDays: { onDemand: 180, spot: 2, owned: 365, service: 365 },
    now: NOW,
  });
  if ("unknown" in price) throw new Error(price.unknown.message);
  return rentedRates(price);
}

describe("the whole-node truth", () => {
  it("charges the job's GPUs, and the rest of the node as a line of its own", () => {
    // two hours of one A100 of eight: 5.49 USD for the GPU, 43.92 USD for the node
    const { lines, strandedMicroUsd, expected } = cost();
    expect(lines.map(({ item, microUsd }) => [item, microUsd])).toEqual([
      ["p4d.24xlarge on-demand: training", 5_489_411],
      ["p4d.24xlarge on-demand: unused GPUs of the node", 38_425_874],
    ]);
    expect(strandedMicroUsd).toBe(38_425_874);
    expect(expected).toBe(43_915_285);
  });

  it("gives the packed and the lone node beside it", () => {
    expect(cost()).toMatchObject({ packedMicroUsd: 5_489_411, aloneMicroUsd: 43_915_285 });
  });

  it("reaches from a packed node in half the hours to a lone one in twice, while nobody knows", () => {
    const { low, high, othersBusy } = cost();
    expect(othersBusy).toBeNull();
    expect([low, high]).toEqual([2_744_705, 87_830_568]);
  });

  it("shares the idle GPUs among those that work, where somebody has said how many do", () => {
    // three of the other seven work: four GPUs pay the node, each a quarter
    const known = cost({ node: { ...ONE_OF_EIGHT, othersBusy: 3 / 7 } });
    expect(known.expected).toBe(2 * 5_489_411);
    expect(known.strandedMicroUsd).toBe(5_489_411);
    expect([known.low, known.high]).toEqual([5_489_411, 21_957_642]);
    expect(known).toMatchObject({ packedMicroUsd: 5_489_411, aloneMicroUsd: 43_915_285 });
  });

  it("strands nothing when every GPU works, for this job or for others", () => {
    for (const node of [WHOLE, { ...ONE_OF_EIGHT, othersBusy: 1 }]) {
      const { lines, strandedMicroUsd } = cost({ node });
      expect(lines).toHaveLength(1);
      expect(strandedMicroUsd).toBe(0);
    }
  });

  it("lets the jobs of a node pay the node, no more and no less", () => {
    const jobs = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(jobs, fc.integer({ min: 8, max: 16 }), (gpus, spare) => {
        const busy = gpus.reduce((a, b) => a + b, 0);
        const nodeGpus = busy + spare;
        const shares = gpus.map(
          (own) =>
            nodeShare({ gpus: own, nodeGpus, othersBusy: (busy - own) / (nodeGpus - own) })
              .expected,
        );
        expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
      }),
    );
  });
});

describe('"one A100-class GPU for 2 to 8 hours"', () => {
  const usd = (micro: number) => toUsd(micro).toFixed(2);
  const hours = (instanceType: string, node: CostInput["node"]) =>
    [2, 8].map((h) => cost({ rates: listRates(instanceType), parts: [exact(h)], node }));

  it("is 5.49 to 21.96 USD on a packed p4d.24xlarge and 43.92 to 175.66 USD alone", () => {
    const [two, eight] = hours("p4d.24xlarge", ONE_OF_EIGHT);
    expect([two?.packedMicroUsd ?? 0, eight?.packedMicroUsd ?? 0].map(usd)).toEqual([
      "5.49",
      "21.96",
    ]);
    expect([two?.aloneMicroUsd ?? 0, eight?.aloneMicroUsd ?? 0].map(usd)).toEqual([
      "43.92",
      "175.66",
    ]);
  });

  it.each([
    ["p5.4xlarge", "13.76", "55.04"],
    ["g6e.xlarge", "3.72", "14.89"],
    ["g5.xlarge", "2.01", "8.05"],
  ])("is the same packed and alone on %s: %s to %s USD", (instanceType, two, eight) => {
    const costs = hours(instanceType, { gpus: 1, nodeGpus: 1, othersBusy: null });
    expect(costs.map(({ expected }) => usd(expected))).toEqual([two, eight]);
    for (const { expected, packedMicroUsd, aloneMicroUsd } of costs) {
      expect([packedMicroUsd, aloneMicroUsd]).toEqual([expected, expected]);
    }
  });

  it("is cheaper on p4d than on p5.4xlarge only while at least 4 of its 8 GPUs work", () => {
    const [p5] = hours("p5.4xlarge", { gpus: 1, nodeGpus: 1, othersBusy: null });
    const beats = [1, 2, 3, 4, 5, 6, 7, 8].filter((busy) => {
      const [p4d] = hours("p4d.24xlarge", { ...ONE_OF_EIGHT, othersBusy: (busy - 1) / 7 });
      return (p4d?.expected ?? 0) < (p5?.expected ?? 0);
    });
    expect(beats).toEqual([4, 5, 6, 7, 8]);
  });
});

describe("cost", () => {
  it("trains every run of a sweep and evaluates its winner once", () => {
    const parts = [part("training", 1), part("evaluation", 1)];
    const { lines } = cost({ node: WHOLE, parts, sweepRuns: 5 });
    expect(lines.map(({ item, quantity }) => [item, quantity])).toEqual([
      ["p4d.24xlarge on-demand: training of 5 sweep runs", 5],
      ["p4d.24xlarge on-demand: evaluation", 1],
    ]);
  });

  it("has a line for rework on spot and one for the idle node", () => {
    const parts = [part("training", 2), part("rework", 0.05), part("idle", 300 / 3600)];
    expect(cost({ node: WHOLE, parts }).lines.map(({ item }) => item)).toEqual([
      "p4d.24xlarge on-demand: training",
      "p4d.24xlarge on-demand: rework after spot interruptions",
      "p4d.24xlarge on-demand: node idle until removed",
    ]);
  });

  it("sums up in one line what is not worth one a phase, and strands its part of the node", () => {
    const plane: Rate = { ...P4D, item: "control plane", inOneLine: true };
    const { lines } = cost({
      rates: [P4D, plane],
      parts: [part("training", 2), part("evaluation", 1)],
    });
    expect(lines.map(({ item, quantity }) => [item, quantity])).toEqual([
      ["p4d.24xlarge on-demand: training", 2 / 8],
      ["p4d.24xlarge on-demand: evaluation", 1 / 8],
      ["control plane: all phases", 3 / 8],
      ["p4d.24xlarge on-demand: unused GPUs of the node", (3 * 7) / 8],
      ["control plane: unused GPUs of the node", (3 * 7) / 8],
    ]);
  });

  it("adds the charges as they are, in low, expected and high", () => {
    const [without, with_] = [cost(), cost({ charges: [LABELS] })];
    expect(with_.lines.at(-1)).toEqual(LABELS);
    for (const key of ["low", "expected", "high", "packedMicroUsd", "aloneMicroUsd"] as const) {
      expect(with_[key] - without[key]).toBe(12_000_000);
    }
    expect(with_.strandedMicroUsd).toBe(without.strandedMicroUsd);
  });

  it("takes the dear end of a price range for the high estimate", () => {
    const range = { low: 8_000_000, expected: 9_000_000, high: 10_000_000 };
    expect(cost({ node: WHOLE, rates: [{ ...P4D, unitPriceMicroUsd: range }] })).toMatchObject({
      low: 8_000_000,
      expected: 18_000_000,
      high: 40_000_000,
    });
  });

  const price = fc.tuple(
    fc.integer({ min: 0, max: 60_000_000 }),
    fc.integer({ min: 0, max: 9_000_000 }),
    fc.integer({ min: 0, max: 9_000_000 }),
  );
  const rate = fc.record({
    price,
    unitsPerHour: fc.double({ min: 0.001, max: 2, noNaN: true }),
    inOneLine: fc.boolean(),
  });
  const setting = fc.record({
    gpus: fc.integer({ min: 1, max: 8 }),
    othersBusy: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    hours: fc.double({ min: 1e-6, max: 500, noNaN: true }),
    rates: fc.array(rate, { minLength: 1, maxLength: 4 }),
    sweepRuns: fc.integer({ min: 1, max: 50 }),
    charge: fc.integer({ min: 0, max: 1e9 }),
    spread: fc.boolean(),
  });
  type Setting = typeof setting extends fc.Arbitrary<infer S> ? S : never;

  function inputOf(given: Setting): Partial<CostInput> {
    const make = given.spread
      ? part
      : (phase: TimePart["phase"], hours: number) => ({ ...exact(hours), phase });
    return {
      rates: given.rates.map(({ price: [low, up, more], unitsPerHour, inOneLine }) => ({
        ...P4D,
        unitsPerHour,
        ...(inOneLine ? { inOneLine } : {}),
        unitPriceMicroUsd: { low, expected: low + up, high: low + up + more },
      })),
      parts: [
        make("start-up", given.hours / 9),
        make("start-up", given.hours / 11),
        make("training", given.hours),
        make("rework", given.hours / 30),
        make("evaluation", given.hours / 7),
        make("idle", 1 / 12),
      ],
      node: { gpus: given.gpus, nodeGpus: 8, othersBusy: given.othersBusy },
      sweepRuns: given.sweepRuns,
      charges: [{ ...LABELS, unitPriceMicroUsd: given.charge, microUsd: given.charge }],
    };
  }

  it("adds up to the micro-dollar and keeps its order, whatever the run", () => {
    fc.assert(
      fc.property(setting, (given) => {
        const of = cost(inputOf(given));
        expect(of.lines.reduce((sum, { microUsd }) => sum + microUsd, 0)).toBe(of.expected);
        for (const line of of.lines) {
          expect(line.microUsd).toBe(Math.round(line.quantity * line.unitPriceMicroUsd));
        }
        expect(of.low).toBeLessThanOrEqual(of.expected);
        expect(of.high).toBeGreaterThanOrEqual(of.expected);
        expect(of.packedMicroUsd).toBe(of.expected - of.strandedMicroUsd);
        expect(of.aloneMicroUsd).toBeGreaterThanOrEqual(of.expected);
        if (given.othersBusy === null) expect(of.aloneMicroUsd).toBe(of.expected);
      }),
      { numRuns: 300 },
    );
  });

  it("never falls when hours or prices rise", () => {
    fc.assert(
      fc.property(setting, fc.integer({ min: 100, max: 300 }), (given, percent) => {
        const more = percent / 100;
        const now = cost(inputOf(given));
        const longer = cost(inputOf({ ...given, hours: given.hours * more }));
        const dearer = cost(
          inputOf({
            ...given,
            rates: given.rates.map(({ price: [low, ...rest], ...other }) => ({
              ...other,
              price: [Math.ceil(low * more), ...rest],
            })),
          }),
        );
        for (const key of ["low", "expected", "high", "packedMicroUsd", "aloneMicroUsd"] as const) {
          expect(longer[key]).toBeGreaterThanOrEqual(now[key]);
          expect(dearer[key]).toBeGreaterThanOrEqual(now[key]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
