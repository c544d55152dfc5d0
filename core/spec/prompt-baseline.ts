import { z } from "zod";
import { DigestField, Fraction, Instant } from "./fields.ts";
import { QuantizationSpec } from "./training-job.ts";
import { Metric } from "./use-case.ts";

/** One way of asking the base model. Few-shot messages come from the train split. */
export const PromptCandidate = z.strictObject({
  id: z.string().min(1),
  system: z.string().default(""),
  /** Text appended to the user message. */
  suffix: z.string().default(""),
  shots: z
    .array(
      z.strictObject({ role: z.enum(["system", "user", "assistant"]), content: z.string().min(1) }),
    )
    .default([]),
});
export type PromptCandidate = z.output<typeof PromptCandidate>;

/**
 * Score of the base model with its best prompt on the frozen test split. Chosen on validation, scored once on test.
 * Stored as `baselines/<digest>.json`.
 */
export const PromptBaseline = z.object({
  schemaVersion: z.literal(1),
  datasetDigest: DigestField,
  testDigest: DigestField,
  base: z.object({ model: z.string(), revision: z.string() }),
  /** How the base was loaded: an adapter is compared on the base that it will be served on. */
  method: z.enum(["lora", "qlora"]),
  metric: Metric,
  /** Where the label stands, and how long an answer may be: another scoring or cut is another baseline. */
  labelField: z.string().nullable(),
  quantization: QuantizationSpec.nullable(),
  maxNewTokens: z.number().int().min(1),
  prompt: PromptCandidate,
  promptDigest: DigestField,
  /** Different prompts; the same text twice counts once. */
  promptsTried: z.number().int().min(1),
  /** Validation score of every candidate, best first. */
  candidates: z.array(
    z.object({
      id: z.string(),
      promptDigest: DigestField,
      score: Fraction,
      items: z.number().int(),
    }),
  ),
  /** Winner on test. */
  score: Fraction,
  /** Base model without any prompt help, on test. */
  baseScore: Fraction,
  testItems: z.number().int().min(1),
  author: z.string().min(1),
  at: Instant,
});
export type PromptBaseline = z.output<typeof PromptBaseline>;
