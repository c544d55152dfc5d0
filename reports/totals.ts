import type { Amount, Known, Money } from "./amount.ts";
import { isUnknown } from "./amount.ts";

/** A sum, with the number of rows whose amount is unknown and so is not in it. */
export interface Total extends Amount {
  unknowns: number;
}

export function total(money: Money, amounts: readonly Known<Amount>[]): Total {
  const known = amounts.filter((amount) => !isUnknown(amount)) as Amount[];
  return { ...money.sum(known), unknowns: amounts.length - known.length };
}
