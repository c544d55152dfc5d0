import { FINDINGS } from "../../core/dataset/finding-codes.ts";
import type { Amount, Known } from "../amount.ts";
import { unknown } from "../amount.ts";
import type { LedgerView } from "../ledger-view.ts";
import type { DecisionRow, ReasonInWords } from "./decisions.ts";
import { blockedOf } from "./decisions.ts";

export interface RefusalRow {
  /** Id of the decision, or of the ledger entry of a data check. */
  id: string;
  at: string;
  by: "cost gate" | "data check";
  requester: string;
  team: string;
  useCase: string;
  adapter: string;
  /** What the data check refused; null for a refusal by the gate. */
  file: string | null;
  /** What happened, in one sentence. */
  message: string;
  reasons: ReasonInWords[];
  /** Expected cost that was not spent. */
  blocked: Known<Amount>;
}

/** Everything that was asked for and did not start, oldest first. */
export function refusals(view: LedgerView, decisions: readonly DecisionRow[]): RefusalRow[] {
  const byGate = decisions
    .filter(({ admitted }) => !admitted)
    .map(
      (row): RefusalRow => ({
        id: row.decisionId,
        at: row.at,
        by: "cost gate",
        requester: row.requester,
        team: row.team,
        useCase: row.useCase,
        adapter: row.adapter,
        file: null,
        message: row.summary,
        reasons: row.reasons,
        blocked: blockedOf(row) ?? unknown("Counted with another decision on the same job"),
      }),
    );
  const byCheck = view.checks.map(
    (entry): RefusalRow => ({
      id: entry.id,
      at: entry.at,
      by: "data check",
      requester: entry.actor,
      team: entry.team,
      useCase: entry.useCase,
      adapter: entry.adapter,
      file: entry.file,
      message: entry.message,
      reasons: entry.codes.map(findingInWords),
      blocked: unknown("Refused by the data check, before an estimate was made"),
    }),
  );
  return [...byGate, ...byCheck].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** A ledger may be older or newer than the table of findings: an unlisted code speaks for itself. */
function findingInWords(code: string): ReasonInWords {
  const finding = Object.hasOwn(FINDINGS, code) ? FINDINGS[code as keyof typeof FINDINGS] : null;
  return {
    code,
    title: finding?.title ?? code,
    fix: finding?.fix ?? "run `tunekit check` on the file again",
  };
}
