import type { Unknown } from "../estimate/estimate.ts";
import { nearest } from "../spec/parse.ts";
import type { GatePolicy } from "../spec/platform-config.ts";
import type { CapacityType } from "../spec/tier.ts";
import type { MicroUsd } from "../units.ts";
import file from "./generated/prices.json" with { type: "json" };
import type { ServicePrice } from "./services.ts";

/** Price of one whole machine for an hour. */
export interface PriceRow {
  provider: string;
  region: string;
  instanceType: string;
  capacity: CapacityType;
  /** Set on rows that hold for one availability zone only. */
  zone: string | null;
  /** Cheapest and dearest zone of the region, equal on demand. Null: the source lists no price. */
  lowMicroUsd: MicroUsd | null;
  highMicroUsd: MicroUsd | null;
  /** False: the source lists it, but it cannot be had at that price. */
  usable: boolean;
  source: string;
  /** Date of the source; null when the source has none, and then the row is too old for any limit. */
  asOf: string | null;
  /** A re-read in the source file, B single source, C weak; "entered" by the platform (`price-book.ts`). */
  confidence: string;
}

/** A price that may be used. */
export type Price = PriceRow & { lowMicroUsd: MicroUsd; highMicroUsd: MicroUsd; asOf: string };

export interface PriceBook {
  id: string;
  /** sha256 of the canonical JSON of rows and services. */
  digest: string;
  /** Day on which the book was put together. */
  asOf: string;
  rows: readonly PriceRow[];
  /** What a run uses beside its machine (`services.ts`). */
  services: readonly ServicePrice[];
}

/** List prices of AWS GPU instances, Linux. No discounts, no marketplaces. */
export const builtinPriceBook = (): PriceBook => file as PriceBook;

export interface PriceQuery {
  region: string;
  instanceType: string;
  capacity: CapacityType;
  maxAgeDays: GatePolicy["priceMaxAgeDays"];
  /** ISO instant. */
  now: string;
}

const machineKey = ({ region, instanceType }: Pick<PriceRow, "region" | "instanceType">): string =>
  `${region} ${instanceType}`;

/** A book's rows by region and machine, and what it knows of each. */
interface Index {
  machines: Map<string, PriceRow[]>;
  regions: string[];
  instanceTypes: string[];
}

const indexes = new WeakMap<readonly PriceRow[], Index>();

/** Made once for each book. */
function indexOf({ rows }: PriceBook): Index {
  const index = indexes.get(rows) ?? {
    machines: Map.groupBy(rows, machineKey),
    regions: [...new Set(rows.map(({ region }) => region))].sort(),
    instanceTypes: [...new Set(rows.map(({ instanceType }) => instanceType))],
  };
  indexes.set(rows, index);
  return index;
}

/** The price of a machine, or the reason why there is none: `PriceUnknown`, `SpotUnavailable`, `PriceStale`. */
export function lookupPrice(book: PriceBook, query: PriceQuery): Price | { unknown: Unknown } {
  const { region, instanceType, capacity } = query;
  const where = `${instanceType} ${capacity} in ${region}`;
  const rows = indexOf(book).machines.get(machineKey(query)) ?? [];
  // A price of one zone is an outlier or a trap: a plan cannot choose its zone.
  const row = rows.find((candidate) => candidate.capacity === capacity && candidate.zone === null);
  if (!row) return noRow(book, query);
  const enter = entry(query);
  const { lowMicroUsd, highMicroUsd, asOf } = row;
  if (capacity === "spot") {
    const onDemand = rows.find((candidate) => candidate.capacity === "on-demand");
    const fix = `allow on-demand capacity, or another tier or region; or ${enter}`;
    if (!row.usable || highMicroUsd === null) {
      return unknown("SpotUnavailable", `no spot capacity is sold for ${where}`, fix);
    }
    if (highMicroUsd >= (onDemand?.highMicroUsd ?? Infinity)) {
      const message = `spot capacity costs no less than on-demand for ${where}`;
      return unknown("SpotUnavailable", message, fix);
    }
  }
  if (lowMicroUsd === null || highMicroUsd === null || !row.usable) {
    const fix = `${enter}; or allow another tier, capacity type or region`;
    return unknown("PriceUnknown", `the row for ${where} holds no price`, fix);
  }
  const limit = query.maxAgeDays[capacity === "spot" ? "spot" : "onDemand"];
  const stale = staleness(where, asOf, query.now, limit, enter);
  return stale ?? { ...row, lowMicroUsd, highMicroUsd, asOf: asOf as string };
}

/** Where a price goes, with every key that its row needs. */
const entry = ({ region, instanceType, capacity }: PriceQuery): string =>
  `enter its price under prices in tunekit.yaml: {region: ${region}, instanceType: ${instanceType}, capacity: ${capacity}, usdPerHour, source, asOf}`;

/** A region that is no region and a machine that is none are slips; everything else can be entered. */
function noRow(book: PriceBook, query: PriceQuery): { unknown: Unknown } {
  const { region, instanceType, capacity } = query;
  const { regions, instanceTypes } = indexOf(book);
  const message = `price book "${book.id}" has no price for ${instanceType} ${capacity} in ${region}`;
  if (!instanceTypes.includes(instanceType)) {
    const near = nearest(instanceType, instanceTypes);
    const fix = near ? `did you mean "${near}"?` : "take one that `tunekit catalog prices` lists";
    return unknown("PriceUnknown", `${message}: it does not know the machine`, fix);
  }
  if (!regions.includes(region)) {
    const near = nearest(region, regions);
    const fix = near ? `did you mean "${near}"? Otherwise ${entry(query)}` : entry(query);
    const known = regions.join(", ");
    return unknown("PriceUnknown", `${message}; the regions that it knows: ${known}`, fix);
  }
  const fix = `${entry(query)}; or allow another tier, capacity type or region`;
  return unknown("PriceUnknown", message, fix);
}

const DAY = 86_400_000;

/**
 * `PriceStale` when the price is older than `limitDays` or has no date.
 * @param enter how to enter what holds today, as the beginning of a sentence
 */
export function staleness(
  where: string,
  asOf: string | null,
  now: string,
  limitDays: number,
  enter = "enter what it costs today, with the date",
): { unknown: Unknown } | undefined {
  if (asOf === null) return unknown("PriceStale", `the price for ${where} has no date`, enter);
  const days = Math.floor((Date.parse(now) - Date.parse(asOf)) / DAY);
  if (days <= limitDays) return undefined;
  const message = `the price for ${where} is ${days} days old, the limit is ${limitDays}`;
  return unknown("PriceStale", message, `${enter}; or raise policy.priceMaxAgeDays`);
}

const unknown = (code: string, message: string, fix: string) => ({
  unknown: { code, message, fix },
});
