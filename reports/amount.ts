import type { MicroUsd } from "../core/units.ts";
import { usdDecimal } from "../core/units.ts";

/**
 * An amount of money as every format prints it: `usd` is exact, `shown` is for people. `shownMicroUsd` is what `shown`
 * says, so that a shown sum is the sum of what is shown.
 */
export interface Amount {
  microUsd: MicroUsd;
  /** Exact, six decimals: `"12.404100"`. */
  usd: string;
  /** At the report's places, thousands apart, no currency: `"1,012.40"`. */
  shown: string;
  shownMicroUsd: MicroUsd;
}

/** A figure that nobody can give, and why. Printed as "–" with its reason, never as zero. */
export interface Unknown {
  unknown: string;
}
export type Known<T> = T | Unknown;

export const unknown = (reason: string): Unknown => ({ unknown: reason });
export const isUnknown = (value: unknown): value is Unknown =>
  typeof value === "object" && value !== null && "unknown" in value;
export const isKnown = <T>(value: Known<T>): value is T => !isUnknown(value);

/** Decimal places at which money is shown. */
export type Places = 2 | 4 | 6;

/** Cents, unless the smallest amount that is not zero is below one cent (4 places) or below a tenth of a cent (6: exact). */
export function placesFor(amounts: Iterable<MicroUsd>): Places {
  let smallest = Number.POSITIVE_INFINITY;
  for (const amount of amounts) if (amount !== 0) smallest = Math.min(smallest, Math.abs(amount));
  return smallest >= 10_000 ? 2 : smallest >= 1_000 ? 4 : 6;
}

/** Makes amounts at one number of places. One a report. */
export class Money {
  readonly places: Places;
  readonly #unit: MicroUsd;

  constructor(places: Places) {
    this.places = places;
    this.#unit = 10 ** (6 - places);
  }

  /** An amount that stands alone, rounded half away from zero. */
  alone(microUsd: MicroUsd): Amount {
    return this.#amount(microUsd, this.#nearest(microUsd));
  }

  /** The low end of an interval, rounded outwards. */
  low(microUsd: MicroUsd): Amount {
    return this.#amount(microUsd, Math.floor(microUsd / this.#unit) * this.#unit);
  }

  /** The high end of an interval, rounded outwards. */
  high(microUsd: MicroUsd): Amount {
    return this.#amount(microUsd, Math.ceil(microUsd / this.#unit) * this.#unit);
  }

  /**
   * The rows of one total: all are rounded down, then the units that the rounded total still lacks go to the largest
   * remainders, earlier rows first (Hamilton's method of apportionment).
   */
  rows(amounts: readonly MicroUsd[]): Amount[] {
    const unit = this.#unit;
    const floors = amounts.map((amount) => Math.floor(amount / unit) * unit);
    const total = this.#nearest(amounts.reduce((sum, amount) => sum + amount, 0));
    const missing = (total - floors.reduce((sum, floor) => sum + floor, 0)) / unit;
    const byRemainder = amounts
      .map((amount, index) => ({ index, remainder: amount - (floors[index] as number) }))
      .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
    const raised = new Set(byRemainder.slice(0, missing).map(({ index }) => index));
    return amounts.map((amount, index) =>
      this.#amount(amount, (floors[index] as number) + (raised.has(index) ? unit : 0)),
    );
  }

  /** What is shown adds up too. */
  sum(amounts: Iterable<Amount>): Amount {
    let [exact, shown] = [0, 0];
    for (const amount of amounts) {
      exact += amount.microUsd;
      shown += amount.shownMicroUsd;
    }
    return this.#amount(exact, shown);
  }

  minus(a: Amount, b: Amount): Amount {
    return this.#amount(a.microUsd - b.microUsd, a.shownMicroUsd - b.shownMicroUsd);
  }

  #nearest(microUsd: MicroUsd): MicroUsd {
    return Math.sign(microUsd) * Math.round(Math.abs(microUsd) / this.#unit) * this.#unit;
  }

  #amount(microUsd: MicroUsd, shownMicroUsd: MicroUsd): Amount {
    const [whole, fraction] = usdDecimal(Math.abs(shownMicroUsd)).split(".") as [string, string];
    const digits = `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${fraction.slice(0, this.places)}`;
    return {
      microUsd: microUsd === 0 ? 0 : microUsd,
      usd: usdDecimal(microUsd),
      shown: shownMicroUsd < 0 ? `−${digits}` : digits,
      shownMicroUsd: shownMicroUsd === 0 ? 0 : shownMicroUsd,
    };
  }
}
