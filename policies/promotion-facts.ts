import { z } from "zod";
import { EvaluationReport, ReviewRecord } from "../core/spec/evaluation-report.ts";
import { DigestField, Instant, Name } from "../core/spec/fields.ts";
import { Reason } from "../core/spec/gate-decision.ts";
import { PromotionPolicy } from "../core/spec/platform-config.ts";

/** Everything that moving an alias may depend on. No clock, no store: the same facts give the same bytes. */
export const PromotionFacts = z.strictObject({
  schemaVersion: z.literal(1),
  now: Instant,
  actor: z.string().min(1),
  adapter: Name,
  alias: Name,
  version: DigestField,
  /** Whether every file of the version was read back and is what its manifest says. */
  verified: z.boolean(),
  /** Asks to go back one step instead of forward. */
  rollback: z.boolean(),
  /** Where the alias points now, and what it pointed at before; null for a new alias. */
  current: z
    .strictObject({
      version: DigestField,
      previous: DigestField.nullable(),
      /** Whether it came there by a rollback. */
      rollback: z.boolean(),
    })
    .nullable(),
  /** The frozen test split that the version's manifest names. */
  testDigest: DigestField,
  /** Today's best prompt on that split; null when there is none. */
  baselinePromptDigest: DigestField.nullable(),
  evaluation: EvaluationReport.nullable(),
  review: ReviewRecord.nullable(),
  policy: PromotionPolicy,
});
export type PromotionFacts = z.output<typeof PromotionFacts>;

/** The answer, with every reason and not just the first. */
export const PromotionDecision = z.object({
  schemaVersion: z.literal(1),
  at: Instant,
  actor: z.string(),
  adapter: z.string(),
  alias: z.string(),
  version: DigestField,
  rollback: z.boolean(),
  allowed: z.boolean(),
  /** Blocking ones first. A reason of another severity refuses nothing. */
  reasons: z.array(Reason),
  /** The evidence that was judged; null where there was none or none was needed. */
  evaluationId: z.string().nullable(),
  /** Digest of the ReviewRecord. */
  reviewId: DigestField.nullable(),
  /** Digest of the canonical PromotionFacts. */
  factsDigest: DigestField,
});
export type PromotionDecision = z.output<typeof PromotionDecision>;
