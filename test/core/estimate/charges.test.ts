import { describe, expect, it } from "vitest";
import { builtinPriceBook } from "../../../core/catalog/prices.ts";
import { type ChargesInput, chargesOf } from "../../../core/estimate/charges.ts";
import { RunCosts } from "../../../core/spec/run-costs.ts";
import { NOW } from "../../support/estimate-input.ts";

const S3 = { service: "s3-standard", price: "0.023 USD", source: "AWS bill", asOf: "2026-11-01" };

const charges = (costs: object, changes: Partial<ChargesInput> = {}) =>
  chargesOf({
    job: { sweepRuns: 1, labellingCost: 0 },
    costs: RunCosts.parse(costs),
    book: builtinPriceBook(),
    region: "us-east-1",
    weightBytes: 16e9,
    adapterBytes: 168e6,
    maxAgeDays: { onDemand: 180, spot: 2, owned: 365, service: 365 },
    now: NOW,
    ...changes,
  });

describe("what a run is charged beside its machine", () => {
  it("is nothing, unless platform or job say otherwise", () => {
    expect(charges({})).toEqual({ charges: [], unknowns: [] });
  });

  it("is storage by the month: the adapter and three checkpoints of 3.1 adapters", () => {
    const { charges: lines, unknowns } = charges({ storage: { months: 12 }, prices: [S3] });
    expect(unknowns).toEqual([]);
    // 0.168 GB x 10.3 x 12 months x 0.023 USD
    expect(lines).toEqual([
      {
        item: "adapter and checkpoints in the bucket for 12 months",
        quantity: expect.closeTo(20.7648, 4),
        unit: "GB-month",
        unitPriceMicroUsd: 23_000,
        microUsd: 477_590,
        source: "AWS bill",
        asOf: "2026-11-01",
      },
    ]);
  });

  it("is NAT by the GB for what comes through it, at the book's price", () => {
    const { charges: lines } = charges({ network: { nat: ["weights", "image"], imageGB: 4 } });
    expect(lines).toEqual([
      {
        item: "weights and image through the NAT gateway",
        quantity: 20,
        unit: "GB",
        unitPriceMicroUsd: 45_000,
        microUsd: 900_000,
        source: "cloudpipelines",
        asOf: "2026-01-01",
      },
    ]);
    expect(charges({ network: { nat: ["image"], imageGB: 4 } }).charges[0]?.quantity).toBe(4);
    // through the S3 gateway endpoint the weights are free
    expect(charges({ network: { imageGB: 4 } }).charges).toEqual([]);
  });

  it("is what leaves the cloud, each run of a sweep", () => {
    const job = { sweepRuns: 3, labellingCost: 0 };
    const { charges: lines } = charges({ network: { egressGB: 2 } }, { job });
    expect(lines).toMatchObject([{ quantity: 6, unitPriceMicroUsd: 90_000, microUsd: 540_000 }]);
  });

  it("is the review of the evaluation and the labels, on any machine", () => {
    const review = { items: 40, perItem: "0.75 USD", source: "agency rate", asOf: "2026-11-01" };
    const job = { sweepRuns: 5, labellingCost: 12_000_000 };
    const { charges: lines } = charges({ review }, { job, region: null });
    expect(lines).toEqual([
      {
        item: "human review of the evaluation",
        quantity: 40,
        unit: "item",
        unitPriceMicroUsd: 750_000,
        microUsd: 30_000_000,
        source: "agency rate",
        asOf: "2026-11-01",
      },
      {
        item: "labels that this run still needs",
        quantity: 1,
        unit: "job",
        unitPriceMicroUsd: 12_000_000,
        microUsd: 12_000_000,
        source: "labellingCost of the job",
        asOf: "2026-11-24",
      },
    ]);
  });

  it("is no cloud service on an owned machine", () => {
    const costs = { storage: { months: 12 }, network: { nat: ["weights"], egressGB: 1 } };
    expect(charges(costs, { region: null })).toEqual({ charges: [], unknowns: [] });
  });

  it("is unknown, never zero, where a quantity has no price or an old one", () => {
    const costs = { storage: { months: 1 }, network: { nat: ["weights"] } };
    expect(charges(costs, { region: "eu-west-1" })).toEqual({
      charges: [],
      unknowns: [
        {
          code: "PriceUnknown",
          message: 'price book "builtin" has no price for s3-standard in eu-west-1',
          fix: "enter it under costs.prices in tunekit.yaml: {service: s3-standard, price, source, asOf}",
        },
        {
          code: "PriceUnknown",
          message: 'price book "builtin" has no price for nat-data in eu-west-1',
          fix: "enter it under costs.prices in tunekit.yaml: {service: nat-data, price, source, asOf}",
        },
      ],
    });
    const review = { items: 4, perItem: "1 USD", source: "old rate", asOf: "2025-11-01" };
    expect(charges({ review }).unknowns).toEqual([
      {
        code: "PriceStale",
        message: "the price for reviewing an item is 388 days old, the limit is 365",
        fix: "bring costs.review in tunekit.yaml and its asOf up to date; or raise policy.priceMaxAgeDays",
      },
    ]);
  });
});
