import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { InputError, RunError } from "../../core/errors.ts";
import type { GateDecision } from "../../core/spec/gate-decision.ts";
import type { RunRecord } from "../../core/spec/run.ts";
import { TrainingJob } from "../../core/spec/training-job.ts";
import type { KitContext } from "../context.ts";
import { readRunResult } from "../runs/run-records.ts";
import { settleRun } from "../runs/settle-run.ts";
import { kill, readAttempts, startAttempt, terminate } from "./attempt.ts";
import { baseModelFolder } from "./base-model.ts";
import { childEnv } from "./child-env.ts";
import { type Observation, observe } from "./observe.ts";
import { prepare, readPrepared } from "./prepare.ts";
import { TRAIN_SCRIPT } from "./python.ts";
import { ship } from "./ship.ts";
import { type Workspace, workspace } from "./workspace.ts";

/** A run on this machine: everything about it is in its workspace and in the store, nothing in memory. */
export interface LocalRun {
  context: KitContext;
  record: RunRecord;
  decision: GateDecision;
  space: Workspace;
}

export const localRun = (
  context: KitContext,
  record: RunRecord,
  decision: GateDecision,
): LocalRun => ({
  context,
  record,
  decision,
  space: workspace(context.project.work, record.runId),
});

/** What the run's files say now. */
export function look({ context, record, space }: LocalRun): Observation {
  const prepared = readPrepared(space);
  if (!prepared) {
    return {
      state: existsSync(space.cancelled) ? "cancelled" : "not-started",
      attempts: [],
      seconds: 0,
    };
  }
  return observe(space, { ...prepared, runId: record.runId }, context.now().getTime() / 1000);
}

/**
 * Starts the trainer, or starts it again from its last complete checkpoint. A run that is running or has ended is left as
 * it is.
 */
export async function startOrResume(run: LocalRun, python: string): Promise<void> {
  const { context, record, decision, space } = run;
  const job = TrainingJob.parse(record.job);
  const model = baseModelFolder(context.project.platform, job.base.model);
  const prepared = await prepare(
    space,
    { runId: record.runId, job, datasetDigest: record.datasetDigest, model },
    context.store,
  );
  const { state, attempts, seconds } = look(run);
  if (state !== "not-started" && state !== "interrupted") return;
  const number = attempts.length + 1;
  const left = decision.caps
    ? Math.max(1, Math.floor(decision.caps.deadlineSeconds - seconds))
    : undefined;
  startAttempt(space, {
    number,
    command: [python, TRAIN_SCRIPT],
    env: childEnv(context.env, {
      FT_RUN_ID: record.runId,
      FT_ATTEMPT: String(number),
      FT_CONFIG: space.config,
      FT_DATA_DIR: space.data,
      FT_MODEL_DIR: model,
      FT_OUTPUT_DIR: space.output,
      FT_CHECKPOINT_DIR: space.checkpoints,
      FT_FINGERPRINT: prepared.fingerprint,
      FT_RESUME: "auto",
      ...(left === undefined ? {} : { FT_DEADLINE_SECONDS: String(left) }),
    }),
  });
  await claimed(space, number);
}

/** The claim is written by the attempt itself, a moment after it was started. */
async function claimed(space: Workspace, number: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (readAttempts(space).some((attempt) => attempt.number === number && attempt.pid > 0)) return;
    await sleep(50);
  }
  throw new RunError("internal", "the trainer process did not start", {
    path: space.log(number),
    fix: "read the log, then submit the job again",
  });
}

/**
 * Does what an ended run still needs: ships its files, mints the adapter version, settles budget and ledger. Each step may
 * be repeated, so it does not matter who was killed before, or who else is doing the same now.
 */
export async function finishIfEnded(run: LocalRun): Promise<void> {
  const { context, record, decision, space } = run;
  const stored = await readRunResult(context.store, decision.team, record.runId);
  if (stored) {
    await settleRun(context, record, decision, stored);
    return;
  }
  const observation = look(run);
  if (
    observation.state === "succeeded" ||
    observation.state === "failed" ||
    observation.state === "cancelled"
  ) {
    await settleRun(context, record, decision, await ship(run, readPrepared(space), observation));
  }
}

/** A step and a checkpoint of a large model fit into it; who needs longer is killed. */
const GRACE_SECONDS = 60;

/** Stops the run for good. The trainer gets time to write its checkpoint; what was spent is settled. */
export async function cancel(run: LocalRun): Promise<void> {
  const { context, record, decision, space } = run;
  await finishIfEnded(run); // a run that failed before anybody looked has failed, and was not cancelled
  if (await readRunResult(context.store, decision.team, record.runId)) {
    throw new InputError("RunEnded", `run ${record.runId} has ended already`, {
      fix: "nothing is left to cancel; `tunekit status` shows how it ended",
    });
  }
  mkdirSync(space.folder, { recursive: true });
  writeFileSync(space.cancelled, "");
  const observation = look(run);
  if (observation.state === "running") {
    terminate(observation.attempt);
    const patience = context.now().getTime() + GRACE_SECONDS * 1000;
    while (look(run).state === "running") {
      if (context.now().getTime() > patience) kill(observation.attempt);
      await sleep(100);
    }
  }
  await finishIfEnded(run);
}

/**
 * What the trainer printed, attempt by attempt.
 * @throws InputError `LogElsewhere` for a run that ended and left no log on this machine.
 */
export async function trainerLog({ context, record, decision, space }: LocalRun): Promise<string> {
  const files = readAttempts(space)
    .map(({ number }) => space.log(number))
    .filter((file) => existsSync(file));
  if (files.length === 0) {
    const result = await readRunResult(context.store, decision.team, record.runId);
    if (result && result.attempts > 0) {
      throw new InputError("LogElsewhere", "the log stayed on the machine that trained", {
        path: space.folder,
        fix: `run \`tunekit logs ${record.runId}\` there; \`--metrics\` works here`,
      });
    }
  }
  return files.map((file) => readFileSync(file, "utf8")).join("");
}
