import type { LedgerEntry, LedgerKind } from "../core/spec/ledger.ts";
import type { Period } from "./period.ts";

export type Entry<K extends LedgerKind> = Extract<LedgerEntry, { kind: K }>;

/** All that the ledger says about one run. What is absent has not been recorded. */
export interface RunFacts {
  runId: string;
  decision?: Entry<"decided">;
  started?: Entry<"started">;
  /** The first settlement; a run has one. */
  settled?: Entry<"settled">;
  /** Oldest first. */
  evaluations: Entry<"evaluated">[];
}

/** The entries that one report is about, joined. */
export interface LedgerView {
  /** Every entry seen, each once, oldest first. */
  entries: LedgerEntry[];
  checks: Entry<"check-refused">[];
  decisions: Entry<"decided">[];
  /** Settled in the period, or still open at its end. */
  runs: RunFacts[];
  /** Promotions and rollbacks up to now, oldest first. */
  promotions: Entry<"promoted">[];
}

/**
 * Cost and decisions belong to the month in which they were entered. What a run gained and where its adapter stands is as
 * of now, because an evaluation may follow after the month's end.
 */
export function viewLedger(
  ledger: readonly LedgerEntry[],
  period: Period,
  team: string | undefined,
): LedgerView {
  const time = (instant: string) => Date.parse(instant);
  const [start, asOf, now] = [time(period.start), time(period.asOf), time(period.now)];
  const entries = [...new Map(ledger.map((entry) => [entry.id, entry])).values()]
    .filter((entry) => time(entry.at) <= now && (team === undefined || entry.team === team))
    .sort((a, b) => time(a.at) - time(b.at) || (a.id < b.id ? -1 : 1));
  const beforeEnd = (entry: LedgerEntry) =>
    time(entry.at) < time(period.end) && time(entry.at) <= asOf;
  const inPeriod = (entry: LedgerEntry) => time(entry.at) >= start && beforeEnd(entry);
  const of = <K extends LedgerKind>(kind: K) =>
    entries.filter((entry): entry is Entry<K> => entry.kind === kind);

  const decisions = new Map(of("decided").map((entry) => [entry.decisionId, entry]));
  const runs = new Map<string, RunFacts>();
  const run = (runId: string): RunFacts => {
    const known = runs.get(runId) ?? { runId, evaluations: [] };
    runs.set(runId, known);
    return known;
  };
  for (const entry of of("started").filter(beforeEnd)) run(entry.runId).started ??= entry;
  for (const entry of of("settled").filter(beforeEnd)) run(entry.runId).settled ??= entry;
  for (const facts of runs.values()) {
    const decision = decisions.get((facts.started ?? facts.settled)?.decisionId ?? "");
    if (decision) facts.decision = decision;
    const version = facts.settled?.adapterVersion;
    facts.evaluations = of("evaluated").filter(
      (entry) => entry.runId === facts.runId || (version != null && entry.version === version),
    );
  }
  return {
    entries,
    checks: of("check-refused").filter(inPeriod),
    decisions: of("decided").filter(inPeriod),
    runs: [...runs.values()].filter(({ settled }) => !settled || inPeriod(settled)),
    promotions: of("promoted"),
  };
}
