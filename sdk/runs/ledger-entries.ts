import { estimatedRunCost } from "../../core/estimate/actual-cost.ts";
import { observedRun } from "../../core/estimate/observed-run.ts";
import type { GateDecision } from "../../core/spec/gate-decision.ts";
import type { LedgerEntry } from "../../core/spec/ledger.ts";
import type { RunRecord, RunResult } from "../../core/spec/run.ts";
import { formatUsd, type MicroUsd } from "../../core/units.ts";
import { ledgerId } from "../ledger/ledger-id.ts";

type Entry<K extends LedgerEntry["kind"]> = Extract<LedgerEntry, { kind: K }>;

/**
 * The ledger entries of a run. Each id is made from the instant and the thing, so writing one again after a crash is the
 * same entry and not a second one.
 */

export function decidedEntry(
  decision: GateDecision,
  method: string,
  actor: string,
): Entry<"decided"> {
  const { estimate, cost, gain, value, override } = decision;
  return {
    ...common(decision, "decided", decision.issuedAt, decision.id, actor),
    kind: "decided",
    decisionId: decision.id,
    jobDigest: decision.job.digest,
    datasetDigest: decision.datasetDigest,
    method,
    verdict: decision.verdict,
    mode: decision.mode,
    admitted: decision.admitted,
    codes: decision.reasons.map(({ code }) => code),
    summary: summaryOf(decision),
    priceBook: decision.priceBook.id,
    cost:
      estimate.cost && cost
        ? {
            low: Math.min(estimate.cost.low, cost.expectedMicroUsd),
            expected: cost.expectedMicroUsd,
            high: cost.highMicroUsd,
            stranded: estimate.cost.strandedMicroUsd,
          }
        : null,
    gain: gain && { priorMean: gain.priorMean, mean: gain.mean, sd: gain.sd },
    netBenefit: value?.nbWithBar ?? null,
    pWin: value?.pWin ?? null,
    override: override && { approver: override.approver, reason: override.reason },
  };
}

/** What stands against the run first of all; where nothing does, what it is expected to bring. */
function summaryOf({ reasons, value, cost }: GateDecision): string {
  const blocking = reasons.find(({ severity }) => severity === "blocking");
  if (blocking) return blocking.message;
  if (!value || !cost) return reasons[0]?.message ?? "Nothing stands against the run.";
  return `The run costs up to ${formatUsd(cost.highMicroUsd)} and its expected net benefit is ${formatUsd(value.nbWithBar)}.`;
}

export function startedEntry(
  record: RunRecord,
  decision: GateDecision,
  reserved: MicroUsd,
): Entry<"started"> {
  const { placement } = decision.estimate;
  return {
    ...common(decision, "started", record.createdAt, record.runId, record.requester),
    kind: "started",
    runId: record.runId,
    decisionId: decision.id,
    jobDigest: record.jobDigest,
    tier: placement.tier,
    instanceType: placement.instanceType,
    capacity: placement.capacity,
    gpuCount: placement.gpuCount,
    reserved,
  };
}

export function settledEntry(
  record: RunRecord,
  decision: GateDecision,
  result: RunResult,
  adapterVersion: string | null,
): Entry<"settled"> {
  const cost = record.pilot ? null : estimatedRunCost(decision.estimate);
  return {
    ...common(decision, "settled", result.finishedAt, record.runId, record.requester),
    kind: "settled",
    runId: record.runId,
    decisionId: decision.id,
    outcome: result.outcome,
    failure: result.failure,
    actual: result.actualMicroUsd,
    stranded: result.strandedMicroUsd,
    estimated: cost?.microUsd ?? null,
    estimatedTraining: cost?.training ?? null,
    observed: observedRun(decision.estimate, result),
    seconds: result.seconds,
    attempts: result.attempts,
    trainedTokens: result.trainedTokens,
    adapterVersion,
  };
}

function common(
  decision: GateDecision,
  kind: LedgerEntry["kind"],
  at: string,
  subject: string,
  actor: string,
) {
  return {
    schemaVersion: 1 as const,
    id: ledgerId(at, kind, subject),
    at,
    actor,
    team: decision.team,
    useCase: decision.useCase,
    adapter: decision.job.name,
  };
}
