import { z } from "zod";
import type { RunFailure } from "../core/errors.ts";

/** `result.json`, written last by every trainer that keeps the contract (docs/trainer.md). Tolerant: more keys are fine. */
export const TrainerResult = z.looseObject({
  runId: z.string().nullable(),
  attempt: z.number().int(),
  status: z.enum(["succeeded", "preempted", "failed"]),
  error: z.string().nullable(),
  fingerprint: z.string().optional(),
  plannedSteps: z.number().int().optional(),
  completedSteps: z.number().int().optional(),
  bestStep: z.number().int().optional(),
  resumedFrom: z.number().int().nullable().optional(),
  tokens: z.number().optional(),
  peakMemoryBytes: z.number().optional(),
  /** Of this attempt's steps: tokens computed with padding, and the seconds that they took. */
  stepTokens: z.number().optional(),
  stepSeconds: z.number().optional(),
  trainLoss: z.number().nullable().optional(),
  validationLoss: z.number().nullable().optional(),
  libraryVersions: z.record(z.string(), z.string()).optional(),
  elapsedSeconds: z.number(),
  finishedAt: z.iso.datetime(),
});
export type TrainerResult = z.output<typeof TrainerResult>;

export interface AttemptEnd {
  /** Undefined when the process vanished without a record: killed together with its supervisor. */
  exitCode: number | undefined;
  /** Undefined when there is none, it cannot be read, or it is of an earlier attempt. */
  result: TrainerResult | undefined;
  expected: { steps: number; fingerprint: string };
}

/** What the end of an attempt means, the same on every backend. */
export type AttemptVerdict =
  | { state: "succeeded"; result: TrainerResult }
  /** Can go on from its last complete checkpoint. */
  | { state: "interrupted"; failure: RunFailure; message: string }
  | { state: "failed"; failure: RunFailure; message: string; fix: string };

const EXITS: Record<number, readonly [failure: RunFailure, fix: string]> = {
  64: ["config", "correct the job; its inputs must be the ones that were approved"],
  65: ["data", "mend the line that is named, check the dataset again and submit the job"],
  69: ["dependency", "run `tunekit doctor`: the base model or a Python package is missing"],
  70: ["internal", "read `tunekit logs`; the last lines have the Python error"],
  74: [
    "contract",
    "the adapter was made but not shipped: look at the object store, then submit again",
  ],
  77: ["policy", "the licence or a permission forbids this: ask the owner of the base model"],
  78: [
    "out-of-memory",
    "halve training.batchSize and double training.gradientAccumulation, or use method qlora",
  ],
};

/**
 * Judges an attempt by the exit code *and* the result: exit 0 alone is no success, since trainers are known to exit 0
 * half-way. Status, steps and fingerprint must match what was approved.
 */
export function judgeAttempt({ exitCode, result, expected }: AttemptEnd): AttemptVerdict {
  if (exitCode === 75 || result?.status === "preempted") {
    const deadline = result?.error?.includes("deadline") ?? false;
    const message = result?.error ?? "stopped before the end";
    return deadline
      ? {
          state: "failed",
          failure: "deadline",
          message,
          fix: "raise placement.deadline or make the job smaller, then submit again",
        }
      : { state: "interrupted", failure: "preempted", message };
  }
  if (exitCode === undefined || exitCode === 137 || exitCode === 143) {
    if (result?.status !== "succeeded") {
      return {
        state: "interrupted",
        failure: "killed",
        message: "the trainer was killed from outside",
      };
    }
  }
  if (result?.status === "succeeded" && (exitCode === 0 || exitCode === undefined)) {
    const broken = brokenPromise(result, expected);
    return broken ? contract(broken) : { state: "succeeded", result };
  }
  if (exitCode === 0) return contract("it exited 0 without a result.json that says succeeded");
  const [failure, fix] = EXITS[exitCode ?? 70] ?? ["internal", "read `tunekit logs`"];
  return {
    state: "failed",
    failure,
    message: result?.error ?? `the trainer exited ${exitCode}`,
    fix,
  };
}

function brokenPromise(
  result: TrainerResult,
  expected: AttemptEnd["expected"],
): string | undefined {
  if (result.completedSteps !== expected.steps) {
    return `it completed ${result.completedSteps ?? "an unknown number"} of ${expected.steps} steps`;
  }
  if (result.fingerprint !== expected.fingerprint) {
    return "the fingerprint of its inputs is not the approved one";
  }
  return undefined;
}

const contract = (what: string): AttemptVerdict => ({
  state: "failed",
  failure: "contract",
  message: `the trainer broke its contract: ${what}`,
  fix: "run `npm run conformance` against this trainer",
});
