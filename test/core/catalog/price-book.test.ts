import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INSTANCE_TYPES } from "../../../core/catalog/instance-types.ts";
import { priceBookOf, withPrices } from "../../../core/catalog/price-book.ts";
import { builtinPriceBook, lookupPrice, type PriceQuery } from "../../../core/catalog/prices.ts";
import { digestOf } from "../../../core/digest.ts";
import type { EnteredPrice } from "../../../core/spec/entered-price.ts";

const NOW = "2026-11-24T09:00:00.000Z";
const QUERY: PriceQuery = {
  region: "us-east-1",
  instanceType: "g6e.xlarge",
  capacity: "spot",
  maxAgeDays: { onDemand: 180, spot: 2, owned: 365, service: 365 },
  now: NOW,
};
const SPOT: EnteredPrice = {
  region: "us-east-1",
  instanceType: "g6e.xlarge",
  capacity: "spot",
  usdPerHour: { low: 700_000, high: 900_000 },
  asOf: "2026-11-23",
  source: "describe-spot-price-history",
};

describe("a price book with entered prices", () => {
  it("is the built-in one where nothing is entered", () => {
    expect(priceBookOf({ prices: [] })).toBe(builtinPriceBook());
  });

  it("has an id, a digest and a date of its own, and says where its rows are from", () => {
    const builtin = builtinPriceBook();
    const book = priceBookOf({ prices: [{ ...SPOT, asOf: "2026-12-01" }] });
    expect(book.id).toBe("builtin+tunekit.yaml");
    expect(book.asOf).toBe("2026-12-01");
    expect(priceBookOf({ prices: [{ ...SPOT, asOf: "2025-01-01" }] }).asOf).toBe(builtin.asOf);
    expect(book.digest).toBe(digestOf({ rows: book.rows, services: book.services }));
    expect(book.digest).not.toBe(builtin.digest);
    expect(priceBookOf({ prices: [SPOT] }).digest).not.toBe(book.digest);
    expect(book.services).toBe(builtin.services);
    expect(book.rows[0]).toMatchObject({ source: SPOT.source, confidence: "entered" });
  });

  it("prices spot that the built-in book cannot", () => {
    expect(lookupPrice(builtinPriceBook(), QUERY)).toMatchObject({
      unknown: { code: "PriceStale" },
    });
    expect(lookupPrice(priceBookOf({ prices: [SPOT] }), QUERY)).toMatchObject({
      lowMicroUsd: 700_000,
      highMicroUsd: 900_000,
      source: SPOT.source,
      asOf: "2026-11-23",
    });
  });

  it("prices a region that the built-in book does not know, at one amount", () => {
    const row = {
      ...SPOT,
      region: "eu-south-2",
      capacity: "on-demand",
      usdPerHour: 2_100_000,
    } as const;
    const query = { ...QUERY, region: "eu-south-2", capacity: "on-demand" } as const;
    expect(lookupPrice(priceBookOf({ prices: [row] }), query)).toMatchObject({
      lowMicroUsd: 2_100_000,
      highMicroUsd: 2_100_000,
    });
  });

  it("keeps prices fresh after the built-in ones are too old", () => {
    const later = { ...QUERY, capacity: "on-demand", now: "2027-01-17T09:00:00.000Z" } as const;
    expect(lookupPrice(builtinPriceBook(), later)).toMatchObject({
      unknown: { code: "PriceStale", message: expect.stringContaining("181 days old") },
    });
    const row = {
      ...SPOT,
      capacity: "on-demand",
      usdPerHour: 1_861_000,
      asOf: "2027-01-10",
    } as const;
    expect(lookupPrice(priceBookOf({ prices: [row] }), later)).toMatchObject({
      lowMicroUsd: 1_861_000,
    });
  });

  it("says of an entered row that is too old the same as of any", () => {
    expect(lookupPrice(priceBookOf({ prices: [{ ...SPOT, asOf: "2026-11-21" }] }), QUERY)).toEqual({
      unknown: {
        code: "PriceStale",
        message: "the price for g6e.xlarge spot in us-east-1 is 3 days old, the limit is 2",
        fix: "enter its price under prices in tunekit.yaml: {region: us-east-1, instanceType: g6e.xlarge, capacity: spot, usdPerHour, source, asOf}; or raise policy.priceMaxAgeDays",
      },
    });
  });

  it("holds every machine of the catalog, so that each of them can be entered", () => {
    const known = new Set(builtinPriceBook().rows.map(({ instanceType }) => instanceType));
    expect(INSTANCE_TYPES.filter(({ id }) => !known.has(id))).toEqual([]);
  });

  it("holds each entered row once in place of all of its own for it, and every other row as it was", () => {
    const { rows } = builtinPriceBook();
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(rows.length - 1), { maxLength: 8 }), (picked) => {
        const keyOf = ({ region, instanceType, capacity }: EnteredPrice | (typeof rows)[number]) =>
          `${region}/${instanceType}/${capacity}`;
        const entered = [...new Map(picked.map((n) => [keyOf(rows[n] as never), n])).values()].map(
          (n) => ({ ...SPOT, ...pick(rows[n] as (typeof rows)[number]), usdPerHour: 1 + n }),
        ) as EnteredPrice[];
        const keys = new Set(entered.map(keyOf));
        const merged = withPrices(builtinPriceBook(), entered).rows;
        expect(merged.slice(0, entered.length).map(({ lowMicroUsd }) => lowMicroUsd)).toEqual(
          entered.map(({ usdPerHour }) => usdPerHour),
        );
        expect(merged.slice(entered.length)).toEqual(rows.filter((row) => !keys.has(keyOf(row))));
      }),
    );
  });
});

const pick = ({
  region,
  instanceType,
  capacity,
}: EnteredPrice | Record<"region" | "instanceType" | "capacity", string>) => ({
  region,
  instanceType,
  capacity,
});
