import { describe, expect, it } from "vitest";
import { builtinPriceBook } from "../../../core/catalog/prices.ts";
import { lookupService, type ServiceQuery } from "../../../core/catalog/services.ts";
import { NOW } from "../../support/estimate-input.ts";

const lookup = (changes: Partial<ServiceQuery> = {}) =>
  lookupService(builtinPriceBook(), {
    service: "nat-data",
    region: "us-east-1",
    entered: [],
    maxAgeDays: 365,
    now: NOW,
    ...changes,
  });

const OWN = { service: "nat-data", price: 40_000, source: "contract", asOf: "2026-11-01" } as const;

describe("the price of a service", () => {
  it.each([
    ["nat-data", 45_000, "GB"],
    ["internet-egress", 90_000, "GB"],
    ["gp3-storage", 80_000, "GB-month"],
    ["eks-control-plane", 100_000, "cluster-hour"],
    ["eks-extended-support", 600_000, "cluster-hour"],
    ["nat-gateway", 45_000, "gateway-hour"],
    ["vpc-endpoint", 10_000, "endpoint-hour"],
    ["kms-key", 1_000_000, "key-month"],
  ] as const)("%s is %i micro-USD a %s in the book", (service, microUsd, unit) => {
    expect(lookup({ service })).toMatchObject({ microUsd, unit });
  });

  it("counts a year or a month from its first day", () => {
    expect(lookup()).toMatchObject({ asOf: "2026-01-01" });
    expect(lookup({ service: "eks-control-plane" })).toMatchObject({ asOf: "2026-03-01" });
  });

  it("is the platform's own where it entered one: of the region, or else of all", () => {
    expect(lookup({ entered: [OWN] })).toEqual({
      unit: "GB",
      microUsd: 40_000,
      source: "contract",
      asOf: "2026-11-01",
    });
    const here = { ...OWN, region: "us-east-1", price: 30_000 };
    expect(lookup({ entered: [OWN, here] })).toMatchObject({ microUsd: 30_000 });
    expect(lookup({ entered: [OWN, here], region: "mars-1" })).toMatchObject({ microUsd: 40_000 });
    const there = { ...OWN, region: "mars-1" };
    expect(lookup({ entered: [there] })).toMatchObject({ microUsd: 45_000 });
  });

  it("says PriceUnknown where neither has one", () => {
    expect(lookup({ region: "mars-1" })).toEqual({
      unknown: {
        code: "PriceUnknown",
        message: 'price book "builtin" has no price for nat-data in mars-1',
        fix: "enter it under costs.prices in tunekit.yaml: {service: nat-data, price, source, asOf}",
      },
    });
  });

  it("says PriceStale where it is too old or has no date", () => {
    const fix = (service: string) =>
      `enter it under costs.prices in tunekit.yaml: {service: ${service}, price, source, asOf}`;
    expect(lookup({ service: "s3-standard" })).toEqual({
      unknown: {
        code: "PriceStale",
        message: "the price for s3-standard in us-east-1 has no date",
        fix: fix("s3-standard"),
      },
    });
    expect(lookup({ entered: [{ ...OWN, asOf: "2025-01-01" }] })).toMatchObject({
      unknown: {
        code: "PriceStale",
        message: "the price for nat-data in us-east-1 is 692 days old, the limit is 365",
        fix: `${fix("nat-data")}; or raise policy.priceMaxAgeDays`,
      },
    });
  });
});
