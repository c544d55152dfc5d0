import type { Digest } from "../../core/digest.ts";
import { budgetPeriod } from "../../core/spec/budget.ts";
import type { GateDecision } from "../../core/spec/gate-decision.ts";
import type { RunRecord, RunResult } from "../../core/spec/run.ts";
import { TrainingJob } from "../../core/spec/training-job.ts";
import { settle } from "../budget/budget.ts";
import type { KitContext } from "../context.ts";
import { readDataset } from "../evidence/splits.ts";
import { append, findEntry } from "../ledger/ledger.ts";
import { type ManifestDraft, publish } from "../registry/publish.ts";
import { adapterKeys } from "../registry/registry-keys.ts";
import { expectedAdapter } from "./expected-adapter.ts";
import { settledEntry } from "./ledger-entries.ts";

/**
 * What follows from a run's stored result: the adapter version, the money, the ledger entry. Everything is made from the
 * result and the ledger entry is written last, so it does not matter how often or by whom it is done. Returns the version that a successful run made.
 */
export async function settleRun(
  context: KitContext,
  record: RunRecord,
  decision: GateDecision,
  result: RunResult,
): Promise<Digest | null> {
  const entry = settledEntry(record, decision, result, null);
  const settled = await findEntry(context.store, entry); // written last: what stands there is all done
  if (settled?.kind === "settled" && (await isThere(context, decision, settled.adapterVersion)))
    return settled.adapterVersion;
  const place = {
    team: decision.team,
    period: budgetPeriod(record.createdAt),
    runId: record.runId,
  };
  await settle(context.store, place, result.actualMicroUsd); // first: money that is spent counts, whatever comes of the files
  const version =
    result.outcome === "succeeded"
      ? (
          await publish(
            context.store,
            decision.team,
            await manifestDraft(context, record, decision, result),
          )
        ).version
      : null;
  await append(context.store, { ...entry, adapterVersion: version });
  return version;
}

/** A manifest that was moved aside since, because it was damaged, is written again. */
async function isThere(
  { store }: KitContext,
  { job }: GateDecision,
  version: Digest | null,
): Promise<boolean> {
  return version === null || !!(await store.get(adapterKeys(job.name).manifest(version)));
}

async function manifestDraft(
  context: KitContext,
  record: RunRecord,
  decision: GateDecision,
  result: RunResult,
): Promise<ManifestDraft> {
  const job = TrainingJob.parse(record.job);
  const { dataset } = await readDataset(context.store, record.datasetDigest);
  const { train, validation, test } = dataset.splits;
  const { doubleQuant, type } = job.quantization;
  const { base, r, alpha, parameters } = expectedAdapter(job);
  return {
    name: job.name,
    createdBy: record.requester,
    createdAt: result.finishedAt,
    base,
    method: {
      name: job.method,
      r,
      alpha,
      parameters,
      quantization: job.method === "qlora" ? { type, doubleQuant } : null,
    },
    data: {
      dataset: dataset.digest,
      splits: { train: train.digest, validation: validation.digest, test: test.digest },
      readiness: dataset.readinessDigest,
    },
    run: {
      id: record.runId,
      jobDigest: record.jobDigest,
      fingerprint: result.fingerprint ?? "",
      seed: job.seed,
      plannedSteps: result.plannedSteps,
      completedSteps: result.completedSteps,
      bestStep: result.bestStep ?? result.completedSteps,
      resumedFrom: result.resumedFrom,
      attempts: result.attempts,
      libraryVersions: result.libraryVersions,
    },
    metrics: { trainLoss: result.trainLoss, validationLoss: result.validationLoss },
    decisionId: decision.id,
    cost: {
      microUsd: result.actualMicroUsd,
      seconds: result.seconds,
      gpu: decision.estimate.placement.gpu,
    },
  };
}
