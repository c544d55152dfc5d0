import { z } from "zod";
import type { MicroUsd } from "../units.ts";

const Money = z.number().int().nonnegative();

/** What a run holds of a budget: its high estimate until it ends, then what it really cost. */
export const BudgetRun = z.looseObject({
  state: z.enum(["reserved", "settled", "released"]),
  reserved: Money,
  /** Null until it is settled. May be above what was reserved: it is what was spent. */
  actual: Money.nullable(),
});
export type BudgetRun = z.output<typeof BudgetRun>;

/**
 * `budgets/<team>/<period>.json`; moves only by compare-and-swap. The limit is not in it: that is the platform config's. It
 * holds all that counts, so equal bytes are an equal budget. Keys of a newer version are kept.
 */
export const Budget = z.looseObject({
  schemaVersion: z.literal(1),
  team: z.string(),
  /** Calendar month in UTC: `2026-11`. */
  period: z.string(),
  /** By run id. */
  runs: z.record(z.string(), BudgetRun),
});
export type Budget = z.output<typeof Budget>;

/** The period that an instant falls in. */
export const budgetPeriod = (at: string): string => new Date(at).toISOString().slice(0, 7);

/** Spent by runs that ended, and held by runs that have not. */
export function budgetTotals(budget: Budget): { actual: MicroUsd; committed: MicroUsd } {
  let [actual, committed] = [0, 0];
  for (const run of Object.values(budget.runs)) {
    if (run.state === "settled") actual += run.actual ?? 0;
    if (run.state === "reserved") committed += run.reserved;
  }
  return { actual, committed };
}
