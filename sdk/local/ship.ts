import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { actualCost } from "../../core/estimate/actual-cost.ts";
import type { Outcome, RunRecord, RunResult } from "../../core/spec/run.ts";
import { TrainingJob } from "../../core/spec/training-job.ts";
import { inspectAdapter } from "../registry/adapter-files.ts";
import { expectedAdapter } from "../runs/expected-adapter.ts";
import { runKeys } from "../runs/run-records.ts";
import { writeOnce } from "../store/document.ts";
import type { LocalRun } from "./local-run.ts";
import { type Observation, readResult } from "./observe.ts";
import type { Prepared } from "./prepare.ts";
import { lastStep } from "./progress.ts";
import type { Workspace } from "./workspace.ts";

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
  const files = ended.state === "succeeded" ? readAdapter(space) : new Map<string, Uint8Array>();
  const judged = ended.state === "succeeded" ? judgeAdapter(record, files, ended) : ended;
  if (judged.state === "succeeded") {
    for (const [name, body] of files)
      await context.store.put(`${keys.adapter}/${name}`, body, { ifAbsent: true });
  }
  const result = resultOf(run, prepared, judged);
  await writeOnce(context.store, keys.result, result);
  return result;
}

/** Everything in the adapter's folder by name, sorted. A folder or a link is named and not read: it is refused anyway. */
function readAdapter({ adapter }: Workspace): Map<string, Uint8Array> {
  if (!existsSync(adapter)) return new Map();
  const entries = readdirSync(adapter, { withFileTypes: true });
  const files = entries.map((entry): [string, Uint8Array] =>
    entry.isFile()
      ? [entry.name, readFileSync(join(adapter, entry.name))]
      : [`${entry.name}/`, new Uint8Array()],
  );
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A run whose adapter would be refused at publication has not succeeded, and ships nothing. */
function judgeAdapter(
  record: RunRecord,
  files: ReadonlyMap<string, Uint8Array>,
  ended: Extract<Ended, { state: "succeeded" }>,
): Ended {
  const { problems } = inspectAdapter(files, expectedAdapter(TrainingJob.parse(record.job)));
  if (problems.length === 0) return ended;
  const wrong = problems.map(({ message }) => message).join("; ");
  return {
    attempts: ended.attempts,
    seconds: ended.seconds,
    state: "failed",
    failure: "contract",
    message: `the trainer broke its contract: its adapter is refused: ${wrong}`,
    fix: [...new Set(problems.map(({ fix }) => fix))].join("; "),
  };
}

function resultOf(
  { record, decision, space }: LocalRun,
  prepared: Prepared | undefined,
  ended: Ended,
): RunResult {
  const trainer = ended.state === "succeeded" ? ended.result : undefined;
  const cost = actualCost(decision.estimate, ended.seconds);
  // The supervisor's clock and not the trainer's: the instant decides in which month the cost falls.
  const lastEnd = ended.attempts.at(-1)?.exit?.at;
  const startedAt = Date.parse(record.createdAt);
  return {
    schemaVersion: 1,
    runId: record.runId,
    outcome: ended.state,
    failure:
      ended.state === "failed" ? ended.failure : ended.state === "cancelled" ? "cancelled" : null,
    message: ended.state === "failed" ? ended.message : "",
    fix: ended.state === "failed" ? ended.fix : null,
    finishedAt: new Date(lastEnd ? lastEnd * 1000 : startedAt + ended.seconds * 1000).toISOString(),
    attempts: ended.attempts.length,
    seconds: ended.seconds,
    actualMicroUsd: cost.microUsd,
    strandedMicroUsd: cost.strandedMicroUsd,
    trainedTokens: trainer?.tokens ?? 0,
    fingerprint: prepared?.fingerprint ?? null,
    plannedSteps: TrainingJob.parse(record.job).training.steps,
    completedSteps: trainer?.completedSteps ?? lastStep(space),
    bestStep: trainer?.bestStep ?? null,
    resumedFrom: trainer?.resumedFrom ?? null,
    peakMemoryBytes: trainer?.peakMemoryBytes ?? null,
    ...paceOf(space, ended),
    trainLoss: trainer?.trainLoss ?? null,
    validationLoss: trainer?.validationLoss ?? null,
    libraryVersions: trainer?.libraryVersions ?? {},
  };
}

/**
 * How fast the last attempt trained, however it ended: runs that are too slow for their deadline are those that an estimate
 * must learn of. A trainer that broke its contract is not believed.
 */
function paceOf(space: Workspace, ended: Ended): Pick<RunResult, "stepTokens" | "stepSeconds"> {
  const reported = readResult(space);
  const known =
    reported?.attempt === ended.attempts.at(-1)?.number &&
    !(ended.state === "failed" && ended.failure === "contract");
  const { stepTokens = null, stepSeconds = null } = (known && reported) || {};
  return { stepTokens, stepSeconds };
}
