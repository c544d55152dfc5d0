import { correctionOf } from "../../core/estimate/calibration.ts";
import type { GainHistory } from "../../core/spec/gate-facts.ts";
import type { LedgerEntry } from "../../core/spec/ledger.ts";
import type { ObservedRun } from "../../core/spec/observed-run.ts";
import type { TrainingJob } from "../../core/spec/training-job.ts";

/**
 * Outcomes of past runs like this job; null when there are none yet. A stratum is metric x method, as long as runs are few. A multiplier is the observed gain over the predicted gain, both
 * over the best prompt; runs that the gate expected nothing of are left out. Rejected runs have no outcome: the history is
 * of what was let through.
 *
 * A cost ratio holds what a run cost against what it would be estimated at today, with the speed as `calibration` corrects
 * it: the estimate to which the ratios are applied is corrected in the same way, so nothing is taken off twice.
 */
export function foldHistory(
  entries: readonly LedgerEntry[],
  job: Pick<TrainingJob, "method" | "useCase">,
  calibration: readonly ObservedRun[],
): GainHistory | null {
  const decided = new Map(
    entries.flatMap((entry) =>
      entry.kind === "decided" ? [[entry.decisionId, entry] as const] : [],
    ),
  );
  const history: GainHistory = {
    stratum: `${job.useCase.metric} × ${job.method}`,
    multipliers: [],
    wins: 0,
    evaluated: 0,
    costRatios: [],
  };
  const settled = new Map<string, string>();
  for (const entry of entries) {
    if (entry.kind !== "settled" || entry.outcome !== "succeeded") continue;
    const decision = decided.get(entry.decisionId);
    if (decision?.method !== job.method) continue;
    if (entry.estimated === null) continue; // a pilot, or a run without a price
    settled.set(entry.runId, entry.decisionId);
    const estimated = entry.estimated + speedChange(entry, calibration);
    if (estimated > 0 && entry.actual > 0) history.costRatios.push(entry.actual / estimated);
  }
  for (const entry of lastEvaluations(entries)) {
    if (entry.metric !== job.useCase.metric || entry.runId === null) continue;
    const predicted = decided.get(settled.get(entry.runId) ?? "")?.gain?.priorMean;
    if (predicted === undefined) continue;
    history.evaluated += 1;
    if (entry.verdict === "pass") history.wins += 1;
    if (predicted > 0) history.multipliers.push(entry.gain / predicted);
  }
  return history.costRatios.length + history.evaluated > 0 ? history : null;
}

type Settled = Extract<LedgerEntry, { kind: "settled" }>;

/** What today's correction of the speed adds to the raw estimate of a settled run. */
function speedChange(
  { estimatedTraining, observed }: Settled,
  calibration: readonly ObservedRun[],
): number {
  if (!estimatedTraining || !observed) return 0;
  return (
    estimatedTraining / correctionOf(calibration, observed, "speed").factor - estimatedTraining
  );
}

type Evaluated = Extract<LedgerEntry, { kind: "evaluated" }>;

/** The last evaluation of each run: a run is one observation, however often it is looked at. */
const lastEvaluations = (entries: readonly LedgerEntry[]): Iterable<Evaluated> =>
  new Map(
    entries.flatMap((entry) => (entry.kind === "evaluated" ? [[entry.runId, entry] as const] : [])),
  ).values();
