import { z } from "zod";
import { RUN_FAILURES } from "../errors.ts";
import { EVALUATION_VERDICTS } from "./evaluation-report.ts";
import { DigestField, Instant, Ulid } from "./fields.ts";
import { Verdict } from "./gate-decision.ts";
import { ObservedRun } from "./observed-run.ts";
import { GateMode } from "./platform-config.ts";
import { REASON_CODES } from "./reason-codes.ts";
import { CapacityType, Tier } from "./tier.ts";

const Money = z.number().int();
const base = {
  schemaVersion: z.literal(1),
  id: Ulid,
  at: Instant,
  actor: z.string(),
  team: z.string(),
  useCase: z.string(),
  adapter: z.string(),
};

/** The data check refused before a decision could be made: no dataset, so no run. */
export const CheckRefusedEntry = z.object({
  ...base,
  kind: z.literal("check-refused"),
  file: z.string(),
  codes: z.array(z.string()).min(1),
  message: z.string(),
});

export const DecidedEntry = z.object({
  ...base,
  kind: z.literal("decided"),
  decisionId: Ulid,
  jobDigest: DigestField,
  datasetDigest: DigestField,
  method: z.string(),
  verdict: Verdict,
  mode: GateMode,
  admitted: z.boolean(),
  codes: z.array(z.enum(REASON_CODES)),
  /** The first blocking reason, or the net benefit, in one sentence. */
  summary: z.string(),
  cost: z.object({ low: Money, expected: Money, high: Money, stranded: Money }).nullable(),
  /** `priorMean`: before calibration, so that calibration does not learn from itself. */
  gain: z.object({ priorMean: z.number(), mean: z.number(), sd: z.number() }).nullable(),
  netBenefit: Money.nullable(),
  pWin: z.number().nullable(),
  override: z.object({ approver: z.string(), reason: z.string() }).nullable(),
  /** Id of the price book behind `cost`; entries of the first days lack it. */
  priceBook: z.string().optional(),
});

export const StartedEntry = z.object({
  ...base,
  kind: z.literal("started"),
  runId: Ulid,
  decisionId: Ulid,
  jobDigest: DigestField,
  tier: Tier,
  instanceType: z.string(),
  capacity: CapacityType,
  gpuCount: z.number().int(),
  /** High estimate, reserved in the budget until the run is settled. */
  reserved: Money,
});

/** One a run, whatever its end: what it really cost. */
export const SettledEntry = z.object({
  ...base,
  kind: z.literal("settled"),
  runId: Ulid,
  decisionId: Ulid,
  outcome: z.enum(["succeeded", "failed", "cancelled"]),
  failure: z.enum(RUN_FAILURES).nullable(),
  actual: Money,
  stranded: Money,
  /**
   * What the run alone was estimated to cost, before any correction: without evaluation, labels and the other runs of a
   * sweep, so that it can be held against `actual`. Null for a pilot, and when a price was unknown.
   */
  estimated: Money.nullable(),
  /** The part of `estimated` that goes by the speed of training; entries of the first days lack it. */
  estimatedTraining: Money.nullable().optional(),
  /** What the run teaches the next estimate; null when nothing was measured. Entries of the first days lack it. */
  observed: ObservedRun.nullable().optional(),
  seconds: z.number(),
  attempts: z.number().int(),
  trainedTokens: z.number(),
  adapterVersion: DigestField.nullable(),
});

export const EvaluatedEntry = z.object({
  ...base,
  kind: z.literal("evaluated"),
  evaluationId: z.string(),
  runId: Ulid.nullable(),
  version: DigestField,
  verdict: z.enum(EVALUATION_VERDICTS),
  metric: z.string(),
  items: z.number().int(),
  scores: z.object({ base: z.number(), prompt: z.number(), adapter: z.number() }),
  gain: z.number(),
  gainLow: z.number(),
  gainHigh: z.number(),
});

export const PromotedEntry = z.object({
  ...base,
  kind: z.literal("promoted"),
  alias: z.string(),
  version: DigestField,
  previous: DigestField.nullable(),
  rollback: z.boolean(),
  reason: z.string(),
});

/** Append-only, written once, tolerant on read: a stored entry with more keys still opens. */
export const LedgerEntry = z.discriminatedUnion("kind", [
  CheckRefusedEntry,
  DecidedEntry,
  StartedEntry,
  SettledEntry,
  EvaluatedEntry,
  PromotedEntry,
]);
export type LedgerEntry = z.output<typeof LedgerEntry>;
export type LedgerKind = LedgerEntry["kind"];
