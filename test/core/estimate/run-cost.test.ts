import { describe, expect, it } from "vitest";
import { estimatedRunCost } from "../../../core/estimate/actual-cost.ts";
import type { Placement } from "../../../core/estimate/estimate.ts";
import { type RunCostInput, runCost } from "../../../core/estimate/run-cost.ts";
import { type TimePart, timePart } from "../../../core/estimate/time-parts.ts";
import { inputWith, LAPTOP } from "../../support/estimate-input.ts";
import { exampleEstimate } from "../../support/example-estimate.ts";

const P4D: Placement = {
  tier: "a100-40",
  capacity: "on-demand",
  provider: "aws",
  region: "us-east-1",
  instanceType: "p4d.24xlarge",
  gpu: "A100-40GB",
  gpuCount: 1,
  nodeGpus: 8,
  variant: { method: "lora", microBatch: 4, gradientAccumulation: 1, checkpointing: null },
};
const EXACT = [{ low: 1, high: 1 }];
const PARTS: TimePart[] = [
  timePart("training", "training", 7200, EXACT, ""),
  timePart("evaluation", "evaluation on the test split", 1800, EXACT, ""),
];

const STATED = { source: "node metrics of October", asOf: "2026-11-01" };
const S3 = { service: "s3-standard", price: "0.023 USD", ...STATED };
const ALL = {
  sharing: [{ tier: "a100-40", othersBusy: 0.6, ...STATED }],
  eks: { nodes: 4, autoMode: 0.12, ...STATED },
  node: { diskGB: 100, ...STATED },
  storage: { months: 6 },
  network: { nat: ["weights"], egressGB: 1 },
  review: { items: 40, perItem: "0.75 USD", ...STATED },
  upkeep: [{ item: "adapter server", perMonth: "90 USD", ...STATED }],
  prices: [S3],
};

function costOn(
  costs: object,
  placement: Partial<Placement> = {},
  changes: Partial<RunCostInput> = {},
  job: Record<string, unknown> = {},
) {
  return runCost(inputWith(job, { costs }), {
    placement: { ...P4D, ...placement },
    machine: undefined,
    parts: PARTS,
    weightBytes: 16e9,
    adapterBytes: 168e6,
    ...changes,
  });
}

describe("the cost of a placed job", () => {
  it("charges the whole node while nobody has said how busy it is, and says so", () => {
    const { cost, assumptions, unknowns } = costOn({});
    expect(unknowns).toEqual([]);
    // 2.5 h of 21.957642 USD
    expect(cost?.expected).toBe(54_894_106);
    expect(cost?.aloneMicroUsd).toBe(cost?.expected);
    // the hours are exact here, so that only the node is open; a line each is rounded in the one, the whole in the other
    expect(Math.abs((cost?.low ?? 0) - (cost?.packedMicroUsd ?? 0))).toBeLessThanOrEqual(2);
    expect(assumptions).toEqual([
      {
        name: "other GPUs of the node",
        value: "nobody has said how busy they are: you pay for the whole node",
        source: "say it under costs.sharing in tunekit.yaml",
      },
    ]);
  });

  it("takes the stated share of the node's tier, with whose word it is", () => {
    const { cost, assumptions } = costOn({ sharing: ALL.sharing });
    // 1 + 0.6 x 7 = 5.2 GPUs pay the node
    expect(cost?.expected).toBeCloseTo(54_894_106 / 5.2, -1);
    expect(cost?.othersBusy).toBe(0.6);
    expect(assumptions).toEqual([
      {
        name: "other GPUs of the node",
        value: "60 % busy with other jobs",
        source: "node metrics of October, 2026-11-01",
      },
    ]);
    const elsewhere = costOn({ sharing: [{ tier: "h100-80", othersBusy: 0.6, ...STATED }] });
    expect(elsewhere.cost?.othersBusy).toBeNull();
  });

  it("has nothing to assume where the job uses every GPU", () => {
    expect(costOn({}, { gpuCount: 8 }).assumptions).toEqual([]);
  });

  it("adds every line that the platform gives, and they add up", () => {
    const { cost } = costOn(ALL);
    const items = cost?.lines.map(({ item }) => item) ?? [];
    expect(items).toEqual([
      "p4d.24xlarge on-demand: training",
      "p4d.24xlarge on-demand: evaluation",
      "100 GB of node disk: all phases",
      "control plane, one of 4 nodes: all phases",
      "EKS Auto Mode, 12 % of p4d.24xlarge on-demand: all phases",
      "p4d.24xlarge on-demand: unused GPUs of the node",
      "100 GB of node disk: unused GPUs of the node",
      "control plane, one of 4 nodes: unused GPUs of the node",
      "EKS Auto Mode, 12 % of p4d.24xlarge on-demand: unused GPUs of the node",
      "adapter and checkpoints in the bucket for 6 months",
      "weights through the NAT gateway",
      "sent out of the cloud",
      "human review of the evaluation",
    ]);
    expect(cost?.lines.reduce((sum, { microUsd }) => sum + microUsd, 0)).toBe(cost?.expected);
  });

  it("keeps what is spent only after deployment out of the cost", () => {
    const [without, with_] = [costOn({}).cost, costOn({ upkeep: ALL.upkeep }).cost];
    expect(with_?.expected).toBe(without?.expected);
    // the job of these tests is retrained once a year, at the price of this run
    expect(with_?.upkeep).toEqual({
      microUsdPerMonth: 90_000_000 + 4_574_509,
      lines: [
        {
          item: "adapter server",
          quantity: 1,
          unit: "month",
          unitPriceMicroUsd: 90_000_000,
          microUsd: 90_000_000,
          ...STATED,
        },
        {
          item: "retrains when the task changes",
          quantity: 1 / 12,
          unit: "run",
          unitPriceMicroUsd: 54_894_106,
          microUsd: 4_574_509,
          source: "changesPerYear of the use case",
          asOf: "2026-11-24",
        },
      ],
    });
    const useCase = { ...inputWith().job.useCase, changesPerYear: 0 };
    const still = { ...useCase, valuePerCorrectAnswer: 0.05, deploymentCost: 500 };
    expect(costOn({}, {}, {}, { useCase: still }).cost?.upkeep).toBeNull();
  });

  it.each([
    ["PriceUnknown", { region: "mars-1" }, {}, 1],
    ["SpotUnavailable", { capacity: "spot", instanceType: "p5.4xlarge" }, {}, 1],
    ["PriceStale", { capacity: "spot" }, {}, 1],
    ["PriceStale", {}, { storage: { months: 6 } }, 1],
    ["PriceUnknown", { region: "mars-1" }, ALL, 5],
  ] as const)("%s: no cost and no zero (%o, %o)", (code, placement, costs, missing) => {
    const { cost, unknowns } = costOn(costs, placement);
    expect(cost).toBeNull();
    expect(unknowns.map((unknown) => unknown.code)).toEqual(Array(missing).fill(code));
  });

  it("leaves the cloud's services out of an owned machine's cost", () => {
    const { platform } = inputWith();
    const owned = { ...P4D, tier: "local-cpu", provider: "owned", region: null } as const;
    const placement = { ...owned, instanceType: LAPTOP.name, gpuCount: 1, nodeGpus: 1 };
    const { cost } = costOn(ALL, placement, { machine: platform.owned[0] });
    const units = new Set(cost?.lines.map(({ unit }) => unit));
    expect(units).toEqual(new Set(["machine-hour", "kWh", "item"]));
  });
});

describe("estimate and settlement", () => {
  it.each([
    ["nobody has said how busy the node is", {}],
    ["the node is shared", { sharing: ALL.sharing, eks: ALL.eks, node: ALL.node }],
  ])("price the same hours alike while %s", (_, costs) => {
    const { cost } = costOn(costs);
    const terms = PARTS.map(({ phase, name, seconds, note }) => ({
      phase,
      name,
      note,
      value: seconds.expected,
    }));
    const estimate = exampleEstimate({
      placement: P4D,
      cost,
      time: { low: 9000, expected: 9000, high: 9000, terms },
    });
    // the evaluation is a job of its own: 7,200 of the 9,000 seconds are the run's
    const run = (cost?.expected ?? Number.NaN) * (7200 / 9000);
    expect(Math.abs((estimatedRunCost(estimate)?.microUsd ?? 0) - run)).toBeLessThan(5);
  });
});
