import { z } from "zod";
import { Estimate } from "../estimate/estimate.ts";
import { Finding } from "./dataset.ts";
import { DigestField, Fraction, Instant, Ulid } from "./fields.ts";
import { GateMode, GatePolicy } from "./platform-config.ts";
import { Method } from "./training-job.ts";
import { Metric, UseCase } from "./use-case.ts";

/** Outcomes of past runs of one stratum (task family x method x size), folded from the ledger. */
export const GainHistory = z.strictObject({
  stratum: z.string(),
  /** observed share / predicted share of the headroom, one a settled and evaluated run. */
  multipliers: z.array(z.number()),
  /** runs whose adapter beat the best prompt by the minimum gain, of all evaluated. */
  wins: z.number().int().nonnegative(),
  evaluated: z.number().int().nonnegative(),
  /** actual / estimate of the cost with the speed as past runs correct it now, one a settled run: no bias counts twice. */
  costRatios: z.array(z.number().positive()),
});
export type GainHistory = z.output<typeof GainHistory>;

export const OverrideFacts = z.strictObject({
  approver: z.string().min(1),
  reason: z.string().min(10),
  issuedAt: Instant,
  expiresAt: Instant,
  jobDigest: DigestField,
});
export type OverrideFacts = z.output<typeof OverrideFacts>;

/** Everything that a decision may depend on. No clock, no environment: the same facts give the same bytes. */
export const GateFacts = z.strictObject({
  schemaVersion: z.literal(1),
  /** Id of the decision to be made, and the instant it is made at. */
  id: Ulid,
  now: Instant,
  requester: z.string().min(1),
  team: z.string().min(1),
  costCenter: z.string().nullable(),
  mode: GateMode,
  job: z.strictObject({
    name: z.string(),
    digest: DigestField,
    method: Method,
    model: z.string(),
    sweepRuns: z.number().int().min(1),
    labellingMicroUsd: z.number().int().nonnegative(),
    deadlineSeconds: z.number().positive().nullable(),
    gpuCount: z.number().int().min(1),
  }),
  dataset: z.strictObject({
    digest: DigestField,
    testDigest: DigestField,
    train: z.number().int().nonnegative(),
    validation: z.number().int().nonnegative(),
    test: z.number().int().nonnegative(),
    /** Test items that also stand in train or validation. */
    leaked: z.number().int().nonnegative(),
    audit: z
      .strictObject({
        sampled: z.number().int().positive(),
        correct: z.number().int().nonnegative(),
      })
      .nullable(),
    findings: z.array(Finding),
  }),
  baseline: z
    .strictObject({
      digest: DigestField,
      testDigest: DigestField,
      model: z.string(),
      metric: Metric,
      score: Fraction,
      baseScore: Fraction,
      testItems: z.number().int().min(1),
      promptsTried: z.number().int().min(1),
      at: Instant,
    })
    .nullable(),
  useCase: UseCase.extend({
    valuePerCorrectAnswer: z.number().int().nonnegative(),
    savingPerRequest: z.number().int().nonnegative(),
    deploymentCost: z.number().int().nonnegative(),
  }),
  estimate: Estimate,
  /** Cheaper placements that also fit, best first, for `CheaperAlternative` and the ladder of `DoesNotFitMemory`. */
  alternatives: z.array(z.strictObject({ label: z.string(), estimate: Estimate })),
  budget: z
    .strictObject({
      period: z.string(),
      limitMicroUsd: z.number().int().nonnegative(),
      actualMicroUsd: z.number().int().nonnegative(),
      committedMicroUsd: z.number().int().nonnegative(),
      /** The part of actual and committed that runs with the reason `Exploration` account for. */
      exploredMicroUsd: z.number().int().nonnegative(),
      /** First instant of the next period. */
      nextPeriodAt: Instant,
      /** First instant of this period, for the month-end forecast. */
      periodStartAt: Instant,
    })
    .nullable(),
  history: GainHistory.nullable(),
  /** Adapter version that the same job digest already made. */
  duplicateOf: z
    .strictObject({ runId: z.string(), adapterVersion: z.string().nullable() })
    .nullable(),
  override: OverrideFacts.nullable(),
  policy: GatePolicy.extend({
    runCap: z.number().int().nullable(),
    labelCostPerRow: z.number().int().nullable(),
  }),
});
export type GateFacts = z.output<typeof GateFacts>;
