import { digestOf } from "../digest.ts";
import { type EnteredPrice, priceKey, priceRange } from "../spec/entered-price.ts";
import type { PlatformConfig } from "../spec/platform-config.ts";
import { builtinPriceBook, type PriceBook, type PriceRow } from "./prices.ts";

/** The built-in price book with the prices that a platform entered. */
export const priceBookOf = ({ prices }: Pick<PlatformConfig, "prices">): PriceBook =>
  withPrices(builtinPriceBook(), prices);

/**
 * A book in which entered prices, first in the list, take the place of its own for the same machine, region and capacity.
 * It is another book, with an id, a digest and a date of its own; without entered prices it is the same one.
 */
export function withPrices(book: PriceBook, entered: readonly EnteredPrice[]): PriceBook {
  if (entered.length === 0) return book;
  const replaced = new Set(entered.map(priceKey));
  const rows = [
    ...entered.map(priceRow),
    ...book.rows.filter((row) => !replaced.has(priceKey(row))),
  ];
  const { services } = book;
  return {
    id: `${book.id}+tunekit.yaml`,
    digest: digestOf({ rows, services }),
    asOf: [book.asOf, ...entered.map(({ asOf }) => asOf)].sort().at(-1) as string,
    rows,
    services,
  };
}

function priceRow(entered: EnteredPrice): PriceRow {
  const { region, instanceType, capacity, source, asOf } = entered;
  const { low, high } = priceRange(entered);
  return {
    provider: "aws",
    region,
    instanceType,
    capacity,
    zone: null,
    lowMicroUsd: low,
    highMicroUsd: high,
    usable: true,
    source,
    asOf,
    confidence: "entered",
  };
}
