import type { LedgerEntry } from "../../core/spec/ledger.ts";
import type { ObservedRun } from "../../core/spec/observed-run.ts";

/** What the settled runs of a ledger measured, oldest first. Pilots count: a speed is one however long it is held. */
export const observedRuns = (entries: readonly LedgerEntry[]): ObservedRun[] =>
  entries.flatMap((entry) => (entry.kind === "settled" ? (entry.observed ?? []) : []));
