import { lookupPrice, type PriceBook } from "../catalog/prices.ts";
import { lookupService, type Service } from "../catalog/services.ts";
import type { Unknown } from "../estimate/estimate.ts";
import type { GatePolicy } from "../spec/platform-config.ts";
import type { RunCosts } from "../spec/run-costs.ts";
import type { MicroUsd } from "../units.ts";

/** AWS bills a month as 730 hours. */
export const HOURS_A_MONTH = 730;

/** One thing that costs something in a month. */
export interface CostLine {
  item: string;
  quantity: number;
  unit: string;
  unitPriceMicroUsd: MicroUsd;
  /** Rounded once: quantity x unit price. */
  microUsd: MicroUsd;
  source: string;
  asOf: string;
}

/** Lines of one part, and what could not be priced. */
export interface CostPart {
  lines: readonly CostLine[];
  unknowns: readonly Unknown[];
  /** Sum of the lines. Null as soon as one thing has no price: an unknown cost is never zero. */
  microUsd: MicroUsd | null;
  /** What is known of it, the least that it costs. */
  knownMicroUsd: MicroUsd;
}

/** Where prices come from and when they are asked for. */
export interface Pricing {
  book: PriceBook;
  region: string;
  /** Prices that the platform entered itself; they come before the book's. */
  entered: RunCosts["prices"];
  maxAgeDays: GatePolicy["priceMaxAgeDays"];
  /** ISO instant. */
  now: string;
}

/** `1 node`, `4 nodes`. */
export const counted = (count: number, one: string): string =>
  `${count} ${one}${count === 1 ? "" : "s"}`;

export type Found = CostLine | { unknown: Unknown };

export const costLine = (line: Omit<CostLine, "microUsd">): CostLine => ({
  ...line,
  microUsd: Math.round(line.quantity * line.unitPriceMicroUsd),
});

/** So much of a service in a month, in the service's own unit. */
export function serviceLine(
  { book, region, entered, maxAgeDays, now }: Pricing,
  service: Service,
  item: string,
  quantity: number,
): Found {
  const price = lookupService(book, {
    service,
    region,
    entered,
    maxAgeDays: maxAgeDays.service,
    now,
  });
  if ("unknown" in price) {
    const row = `{service: ${service}, price, source, asOf}`;
    const fix = `enter it with tunekit:platform: {costs: {prices: [${row}]}}`;
    return { unknown: { ...price.unknown, fix } };
  }
  const { unit, microUsd, source, asOf } = price;
  return costLine({ item, quantity, unit, unitPriceMicroUsd: microUsd, source, asOf });
}

/** So many machines that run all month, on demand. */
export function machineLine(
  { book, region, maxAgeDays, now }: Pricing,
  instanceType: string,
  item: string,
  machines: number,
): Found {
  const price = lookupPrice(book, { region, instanceType, capacity: "on-demand", maxAgeDays, now });
  if ("unknown" in price) return price;
  return costLine({
    item,
    quantity: machines * HOURS_A_MONTH,
    unit: "node-hour",
    unitPriceMicroUsd: price.highMicroUsd,
    source: price.source,
    asOf: price.asOf,
  });
}

/** The sum of what was found. */
export function costPart(found: readonly Found[]): CostPart {
  const lines = found.filter((each): each is CostLine => !("unknown" in each));
  const unknowns = found.flatMap((each) => ("unknown" in each ? [each.unknown] : []));
  const knownMicroUsd = lines.reduce((sum, line) => sum + line.microUsd, 0);
  return {
    lines,
    unknowns,
    microUsd: unknowns.length === 0 ? knownMicroUsd : null,
    knownMicroUsd,
  };
}

/** Of several kinds of machine the one that costs most; none as soon as one has no price. */
export function dearestLine(found: readonly Found[]): Found {
  return found.reduce((worst, each) =>
    "unknown" in worst || (!("unknown" in each) && each.microUsd <= worst.microUsd) ? worst : each,
  );
}
