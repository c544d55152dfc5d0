import { canonicalJson } from "../../core/digest.ts";
import { StoreError } from "../../core/errors.ts";
import { leavesOpen } from "../../core/estimate/variant.ts";
import { budgetPeriod } from "../../core/spec/budget.ts";
import { type GateDecision, isPilotOnly } from "../../core/spec/gate-decision.ts";
import type { LedgerEntry } from "../../core/spec/ledger.ts";
import type { RunPointer, RunRecord, RunResult } from "../../core/spec/run.ts";
import { jobDigest, jobDocument, pilotOf, TrainingJob } from "../../core/spec/training-job.ts";
import { formatUsd, type MicroUsd } from "../../core/units.ts";
import { reserve } from "../budget/budget.ts";
import type { KitContext } from "../context.ts";
import { GateRefusedError } from "../gate-refused-error.ts";
import type { Plan } from "../kit.ts";
import { append, findEntry } from "../ledger/ledger.ts";
import { localRun, look } from "../local/local-run.ts";
import { teamConfig } from "../project.ts";
import { writeOnce } from "../store/document.ts";
import type { ObjectStore, PutCondition } from "../store/object-store.ts";
import { decidedEntry, startedEntry } from "./ledger-entries.ts";
import {
  pointerKey,
  readDecision,
  readPointer,
  readRun,
  readRunResult,
  recordMissing,
  runKeys,
} from "./run-records.ts";
import { settleRun } from "./settle-run.ts";

export interface Submitted {
  record: RunRecord;
  decision: GateDecision;
}

/**
 * Finds the run of a job or makes one. Idempotent by content: the same job digest gives the run that is under way or
 * succeeded; one that failed or was cancelled is decided and run anew. The pointer is the commit point: before it nothing
 * counts, and everything after it is repeated safely by the next submit. A job that leaves a choice to the planner is planned
 * first: the run is that of the job as it is placed.
 * @param pilot trains a share of the steps, as another run than the whole job.
 * @throws GateRefusedError also for the whole job where the gate allows a pilot only; StoreError `RunRecordMissing`
 */
export async function submit(
  context: KitContext,
  asked: TrainingJob,
  plan: () => Promise<Plan>,
  pilot: boolean,
): Promise<Submitted> {
  const planned = leavesOpen(asked) ? await plan() : undefined;
  const job = planned?.job ?? asked;
  const trained = pilot ? pilotOf(job, context.project.platform.policy.pilotShare) : job;
  const digest = jobDigest(trained, pilot);
  const current = await currentRun(context, job.team, digest);
  if (current?.usable && !(await endIfExpired(context, current))) return admit(context, current);
  const { decision, facts, dataset } = planned ?? (await plan());
  if (!decision.admitted) {
    await append(context.store, decidedEntry(decision, job.method, context.requester));
    throw new GateRefusedError(decision);
  }
  // Not recorded: nothing is refused or admitted before the requester has said what to do.
  if (isPilotOnly(decision) && !pilot) throw new GateRefusedError(decision, pilotFix(context, job));
  const now = context.now();
  const record: RunRecord = {
    schemaVersion: 1,
    runId: context.newId(now),
    createdAt: now.toISOString(),
    requester: context.requester,
    jobDigest: digest,
    job: jobDocument(trained),
    decisionId: decision.id,
    datasetDigest: dataset.digest,
    pilot,
  };
  const keys = runKeys(job.team, record.runId);
  await writeOnce(context.store, keys.decision, { schemaVersion: 1, facts, decision });
  await writeOnce(context.store, keys.job, record);
  const pointer: RunPointer = {
    schemaVersion: 1,
    runId: record.runId,
    generation: (current?.generation ?? 0) + 1,
  };
  const condition: PutCondition = current ? { ifMatch: current.etag } : { ifAbsent: true };
  const outcome = await context.store.put(
    pointerKey(job.team, digest),
    canonicalJson(pointer),
    condition,
  );
  if (outcome.ok) return admit(context, { record, decision });
  // Another command submitted the same job at the same moment: its run is the run.
  const winner = await currentRun(context, job.team, digest);
  if (winner) return admit(context, winner);
  throw new StoreError("RunLost", "the run that another command just made cannot be found", {
    path: `${context.store.url}/${pointerKey(job.team, digest)}`,
    fix: "submit the job again",
  });
}

function pilotFix({ project }: KitContext, job: TrainingJob): string {
  const { steps } = pilotOf(job, project.platform.policy.pilotShare).training;
  return `add --pilot: it trains ${steps} of the ${job.training.steps} steps, and its evaluation says whether the rest is worth it`;
}

interface CurrentRun extends Submitted {
  /** Under way or succeeded. */
  usable: boolean;
  etag: string;
  generation: number;
}

async function currentRun(
  context: KitContext,
  team: string,
  digest: string,
): Promise<CurrentRun | undefined> {
  const pointer = await readPointer(context.store, team, digest);
  if (!pointer) return undefined;
  const { runId, generation } = pointer.value;
  const record = await readRun(context.store, team, runId);
  if (!record) throw recordMissing(context.store, runKeys(team, runId).job);
  const { decision } = await readDecision(context.store, team, runId);
  const result = await readRunResult(context.store, team, runId);
  return {
    record,
    decision,
    usable: !result || result.outcome === "succeeded",
    etag: pointer.etag,
    generation,
  };
}

/** Records the decision and holds the money. Repeated by every submit of the job, with the same entries and amounts. */
async function admit(context: KitContext, { record, decision }: Submitted): Promise<Submitted> {
  const { method } = TrainingJob.parse(record.job);
  await appendOnce(context.store, decidedEntry(decision, method, record.requester));
  if (await readRunResult(context.store, decision.team, record.runId)) return { record, decision };
  const high = decision.caps?.maxMicroUsd ?? decision.estimate.cost?.high ?? 0;
  const place = {
    team: decision.team,
    period: budgetPeriod(record.createdAt),
    runId: record.runId,
  };
  const held = await reserve(context.store, place, high, limitThatBinds(context, decision));
  if (!held.granted) {
    const taken = `${formatUsd(held.afterThisMicroUsd)} of ${formatUsd(held.limitMicroUsd ?? 0)}`;
    const message = `other runs took the budget of ${place.period} in the meantime: ${taken}`;
    const fix =
      "submit the job again when the budget has room: `tunekit report` shows what took it";
    await endUnstarted(context, { record, decision }, message, fix);
    return { record, decision };
  }
  await appendOnce(context.store, startedEntry(record, decision, high));
  return { record, decision };
}

/** What the ledger says already stands, in whatever words an earlier version said it. */
async function appendOnce(store: ObjectStore, entry: LedgerEntry): Promise<void> {
  if (!(await findEntry(store, entry))) await append(store, entry);
}

/** A run that the gate let through in spite of its budget (mode or override) is not held up here either. */
function limitThatBinds(
  { project }: KitContext,
  { verdict, mode, team }: GateDecision,
): MicroUsd | null {
  const approved = verdict === "approve" || verdict === "pilot";
  return approved && mode === "enforce" ? teamConfig(project.platform, team).monthlyBudget : null;
}

/** A decision is good for a while: a run that it let through and that never started is decided anew afterwards. */
async function endIfExpired(context: KitContext, submitted: Submitted): Promise<boolean> {
  const { record, decision } = submitted;
  if (Date.parse(decision.expiresAt) >= context.now().getTime()) return false;
  if (await readRunResult(context.store, decision.team, record.runId)) return false;
  if (look(localRun(context, record, decision)).state !== "not-started") return false;
  const message = `it never started, and its decision expired at ${decision.expiresAt}`;
  await endUnstarted(context, submitted, message, "submit the job again: it is decided anew");
  return true;
}

async function endUnstarted(
  context: KitContext,
  { record, decision }: Submitted,
  message: string,
  fix: string,
): Promise<void> {
  const result = refusedResult(record, message, fix);
  await writeOnce(context.store, runKeys(decision.team, record.runId).result, result);
  await settleRun(context, record, decision, result);
}

/** The end of a run that never started. */
const refusedResult = (record: RunRecord, message: string, fix: string): RunResult => ({
  schemaVersion: 1,
  runId: record.runId,
  outcome: "failed",
  failure: "policy",
  message,
  fix,
  finishedAt: record.createdAt,
  attempts: 0,
  seconds: 0,
  actualMicroUsd: 0,
  strandedMicroUsd: 0,
  trainedTokens: 0,
  fingerprint: null,
  plannedSteps: TrainingJob.parse(record.job).training.steps,
  completedSteps: 0,
  bestStep: null,
  resumedFrom: null,
  peakMemoryBytes: null,
  stepTokens: null,
  stepSeconds: null,
  trainLoss: null,
  validationLoss: null,
  libraryVersions: {},
});
