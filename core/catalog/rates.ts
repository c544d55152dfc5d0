import type { Unknown } from "../estimate/estimate.ts";
import type { GatePolicy, OwnedHardware } from "../spec/platform-config.ts";
import type { MicroUsd, Range } from "../units.ts";
import { type Price, staleness } from "./prices.ts";

/** One thing that an hour of a machine costs. */
export interface Rate {
  item: string;
  unit: string;
  /** Integers: cheapest, likely and dearest. */
  unitPriceMicroUsd: Range;
  /** Units that an hour of the whole machine takes. */
  unitsPerHour: number;
  /** True: one line for the whole run. Otherwise one for each phase of it. */
  inOneLine?: true;
  source: string;
  asOf: string;
}

/** A rented machine has one rate: the hour. The likely price of a range is its middle. */
export const rentedRates = (price: Price): Rate[] => [
  {
    item: `${price.instanceType} ${price.capacity}`,
    unit: "node-hour",
    unitPriceMicroUsd: {
      low: price.lowMicroUsd,
      expected: Math.round((price.lowMicroUsd + price.highMicroUsd) / 2),
      high: price.highMicroUsd,
    },
    unitsPerHour: 1,
    source: price.source,
    asOf: price.asOf,
  },
];

const HOURS_A_YEAR = 8766;

/**
 * An owned machine has two: its capital over the hours in which it works (price / (life x utilisation)), and its power.
 * A machine that costs nothing is one whose figures nobody entered: `PriceUnknown`.
 */
export function ownedRates(
  machine: OwnedHardware,
  maxAgeDays: GatePolicy["priceMaxAgeDays"],
  now: string,
): Rate[] | { unknown: Unknown } {
  const { name, capitalUsd, lifeYears, utilisation, watts, usdPerKwh, asOf, source } = machine;
  if (capitalUsd === 0 && usdPerKwh === 0) {
    return {
      unknown: {
        code: "PriceUnknown",
        message: `the machine "${name}" has neither a price nor a price of power`,
        fix: "enter capitalUsd and usdPerKwh under owned in tunekit.yaml",
      },
    };
  }
  const enter = "bring its figures and its asOf under owned in tunekit.yaml up to date";
  const stale = staleness(`the machine "${name}"`, asOf, now, maxAgeDays.owned, enter);
  if (stale) return stale;
  const hours = lifeYears * HOURS_A_YEAR * utilisation;
  return [
    {
      item: `${name}, capital over ${lifeYears} years at ${Math.round(utilisation * 100)} % use`,
      unit: "machine-hour",
      unitPriceMicroUsd: fixed(Math.ceil(capitalUsd / hours)),
      unitsPerHour: 1,
      source,
      asOf,
    },
    {
      item: `${name}, power at ${watts} W`,
      unit: "kWh",
      unitPriceMicroUsd: fixed(usdPerKwh),
      unitsPerHour: watts / 1000,
      source,
      asOf,
    },
  ];
}

export const fixed = (price: MicroUsd): Range => ({ low: price, expected: price, high: price });
