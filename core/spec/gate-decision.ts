import { z } from "zod";
import { Estimate } from "../estimate/estimate.ts";
import { SEVERITIES } from "./dataset.ts";
import { DigestField, Instant, Ulid } from "./fields.ts";
import { OverrideFacts } from "./gate-facts.ts";
import { GateMode } from "./platform-config.ts";
import { REASON_CODES } from "./reason-codes.ts";

export const VERDICTS = ["approve", "pilot", "defer", "reject"] as const;
export const Verdict = z.enum(VERDICTS);
export type Verdict = z.infer<typeof Verdict>;

/** Whether the job may start as a pilot alone. In the modes that only watch it may start whole. */
export const isPilotOnly = ({ verdict, mode }: { verdict: Verdict; mode: GateMode }): boolean =>
  verdict === "pilot" && mode === "enforce";

/** One reason. `value` and `threshold` are in the unit that the message names; null where there is no number. */
export const Reason = z.object({
  code: z.enum(REASON_CODES),
  severity: z.enum(SEVERITIES),
  message: z.string(),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  fix: z.string(),
});
export type Reason = z.output<typeof Reason>;

/** Expected gain over the best prompt, as a fraction of the metric. */
export const GainEstimate = z.object({
  prompt: z.number(),
  base: z.number(),
  ceiling: z.number(),
  headroom: z.number(),
  nEff: z.number(),
  /** Mean before any calibration: what an outcome is later compared with. */
  priorMean: z.number(),
  mean: z.number(),
  sd: z.number(),
  /** Degrees of freedom of the predictive t; null: normal. */
  df: z.number().nullable(),
  lcb80: z.number(),
  /** Chance that an adapter of this kind beats the best prompt by the minimum gain, from counts of past adapters alone. */
  pBeatsPrompt: z.number(),
  priorId: z.string(),
  observations: z.number().int(),
});
export type GainEstimate = z.output<typeof GainEstimate>;

/** Value over the horizon. Money in micro-USD (rounded), the formulas in docs/cost-gate.md. */
export const ValueEstimate = z.object({
  requests: z.number(),
  usdPerCorrect: z.number().int(),
  usdSavedPerRequest: z.number().int(),
  /** Spent only if deployed. */
  deploy: z.number().int(),
  /** High estimate: spent whether or not deployed. */
  costHigh: z.number().int(),
  mu: z.number().int(),
  sigma: z.number().int(),
  sigmaEval: z.number().int(),
  evsi: z.number().int(),
  /** Net benefit if we deploy whenever the posterior mean is positive: an upper limit. */
  nb: z.number().int(),
  /** Net benefit with the bar that promotion applies: the number that decides. */
  nbWithBar: z.number().int(),
  /** Gain that the lower bound must reach: the use case's minimum, or what pays for deploying when that is more. */
  requiredGain: z.number(),
  /** Observed gain that promotion will ask for. */
  bar: z.number(),
  pDeploy: z.number(),
  pWin: z.number(),
  breakEvenRequests: z.number().nullable(),
  paybackMonths: z.number().nullable(),
  usdPerPoint: z.number().int().nullable(),
  /** Smallest gain that the test split shows with 80 % power. */
  minimumDetectableGain: z.number(),
  /** Gain at which cost and deployment are paid back; null when volume or value is zero. */
  breakEvenGain: z.number().nullable(),
});
export type ValueEstimate = z.output<typeof ValueEstimate>;

export const Alternative = z.object({
  label: z.string(),
  costHighMicroUsd: z.number().int().nullable(),
  note: z.string(),
});
export type Alternative = z.output<typeof Alternative>;

/** The decision record: append-only, replayable to the same bytes from the facts that it names by digest. */
export const GateDecision = z.object({
  schemaVersion: z.literal(1),
  id: Ulid,
  issuedAt: Instant,
  expiresAt: Instant,
  engineVersion: z.string(),
  /** Digest of the canonical GateFacts. */
  factsDigest: DigestField,
  requester: z.string(),
  team: z.string(),
  costCenter: z.string().nullable(),
  useCase: z.string(),
  job: z.object({ name: z.string(), digest: DigestField }),
  datasetDigest: DigestField,
  testDigest: DigestField,
  baselineDigest: DigestField.nullable(),
  policy: z.object({ id: z.string(), version: z.string(), digest: DigestField }),
  priceBook: z.object({ id: z.string(), digest: z.string(), asOf: z.string() }),
  mode: GateMode,
  /** What the rules say. */
  verdict: Verdict,
  /** What happens: in `observe` and `warn`, or with an override, a refused run may start all the same. */
  admitted: z.boolean(),
  reasons: z.array(Reason),
  /** As it was made, before any correction. */
  estimate: Estimate,
  /** The cost that was judged: the estimate corrected by `pastRuns` runs of this kind. Null when a price is unknown. */
  cost: z
    .object({
      expectedMicroUsd: z.number().int(),
      highMicroUsd: z.number().int(),
      pastRuns: z.number().int(),
    })
    .nullable(),
  gain: GainEstimate.nullable(),
  value: ValueEstimate.nullable(),
  budget: z
    .object({
      period: z.string(),
      limitMicroUsd: z.number().int(),
      actualMicroUsd: z.number().int(),
      committedMicroUsd: z.number().int(),
      afterThisMicroUsd: z.number().int(),
    })
    .nullable(),
  /** Null when not admitted or the cost is unknown. */
  caps: z
    .object({
      maxMicroUsd: z.number().int(),
      deadlineSeconds: z.number().int(),
      gpuCount: z.number().int(),
    })
    .nullable(),
  /** For `defer`: not before this instant; null when only the user can change it. */
  retryAt: Instant.nullable(),
  alternatives: z.array(Alternative),
  override: OverrideFacts.nullable(),
});
export type GateDecision = z.output<typeof GateDecision>;
