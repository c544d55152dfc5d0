import type { Amount, Known } from "../amount.ts";
import { isUnknown, unknown } from "../amount.ts";
import type { DecisionRow } from "./decisions.ts";
import type { RunRow } from "./runs.ts";

/** A run that was let through although the rules said no. */
export interface OverrideRow {
  decisionId: string;
  at: string;
  team: string;
  adapter: string;
  requester: string;
  verdict: string;
  /** A named approver, or the team's mode when the gate only watches. */
  letThroughBy: string;
  reason: string;
  expected: Known<Amount>;
  /** What came of it. */
  outcome: string;
}

export const overrides = (
  decisions: readonly DecisionRow[],
  runs: readonly RunRow[],
): OverrideRow[] =>
  decisions
    .filter(
      ({ admitted, override, verdict }) =>
        override !== null || (admitted && (verdict === "reject" || verdict === "defer")),
    )
    .map((row) => ({
      decisionId: row.decisionId,
      at: row.at,
      team: row.team,
      adapter: row.adapter,
      requester: row.requester,
      verdict: row.verdict,
      letThroughBy: row.override?.approver ?? `mode "${row.mode}"`,
      reason: row.override?.reason ?? "The gate records in this mode and does not block.",
      expected: isUnknown(row.estimate) ? unknown(row.estimate.unknown) : row.estimate.expected,
      outcome: outcomeOf(
        row,
        runs.find(({ decisionId }) => decisionId === row.decisionId),
      ),
    }));

function outcomeOf(row: DecisionRow, run: RunRow | undefined): string {
  if (!row.admitted) return "not started: the override did not lift the refusal";
  if (!run) return "no run recorded";
  if (isUnknown(run.realisedGain)) return run.outcome;
  return `${run.outcome}, evaluation: ${run.realisedGain.verdict}`;
}
