import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { RunError } from "../../core/errors.ts";
import { actualCost } from "../../core/estimate/actual-cost.ts";
import type { GateDecision } from "../../core/spec/gate-decision.ts";
import type { RunRecord, RunResult } from "../../core/spec/run.ts";
import { TrainingJob } from "../../core/spec/training-job.ts";
import { formatUsd } from "../../core/units.ts";
import type { KitContext } from "../context.ts";
import type { Run, RunStatus } from "../kit.ts";
import { type EventOptions, events } from "../local/events.ts";
import {
  cancel,
  finishIfEnded,
  type LocalRun,
  localRun,
  look,
  trainerLog,
} from "../local/local-run.ts";
import type { Observation } from "../local/observe.ts";
import { lastStep } from "../local/progress.ts";
import { readRunResult, runKeys } from "./run-records.ts";
import { settleRun } from "./settle-run.ts";
import { storedEvents } from "./stored-events.ts";

/** A run as the client hands it out. Every look settles what has ended, so no look is needed at a certain moment. */
export function runClient(context: KitContext, record: RunRecord, decision: GateDecision): Run {
  const run = localRun(context, record, decision);
  const status = async (): Promise<RunStatus> => {
    await finishIfEnded(run);
    const result = await readRunResult(context.store, decision.team, record.runId);
    return result ? ended(run, result) : underway(run, look(run));
  };
  const follow = async function* (options: EventOptions = {}) {
    const result = existsSync(run.space.folder)
      ? undefined
      : await readRunResult(context.store, decision.team, record.runId);
    yield* result
      ? storedEvents(context.store, runKeys(decision.team, record.runId).metrics, result, options)
      : events(run.space, () => look(run), options);
  };
  return {
    id: record.runId,
    status,
    events: follow,
    log: () => trainerLog(run),
    cancel: async () => {
      await cancel(run);
      return status();
    },
    wait: async ({ signal, timeout, onEvent } = {}) => {
      const limit = timeout === undefined ? undefined : AbortSignal.timeout(timeout * 1000);
      const stop = AbortSignal.any([signal, limit].filter((one) => one !== undefined));
      for await (const event of follow({ signal: stop })) onEvent?.(event);
      while (!stop.aborted && (await status()).state === "running") await sleep(100);
      const last = await status();
      if (last.state === "succeeded") return last;
      throw notSucceeded(last, stop.aborted);
    },
  };
}

async function ended(run: LocalRun, result: RunResult): Promise<RunStatus> {
  const { context, record, decision } = run;
  const version = await settleRun(context, record, decision, result);
  const sentence = {
    succeeded: `done: ${result.completedSteps} steps, published`,
    failed: `failed (${result.failure}): ${result.message}`,
    cancelled: `cancelled; ${formatUsd(result.actualMicroUsd)} were spent`,
  }[result.outcome];
  return {
    ...common(run, result.attempts),
    state: result.outcome,
    sentence,
    step: result.completedSteps,
    seconds: result.seconds,
    costMicroUsd: result.actualMicroUsd,
    adapterVersion: version,
    result,
  };
}

function underway(run: LocalRun, observation: Observation): RunStatus {
  const { state, attempts, seconds } = observation;
  const step = lastStep(run.space);
  const again = "submit the job again and it goes on";
  const [shown, sentence] =
    state === "running"
      ? (["running", step ? `training, step ${step}` : "loading the base model"] as const)
      : state === "interrupted"
        ? (["interrupted", `${observation.message} after step ${step}; ${again}`] as const)
        : (["starting", `not started yet; ${again}`] as const);
  return {
    ...common(run, attempts.length),
    state: shown,
    sentence,
    step,
    seconds,
    costMicroUsd: actualCost(run.decision.estimate, seconds).microUsd,
    adapterVersion: null,
    result: null,
  };
}

function common({ record, decision }: LocalRun, attempts: number) {
  return {
    runId: record.runId,
    adapter: decision.job.name,
    team: decision.team,
    plannedSteps: TrainingJob.parse(record.job).training.steps,
    attempts,
    record,
  };
}

function notSucceeded(status: RunStatus, stopped: boolean): RunError {
  const { runId, result, sentence } = status;
  if (stopped && !result) {
    return new RunError("preempted", `stopped waiting; run ${runId} goes on`, {
      fix: `\`tunekit status ${runId} --wait\` looks again`,
    });
  }
  return new RunError(result?.failure ?? "killed", `run ${runId}: ${sentence}`, {
    fix: result?.fix ?? "submit the job again",
  });
}
