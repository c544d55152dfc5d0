import { describe, expect, it } from "vitest";
import { Estimate, type Placement } from "../../../core/estimate/estimate.ts";
import type { EstimateInput } from "../../../core/estimate/estimate-input.ts";
import { estimatePlacement } from "../../../core/estimate/estimate-placement.ts";
import { placements } from "../../../core/estimate/placements.ts";
import { GB } from "../../../core/units.ts";
import { inputWith, LAPTOP } from "../../support/estimate-input.ts";

const estimateOn = (input: EstimateInput, instanceType: string): Estimate => {
  const placement = placements(input).find((candidate) => candidate.instanceType === instanceType);
  return estimatePlacement(input, placement as Placement);
};

const A100 = { placement: { tiers: ["a100-40"] } };
const SMOL = {
  base: { model: "smollm2-135m-instruct", revision: "0.1.2" },
  training: { steps: 60, batchSize: 4, maxLength: 256, checkpointEverySteps: 30 },
  placement: { tiers: ["local-cpu"] },
};
const MAILS = {
  trainExamples: 240,
  validationExamples: 24,
  testExamples: 80,
  meanTokens: 64,
  longestTokens: 96,
};

describe("an estimate", () => {
  const estimate = estimateOn(inputWith(A100), "p4d.24xlarge");

  it("has the shape that everyone reads, and is pure", () => {
    expect(Estimate.parse(estimate)).toEqual(estimate);
    expect(estimateOn(inputWith(A100), "p4d.24xlarge")).toEqual(estimate);
  });

  it("adds up: memory, time and cost", () => {
    const sum = (values: readonly { value: number }[]) => values.reduce((a, b) => a + b.value, 0);
    expect(sum(estimate.memory.terms)).toBe(estimate.memory.expected);
    expect(sum(estimate.time.terms)).toBeCloseTo(estimate.time.expected, 6);
    expect(estimate.cost?.lines.reduce((a, { microUsd }) => a + microUsd, 0)).toBe(
      estimate.cost?.expected,
    );
  });

  it("holds low <= expected <= high everywhere", () => {
    for (const range of [estimate.memory, estimate.speed, estimate.time, estimate.cost]) {
      expect(range?.low).toBeLessThanOrEqual(range?.expected ?? Number.NaN);
      expect(range?.high).toBeGreaterThanOrEqual(range?.expected ?? Number.NaN);
    }
  });

  it("charges one GPU of eight seven times as much for the rest of the node", () => {
    const { lines = [], strandedMicroUsd = 0 } = estimate.cost ?? {};
    const share = (estimate.cost?.expected ?? 0) - strandedMicroUsd;
    expect(strandedMicroUsd / share).toBeCloseTo(7, 4);
    expect(lines.at(-1)).toMatchObject({
      item: "p4d.24xlarge on-demand: unused GPUs of the node",
      microUsd: strandedMicroUsd,
    });
  });

  it("says where every assumption comes from", () => {
    const names = estimate.assumptions.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(["lossPath", "packing", "checkpointing", "token counts"]),
    );
    for (const { name, source } of estimate.assumptions) expect(source, name).not.toBe("");
  });

  it("says that the longest example may be too long, where that is not known for sure", () => {
    const longest = (longestTokens: number) =>
      estimateOn(inputWith(A100, {}, { longestTokens }), "p4d.24xlarge").assumptions.filter(
        ({ name }) => name === "longest example",
      );
    expect(longest(1024)).toEqual([]);
    expect(longest(1025)).toEqual([
      {
        name: "longest example",
        value: "taken to be no longer than training.maxLength 1024, though it may have 1025 tokens",
        source:
          "the trainer refuses an example that it would have to cut: raise maxLength or shorten it",
      },
    ]);
  });

  it("is wider in speed on a card that nobody published a speed of", () => {
    const width = (tier: string, type: string) => {
      const { speed } = estimateOn(inputWith({ placement: { tiers: [tier] } }), type);
      return speed.high / speed.low;
    };
    expect(width("gpu-24gb", "g6.2xlarge")).toBeGreaterThan(width("gpu-48gb", "g6e.2xlarge"));
  });

  it("names the book that its prices come from", () => {
    const { book } = inputWith();
    expect(estimate.priceBook).toEqual({ id: book.id, digest: book.digest, asOf: book.asOf });
  });

  it("refuses a card that the catalog lacks", () => {
    const placement = { ...estimate.placement, gpu: "A100-80" };
    expect(() => estimatePlacement(inputWith(A100), placement)).toThrow(
      expect.objectContaining({ code: "UnknownGpu" }),
    );
  });
});

describe("a price that cannot be given", () => {
  it.each([
    ["PriceUnknown", { region: "mars-1" }, {}],
    ["PriceStale", {}, { policy: { priceMaxAgeDays: { onDemand: 30 } } }],
    ["PriceStale", { capacity: ["spot"] }, {}],
  ])(
    "%s: cost null, the reason among the unknowns, everything else still there",
    (code, placement, platform) => {
      const input = inputWith({ placement: { tiers: ["a100-40"], ...placement } }, platform);
      const estimate = estimateOn(input, "p4d.24xlarge");
      expect(estimate.cost).toBeNull();
      expect(estimate.unknowns).toEqual([expect.objectContaining({ code })]);
      expect(estimate.time.expected).toBeGreaterThan(0);
    },
  );

  it("is unknown, not zero, on an owned machine that nobody described", () => {
    const estimate = estimateOn(inputWith(SMOL, { owned: [] }, MAILS), "local-cpu");
    expect(estimate.cost).toBeNull();
    expect(estimate.unknowns).toEqual([
      {
        code: "PriceUnknown",
        message: 'nobody has entered what the machine "local-cpu" costs',
        fix: "describe it under owned in tunekit.yaml: capital, life, use, watts, price of power",
      },
    ]);
  });
});

describe("the machine at hand", () => {
  const run = (method: string) =>
    estimateOn(inputWith({ ...SMOL, method }, {}, MAILS), LAPTOP.name);
  const trainingSeconds = ({ time }: Estimate) =>
    time.terms
      .filter(({ name }) => !name.startsWith("evaluation"))
      .reduce((sum, { value }) => sum + value, 0);

  it.each([
    // tunekit's trainer on two cores: 126 s and 3.0 GB with LoRA, 144 s and 2.5 GB with QLoRA
    ["lora", 126, 3.0],
    ["qlora", 144, 2.5],
  ])("%s of SmolLM2-135M: near %d s and %d GB, as measured", (method, wall, gigabytes) => {
    const estimate = run(method);
    expect(Math.abs(trainingSeconds(estimate) / wall - 1)).toBeLessThan(0.3);
    expect(estimate.memory.low / GB).toBeLessThan(gigabytes);
    expect(estimate.memory.high / GB).toBeGreaterThan(gigabytes);
  });

  it("costs its capital and its power, each a line, and more than nothing", () => {
    const units = new Set(run("lora").cost?.lines.map(({ unit }) => unit));
    expect(units).toEqual(new Set(["machine-hour", "kWh"]));
    expect(run("lora").cost?.low).toBeGreaterThan(0);
  });
});
