import type { MicroUsd } from "../../core/units.ts";
import type { Amount, Known, Money } from "../amount.ts";
import { isUnknown, unknown } from "../amount.ts";
import type { LedgerView } from "../ledger-view.ts";
import type { Total } from "../totals.ts";
import { total } from "../totals.ts";
import type { RunRow } from "./runs.ts";

/** Limit of one team for one calendar month. A team without one has no budget. */
export interface BudgetLimit {
  team: string;
  period: string;
  limitMicroUsd: MicroUsd;
}

export interface BudgetRow {
  team: string;
  limit: Known<Amount>;
  spent: Total;
  /** High estimates of the runs that are still open. */
  committed: Total;
  /** Limit minus spent minus committed; negative when the budget is overdrawn. */
  remaining: Known<Amount>;
}

export interface BudgetsSection {
  rows: BudgetRow[];
  limit: Total;
  remaining: Total;
}

export function budgetsSection(
  view: LedgerView,
  runs: readonly RunRow[],
  limits: readonly BudgetLimit[],
  money: Money,
): BudgetsSection {
  const teams = [
    ...new Set([...limits, ...view.decisions, ...view.checks, ...runs].map(({ team }) => team)),
  ].sort();
  const rows = teams.map((team): BudgetRow => {
    const own = runs.filter((run) => run.team === team);
    const budget = limits.find((limit) => limit.team === team);
    const limit = budget ? money.alone(budget.limitMicroUsd) : unknown("No budget is set");
    const spent = total(
      money,
      own.filter(({ outcome }) => outcome !== "running").map(({ actual }) => actual),
    );
    const committed = total(
      money,
      own.flatMap((run) => run.committed ?? []),
    );
    return {
      team,
      limit,
      spent,
      committed,
      remaining: isUnknown(limit) ? limit : money.minus(money.minus(limit, spent), committed),
    };
  });
  return {
    rows,
    limit: total(
      money,
      rows.map(({ limit }) => limit),
    ),
    remaining: total(
      money,
      rows.map(({ remaining }) => remaining),
    ),
  };
}
