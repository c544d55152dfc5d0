import { z } from "zod";
import { builtinPriceBook } from "../catalog/prices.ts";
import type { MicroUsd } from "../units.ts";
import { Usd } from "./fields.ts";
import { nearest } from "./parse.ts";

/** Machines that a price can be entered for: those of the built-in book, which holds every instance type of the catalog. */
const KNOWN = [...new Set(builtinPriceBook().rows.map(({ instanceType }) => instanceType))];

const InstanceTypeId = z.string().check((context) => {
  const { value } = context;
  if (KNOWN.includes(value)) return;
  const near = nearest(value, KNOWN);
  context.issues.push({
    code: "custom",
    input: value,
    message: `names no instance type that the catalog knows: "${value}"`,
    params: {
      code: "UnknownInstanceType",
      fix: near ? `did you mean "${near}"?` : "list the known ones with `tunekit catalog prices`",
    },
  });
});

/** An unknown price is left out: it is never written as zero. */
const Price = Usd.refine((micro) => micro > 0, {
  error: "must be above zero",
  params: { code: "WrongAmount", fix: "write what an hour costs, or leave the row out" },
});

/** Cheapest and dearest zone of the region. */
const PriceRange = z
  .strictObject({ low: Price, high: Price })
  .refine(({ low, high }) => low <= high, {
    error: "has a low above its high",
    params: { code: "WrongRange", fix: "swap low and high" },
  });

/** What an hour of a whole machine costs, as the platform has found it. */
export const EnteredPrice = z.strictObject({
  region: z.string().min(1),
  instanceType: InstanceTypeId,
  capacity: z.enum(["on-demand", "spot"]),
  /** USD of the whole machine for an hour: an amount, or `{low, high}` of the region's zones. */
  usdPerHour: z.union([PriceRange, Price]),
  asOf: z.iso.date().describe('a date such as "2026-11-24"'),
  source: z.string().min(1),
});
export type EnteredPrice = z.output<typeof EnteredPrice>;

/** What a price is of; a book has one for each. */
export const priceKey = ({
  region,
  instanceType,
  capacity,
}: Record<"region" | "instanceType" | "capacity", string>): string =>
  `${instanceType} ${capacity} in ${region}`;

/** Rows that take the place of the price book's, or are new to it; each machine, region and capacity once. */
export const EnteredPrices = z.array(EnteredPrice).check(({ value, issues }) => {
  const keys = value.map(priceKey);
  for (const [index, key] of keys.entries()) {
    if (keys.indexOf(key) === index) continue;
    issues.push({
      code: "custom",
      input: value,
      path: [index],
      message: `is a second row for ${key}`,
      params: { code: "DuplicatePrice", fix: "keep the row that holds today" },
    });
  }
});

/** Both ends of an entered price; equal where it is one amount. */
export const priceRange = ({
  usdPerHour,
}: Pick<EnteredPrice, "usdPerHour">): { low: MicroUsd; high: MicroUsd } =>
  typeof usdPerHour === "number" ? { low: usdPerHour, high: usdPerHour } : usdPerHour;
