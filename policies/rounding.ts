import { InputError } from "../core/errors.ts";
import type { MicroUsd } from "../core/units.ts";

/**
 * Twelve significant digits: more than any input has, fewer than the last bits in which two machines may differ. Every
 * float of a decision goes through here, so that its canonical bytes are the same everywhere.
 */
export const toDigits = (value: number): number => Number(value.toPrecision(12)) + 0;

/**
 * Nearest whole micro-USD of a computed amount.
 * @throws InputError `AmountOutOfRange` beyond 9 billion USD, where integers stop being exact
 */
export function toMicroUsd(amount: number): MicroUsd {
  const micro = Math.round(amount) + 0;
  if (Number.isSafeInteger(micro)) return micro;
  throw new InputError("AmountOutOfRange", `an amount of ${amount / 1e6} USD is out of range`, {
    fix: "check requestsPerMonth, valuePerCorrectAnswer, savingPerRequest and horizonMonths of the use case",
    path: "useCase",
  });
}
