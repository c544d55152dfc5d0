import { withNearest } from "../core/estimate/nearest.ts";
import { type CheaperButFails, planPlacement } from "../core/estimate/plan-placement.ts";
import { placedJob } from "../core/estimate/variant.ts";
import { budgetPeriod, budgetTotals } from "../core/spec/budget.ts";
import type { Dataset, ReadinessReport } from "../core/spec/dataset.ts";
import type { GateFacts } from "../core/spec/gate-facts.ts";
import type { LedgerEntry } from "../core/spec/ledger.ts";
import { jobDigest, type TrainingJob } from "../core/spec/training-job.ts";
import { readBudget } from "./budget/budget.ts";
import type { KitContext } from "./context.ts";
import { estimateInput } from "./estimate-input.ts";
import { baselineFor } from "./evidence/baselines.ts";
import { foldHistory } from "./evidence/history.ts";
import { observedRuns } from "./evidence/observed-runs.ts";
import { readLedger } from "./ledger/ledger.ts";
import { teamConfig } from "./project.ts";
import { readPointer, readRunResult } from "./runs/run-records.ts";

/** What is known of a job before it is decided: how it would run, and why not cheaper. */
export interface Gathered {
  /** The job as it is placed: with what the planner chose of what it was allowed to vary. */
  job: TrainingJob;
  facts: GateFacts;
  cheaper: CheaperButFails[];
}

/** Plans where the job runs, and collects everything that the decision about it may depend on. Reads, never writes. */
export async function gatherFacts(
  context: KitContext,
  asked: TrainingJob,
  data: { dataset: Dataset; readiness: ReadinessReport },
): Promise<Gathered> {
  const { store, project } = context;
  const now = context.now();
  const { dataset, readiness } = data;
  const team = teamConfig(project.platform, asked.team);
  const { entries } = await readLedger(store);
  const calibration = observedRuns(entries);
  const input = estimateInput(context, asked, data, now, calibration);
  const { chosen, others, cheaper } = planPlacement(input);
  const job = placedJob(asked, chosen.placement);
  const stored = await baselineFor(context, job, dataset.splits.test.digest);
  const facts: GateFacts = {
    schemaVersion: 1,
    id: context.newId(now),
    now: now.toISOString(),
    requester: context.requester,
    team: job.team,
    costCenter: job.costCenter ?? null,
    mode: team.mode,
    job: {
      name: job.name,
      digest: jobDigest(job),
      method: job.method,
      model: job.base.model,
      sweepRuns: job.sweepRuns,
      labellingMicroUsd: job.labellingCost,
      deadlineSeconds: job.placement.deadline ?? null,
      gpuCount: job.placement.gpuCount,
    },
    dataset: {
      digest: dataset.digest,
      testDigest: dataset.splits.test.digest,
      train: dataset.splits.train.items,
      validation: dataset.splits.validation.items,
      test: dataset.splits.test.items,
      leaked: readiness.leakage.testInTrain + readiness.leakage.testInValidation,
      audit: dataset.audit && { sampled: dataset.audit.sampled, correct: dataset.audit.correct },
      findings: readiness.findings,
    },
    baseline: stored
      ? {
          digest: stored.digest,
          testDigest: stored.baseline.testDigest,
          model: stored.baseline.base.model,
          metric: stored.baseline.metric,
          score: stored.baseline.score,
          baseScore: stored.baseline.baseScore,
          testItems: stored.baseline.testItems,
          promptsTried: stored.baseline.promptsTried,
          at: stored.baseline.at,
        }
      : null,
    useCase: job.useCase,
    estimate: withNearest(input, chosen),
    alternatives: others.map(({ label, estimate }) => ({
      label,
      estimate: withNearest(input, estimate),
    })),
    budget: await budgetFacts(context, job.team, team.monthlyBudget, entries),
    history: foldHistory(entries, job, calibration),
    duplicateOf: await duplicateOf(context, job, entries),
    override: null,
    policy: project.platform.policy,
  };
  return { job, facts, cheaper };
}

async function budgetFacts(
  context: KitContext,
  team: string,
  limit: number | null,
  entries: readonly LedgerEntry[],
): Promise<GateFacts["budget"]> {
  if (limit === null) return null;
  const now = context.now();
  const period = budgetPeriod(now.toISOString());
  const budget = await readBudget(context.store, team, period);
  const { actual, committed } = budgetTotals(budget);
  const explored = budgetTotals({ ...budget, runs: pick(budget.runs, explorations(entries)) });
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return {
    period,
    limitMicroUsd: limit,
    actualMicroUsd: actual,
    committedMicroUsd: committed,
    exploredMicroUsd: explored.actual + explored.committed,
    nextPeriodAt: new Date(Date.UTC(year, month + 1)).toISOString(),
    periodStartAt: new Date(Date.UTC(year, month)).toISOString(),
  };
}

/** Runs that were approved from the exploration budget. */
function explorations(entries: readonly LedgerEntry[]): Set<string> {
  const decisions = new Set(
    entries.flatMap((entry) =>
      entry.kind === "decided" && entry.codes.includes("Exploration") ? [entry.decisionId] : [],
    ),
  );
  return new Set(
    entries.flatMap((entry) =>
      entry.kind === "started" && decisions.has(entry.decisionId) ? [entry.runId] : [],
    ),
  );
}

const pick = <T>(record: Record<string, T>, keys: ReadonlySet<string>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => keys.has(key)));

async function duplicateOf(
  context: KitContext,
  job: TrainingJob,
  entries: readonly LedgerEntry[],
): Promise<GateFacts["duplicateOf"]> {
  const pointer = await readPointer(context.store, job.team, jobDigest(job));
  if (!pointer) return null;
  const result = await readRunResult(context.store, job.team, pointer.value.runId);
  return result?.outcome === "succeeded"
    ? { runId: pointer.value.runId, adapterVersion: versionOf(pointer.value.runId, entries) }
    : null;
}

function versionOf(runId: string, entries: readonly LedgerEntry[]): string | null {
  for (const entry of entries) {
    if (entry.kind === "settled" && entry.runId === runId) return entry.adapterVersion;
  }
  return null;
}
