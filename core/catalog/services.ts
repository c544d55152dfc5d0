import type { Unknown } from "../estimate/estimate.ts";
import type { RunCosts } from "../spec/run-costs.ts";
import type { MicroUsd } from "../units.ts";
import { type PriceBook, staleness } from "./prices.ts";

/** What a run or a cluster may use beside its machines, and the unit in which it is paid. */
export const SERVICE_UNITS = {
  "s3-standard": "GB-month",
  "gp3-storage": "GB-month",
  "nat-data": "GB",
  "internet-egress": "GB",
  "eks-control-plane": "cluster-hour",
  "eks-extended-support": "cluster-hour",
  "nat-gateway": "gateway-hour",
  /** One interface endpoint in one availability zone. */
  "vpc-endpoint": "endpoint-hour",
  "kms-key": "key-month",
} as const;
export type Service = keyof typeof SERVICE_UNITS;
export const SERVICES = Object.keys(SERVICE_UNITS) as [Service, ...Service[]];

/** List price of one unit of a service. */
export interface ServicePrice {
  provider: string;
  region: string;
  service: Service;
  unit: string;
  microUsd: MicroUsd;
  source: string;
  /** First day that the source's date may mean: `2026` is 2026-01-01. Null when it has none: then it is always too old. */
  asOf: string | null;
  confidence: string;
}

/** A price that may be used. */
export interface UnitPrice {
  unit: string;
  microUsd: MicroUsd;
  source: string;
  asOf: string;
}

export interface ServiceQuery {
  service: Service;
  region: string;
  /** Prices that the platform entered itself; they come before the book's. */
  entered: RunCosts["prices"];
  maxAgeDays: number;
  /** ISO instant. */
  now: string;
}

/** The price of a service in a region, or the reason why there is none: `PriceUnknown`, `PriceStale`. */
export function lookupService(
  book: PriceBook,
  { service, region, entered, maxAgeDays, now }: ServiceQuery,
): UnitPrice | { unknown: Unknown } {
  const own = entered.filter((row) => row.service === service);
  const given = own.find((row) => row.region === region) ?? own.find((row) => !row.region);
  const row = given
    ? { microUsd: given.price, source: given.source, asOf: given.asOf }
    : book.services.find((each) => each.service === service && each.region === region);
  const fix = `enter it under costs.prices in tunekit.yaml: {service: ${service}, price, source, asOf}`;
  if (!row) {
    const message = `price book "${book.id}" has no price for ${service} in ${region}`;
    return { unknown: { code: "PriceUnknown", message, fix } };
  }
  const stale = staleness(`${service} in ${region}`, row.asOf, now, maxAgeDays, fix);
  if (stale) return stale;
  const { microUsd, source, asOf } = row;
  return { unit: SERVICE_UNITS[service], microUsd, source, asOf: asOf as string };
}
