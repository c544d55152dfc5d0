import type { Known } from "../amount.ts";
import { isUnknown } from "../amount.ts";
import type { BudgetRow } from "./budgets.ts";
import type { DecisionRow } from "./decisions.ts";
import type { RunRow } from "./runs.ts";

/** One kind of figure that is missing for one reason, and where. */
export interface UnknownRow {
  figure: string;
  reason: string;
  /** Runs, decisions or teams that lack it. */
  where: string[];
}

export function unknowns(
  decisions: readonly DecisionRow[],
  runs: readonly RunRow[],
  budgets: readonly BudgetRow[],
): UnknownRow[] {
  const found = new Map<string, UnknownRow>();
  const note = (figure: string, where: string, value: Known<unknown>): void => {
    if (!isUnknown(value)) return;
    const key = `${figure}\n${value.unknown}`;
    const row = found.get(key) ?? { figure, reason: value.unknown, where: [] };
    row.where.push(where);
    found.set(key, row);
  };
  for (const { team, limit } of budgets) note("Budget and what remains of it", team, limit);
  for (const row of decisions) {
    note("Estimated cost of a decision", row.decisionId, row.estimate);
    note("Net benefit", row.decisionId, row.netBenefit);
  }
  for (const row of runs) {
    note("Actual cost", row.runId, row.actual);
    note("Estimated cost of a run", row.runId, row.estimate);
    note("Expected gain", row.runId, row.expectedGain);
    note("Realised gain", row.runId, row.realisedGain);
    if (row.committed) note("Reserved cost", row.runId, row.committed);
  }
  return [...found.values()];
}
