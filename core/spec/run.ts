import { z } from "zod";
import { RUN_FAILURES } from "../errors.ts";
import { DigestField, Instant, Ulid } from "./fields.ts";
import { GateDecision } from "./gate-decision.ts";
import { GateFacts } from "./gate-facts.ts";

/** `runs/<team>/<runId>/job.json`: what was submitted. The job is the canonical spec whose digest is `jobDigest`. */
export const RunRecord = z.object({
  schemaVersion: z.literal(1),
  runId: Ulid,
  createdAt: Instant,
  requester: z.string(),
  jobDigest: DigestField,
  job: z.unknown(),
  decisionId: Ulid,
  datasetDigest: DigestField,
  /** Trains a share of the steps of the job that was decided. */
  pilot: z.boolean().default(false),
});
export type RunRecord = z.output<typeof RunRecord>;

/** `runs/<team>/<runId>/decision.json`: the decision and the facts that it replays from. */
export const DecisionRecord = z.object({
  schemaVersion: z.literal(1),
  facts: GateFacts,
  decision: GateDecision,
});
export type DecisionRecord = z.output<typeof DecisionRecord>;

/** `runs/<team>/by-job/<jobDigest>.json`: the run that answers a repeated submit. Moves only by compare-and-swap. */
export const RunPointer = z.object({
  schemaVersion: z.literal(1),
  runId: Ulid,
  generation: z.number().int().min(1),
});
export type RunPointer = z.output<typeof RunPointer>;

export const OUTCOMES = ["succeeded", "failed", "cancelled"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** `runs/<team>/<runId>/result.json`: the end of a run, written once. Its cost is what the ledger settles. */
export const RunResult = z.object({
  schemaVersion: z.literal(1),
  runId: Ulid,
  outcome: z.enum(OUTCOMES),
  failure: z.enum(RUN_FAILURES).nullable(),
  message: z.string(),
  /** The next action after a failure; null when none is needed. */
  fix: z.string().nullable().default(null),
  finishedAt: Instant,
  attempts: z.number().int().nonnegative(),
  seconds: z.number().nonnegative(),
  actualMicroUsd: z.number().int().nonnegative(),
  strandedMicroUsd: z.number().int().nonnegative(),
  trainedTokens: z.number().nonnegative(),
  /** Null when the run was cancelled before its inputs were laid out. */
  fingerprint: DigestField.nullable(),
  plannedSteps: z.number().int(),
  completedSteps: z.number().int(),
  bestStep: z.number().int().nullable(),
  resumedFrom: z.number().int().nullable(),
  peakMemoryBytes: z.number().nullable(),
  /** Tokens that the last attempt computed in its steps, padding included, and the seconds that those took. */
  stepTokens: z.number().nullable().default(null),
  stepSeconds: z.number().nullable().default(null),
  trainLoss: z.number().nullable(),
  validationLoss: z.number().nullable(),
  libraryVersions: z.record(z.string(), z.string()),
});
export type RunResult = z.output<typeof RunResult>;
