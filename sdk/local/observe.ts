import { existsSync, readFileSync } from "node:fs";
import type { Seconds } from "../../core/units.ts";
import { type AttemptVerdict, judgeAttempt, TrainerResult } from "../../jobs/trainer-result.ts";
import { type Attempt, isAlive, readAttempts } from "./attempt.ts";
import type { Workspace } from "./workspace.ts";

/** What the files of a workspace say about its run, now. */
export type Observation = { attempts: Attempt[]; seconds: Seconds } & (
  | { state: "not-started" }
  | { state: "running"; attempt: Attempt }
  | { state: "cancelled" }
  | AttemptVerdict
);

export interface Expected {
  runId: string;
  steps: number;
  fingerprint: string;
}

export function observe(space: Workspace, expected: Expected, now: Seconds): Observation {
  let attempts = readAttempts(space);
  const isRunning = (attempt = attempts.at(-1)) =>
    attempt !== undefined && !attempt.exit && isAlive(attempt, expected.runId);
  const alive = isRunning();
  if (!alive) attempts = readAttempts(space); // an end that was recorded between the two looks
  const last = attempts.at(-1);
  const seconds = attempts.reduce(
    (sum, attempt) => sum + spent(space, attempt, alive && attempt === last, now),
    0,
  );
  if (!last)
    return { attempts, seconds, state: existsSync(space.cancelled) ? "cancelled" : "not-started" };
  if (alive) return { attempts, seconds, state: "running", attempt: last };
  const result = readResult(space);
  const verdict = judgeAttempt({
    exitCode: last.exit?.code,
    result: result?.attempt === last.number ? result : undefined,
    expected,
  });
  if (verdict.state !== "succeeded" && existsSync(space.cancelled))
    return { attempts, seconds, state: "cancelled" };
  return { attempts, seconds, ...verdict };
}

export function readResult(space: Workspace): TrainerResult | undefined {
  if (!existsSync(space.result)) return undefined;
  try {
    return TrainerResult.safeParse(JSON.parse(readFileSync(space.result, "utf8"))).data;
  } catch {
    return undefined; // no JSON: the attempt is judged as one without a result
  }
}

/**
 * Seconds that an attempt held the machine. One that was killed together with its supervisor left no end: then the time
 * of its result or its last metric counts, a lower bound.
 */
function spent(space: Workspace, attempt: Attempt, alive: boolean, now: Seconds): Seconds {
  if (attempt.exit) return Math.max(0, attempt.exit.at - attempt.startedAt);
  if (alive) return Math.max(0, now - attempt.startedAt);
  const result = readResult(space);
  const recorded = result?.attempt === attempt.number ? result.elapsedSeconds : 0;
  return Math.max(recorded, lastMetricSeconds(space, attempt.number));
}

function lastMetricSeconds(space: Workspace, attempt: number): Seconds {
  if (!existsSync(space.metrics)) return 0;
  let seconds = 0;
  for (const line of readFileSync(space.metrics, "utf8").split("\n")) {
    try {
      const metric = JSON.parse(line) as { attempt?: number; elapsedSeconds?: number };
      if (metric.attempt === attempt) seconds = Math.max(seconds, metric.elapsedSeconds ?? 0);
    } catch {
      // a line that was cut off by the kill
    }
  }
  return seconds;
}
