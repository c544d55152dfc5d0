import { z } from "zod";
import { DigestField, Name } from "./fields.ts";
import { PromptCandidate } from "./prompt-baseline.ts";
import { Method, QuantizationSpec } from "./training-job.ts";
import { Metric } from "./use-case.ts";

/** Arms of a comparison. `base` and `prompted-base` are required baselines; `adapter` is the candidate. */
export const ARMS = ["base", "prompted-base", "adapter"] as const;
export type Arm = (typeof ARMS)[number];

/** Spec of one comparison: an adapter version against its baselines on the frozen test split. */
export const EvaluationJob = z.strictObject({
  kind: z.literal("EvaluationJob"),
  adapter: Name,
  version: DigestField,
  dataset: DigestField,
  prompt: PromptCandidate,
  method: Method,
  quantization: QuantizationSpec.prefault({}),
  metric: Metric,
  labelField: z.string().optional(),
  maxNewTokens: z.number().int().min(1).default(64),
  batchSize: z.number().int().min(1).default(16),
  seed: z.number().int().nonnegative().default(7),
});
export type EvaluationJob = z.output<typeof EvaluationJob>;

/** One line of `predictions.jsonl`. */
export const Prediction = z.object({
  id: z.string(),
  arm: z.string(),
  output: z.string(),
  promptTokens: z.number().int(),
  outputTokens: z.number().int(),
  latencyMs: z.number(),
  finishReason: z.string(),
});
export type Prediction = z.output<typeof Prediction>;
