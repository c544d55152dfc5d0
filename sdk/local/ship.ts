import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { actualCost } from "../../core/estimate/actual-cost.ts";
import type { Outcome, RunResult } from "../../core/spec/run.ts";
import { TrainingJob } from "../../core/spec/training-job.ts";
import { runKeys } from "../runs/run-records.ts";
import { writeOnce } from "../store/document.ts";
import type { LocalRun } from "./local-run.ts";
import type { Observation } from "./observe.ts";
import type { Prepared } from "./prepare.ts";

type Ended = Extract<Observation, { state: Outcome }>;

/**
 * Ships what an ended run leaves: metrics, on success the adapter, and last `result.json`. Everything is made from the
 * files of the workspace and not from a clock, so a command that was killed half-way may do it again with equal bytes.
 */
export async function ship(
  run: LocalRun,
  prepared: Prepared | undefined,
  ended: Ended,
): Promise<RunResult> {
  const { context, record, space } = run;
  const keys = runKeys(run.decision.team, record.runId);
  if (existsSync(space.metrics)) await context.store.put(keys.metrics, readFileSync(space.metrics));
  if (ended.state === "succeeded") {
    for (const name of readdirSync(space.adapter).sort()) {
      await context.store.put(`${keys.adapter}/${name}`, readFileSync(join(space.adapter, name)), {
        ifAbsent: true,
      });
    }
  }
  const result = resultOf(run, prepared, ended);
  await writeOnce(context.store, keys.result, result);
  return result;
}

function resultOf(
  { record, decision }: LocalRun,
  prepared: Prepared | undefined,
  ended: Ended,
): RunResult {
  const trainer = ended.state === "succeeded" ? ended.result : undefined;
  const cost = actualCost(decision.estimate, ended.seconds);
  const lastEnd = ended.attempts.at(-1)?.exit?.at;
  return {
    schemaVersion: 1,
    runId: record.runId,
    outcome: ended.state,
    failure:
      ended.state === "failed" ? ended.failure : ended.state === "cancelled" ? "cancelled" : null,
    message: ended.state === "failed" ? ended.message : "",
    finishedAt:
      trainer?.finishedAt ?? (lastEnd ? new Date(lastEnd * 1000).toISOString() : record.createdAt),
    attempts: ended.attempts.length,
    seconds: ended.seconds,
    actualMicroUsd: cost.microUsd,
    strandedMicroUsd: cost.strandedMicroUsd,
    trainedTokens: trainer?.tokens ?? 0,
    fingerprint: prepared?.fingerprint ?? null,
    plannedSteps: TrainingJob.parse(record.job).training.steps,
    completedSteps: trainer?.completedSteps ?? 0,
    bestStep: trainer?.bestStep ?? null,
    resumedFrom: trainer?.resumedFrom ?? null,
    peakMemoryBytes: trainer?.peakMemoryBytes ?? null,
    trainLoss: trainer?.trainLoss ?? null,
    validationLoss: trainer?.validationLoss ?? null,
    libraryVersions: trainer?.libraryVersions ?? {},
  };
}
