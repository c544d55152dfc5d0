import { z } from "zod";
import { Finding } from "./dataset.ts";
import { EvaluationJob } from "./evaluation-job.ts";
import { DigestField, Instant } from "./fields.ts";

const Interval = z.object({ low: z.number(), high: z.number() });

export const ArmScore = z.object({
  arm: z.string(),
  items: z.number().int(),
  /** The use case's metric, 0 to 1. */
  score: z.number(),
  interval: Interval,
  /** Every other metric that could be computed, by name. */
  metrics: z.record(z.string(), z.number()),
  emptyAnswers: z.number().int(),
  cutOff: z.number().int(),
  meanOutputTokens: z.number(),
  meanLatencyMs: z.number(),
});
export type ArmScore = z.output<typeof ArmScore>;

export const EVALUATION_VERDICTS = ["pass", "fail", "inconclusive"] as const;

/** Adapter minus a baseline on the same items. */
export const Comparison = z.object({
  baseline: z.string(),
  difference: z.number(),
  /** Two-sided interval by cluster bootstrap at `confidence`; its lower end is the one-sided bound that decides. */
  interval: Interval,
  confidence: z.number(),
  wins: z.number().int(),
  losses: z.number().int(),
  ties: z.number().int(),
  /** Exact two-sided McNemar on the discordant pairs. */
  pValue: z.number(),
  /** In shares of items, at 80 % power; null when no gain could be shown on so few. */
  minimumDetectableGain: z.number().nullable(),
});
export type Comparison = z.output<typeof Comparison>;

/** `evaluations/<id>/report.json`. */
export const EvaluationReport = z.object({
  schemaVersion: z.literal(1),
  id: z.string(),
  at: Instant,
  /** Who evaluated. */
  by: z.string(),
  job: EvaluationJob,
  adapter: z.string(),
  version: DigestField,
  testDigest: DigestField,
  promptDigest: DigestField,
  minGain: z.number(),
  arms: z.array(ArmScore),
  /** Against the best prompt first: it decides. */
  comparisons: z.array(Comparison),
  verdict: z.enum(EVALUATION_VERDICTS),
  /** One sentence for people. */
  summary: z.string(),
  /** For `inconclusive`: how many more test items would settle it, if the difference stays as it is. */
  moreItemsNeeded: z.number().int().nullable(),
  /** Overfitting, contamination, test reuse, missing predictions. */
  findings: z.array(Finding),
  /** Proof that the adapter was applied: change of the logits on probe items. */
  adapterEffect: z.object({
    probes: z.number().int(),
    maxAbsLogitChange: z.number(),
    changedFirstToken: z.number().int(),
  }),
  trainingSeeds: z.number().int().min(1),
  /** Times this test split was used for an evaluation, this one included. */
  testUses: z.number().int().min(1),
  predictionsDigest: DigestField,
});
export type EvaluationReport = z.output<typeof EvaluationReport>;

/** `evaluations/<id>/review/<digest>.json`: what people said in a blind comparison. Never made up. */
export const ReviewRecord = z.object({
  schemaVersion: z.literal(1),
  evaluationId: z.string(),
  adapter: z.string(),
  version: DigestField,
  baseline: z.string(),
  raters: z.array(z.string().min(1)).min(1),
  /** Items that every rater judged. */
  items: z.number().int().min(1),
  /** Counts of ratings: items x raters in all. */
  adapterWins: z.number().int(),
  baselineWins: z.number().int(),
  ties: z.number().int(),
  bothBad: z.number().int(),
  /** Share of ratings won by the adapter; a tie and "both bad" count half. */
  winRate: z.number(),
  /** Wilson 95 % with one observation an item, however many raters. */
  interval: Interval,
  /** Exact two-sided sign test on items, each decided by the sum of its ratings. */
  signTest: z.number(),
  /** Cohen's kappa, the mean over all pairs of raters; null with one rater. */
  kappa: z.number().nullable(),
  sheetDigest: DigestField,
  at: Instant,
});
export type ReviewRecord = z.output<typeof ReviewRecord>;
