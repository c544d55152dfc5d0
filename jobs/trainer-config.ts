import { z } from "zod";
import { ARMS, type Arm, type EvaluationJob } from "../core/spec/evaluation-job.ts";
import { PromptCandidate } from "../core/spec/prompt-baseline.ts";
import {
  Checkpointing,
  LoraSpec,
  Method,
  QuantizationSpec,
  type TrainingJob,
  TrainingSpec,
} from "../core/spec/training-job.ts";

/**
 * `config.json` of the trainer: the part of a job that decides the adapter, and nothing else. It is part of the run's
 * fingerprint, so two jobs that train the same adapter render the same bytes.
 */
export const TrainerConfig = z.strictObject({
  method: Method,
  seed: z.number().int().nonnegative(),
  base: z.strictObject({ id: z.string().min(1), revision: z.string().min(1) }),
  lora: LoraSpec.prefault({}),
  quantization: QuantizationSpec.prefault({}),
  training: TrainingSpec,
  /** @default the trainer's own choice: on with a GPU, off without */
  checkpointing: Checkpointing.optional(),
});
export type TrainerConfig = z.output<typeof TrainerConfig>;

/** One way of asking: with the adapter or without it, and with or without a prompt. */
export const EvaluatorArm = PromptCandidate.extend({ adapter: z.boolean().default(false) });
export type EvaluatorArm = z.output<typeof EvaluatorArm>;

/** `config.json` of the evaluator. `method` and `quantization` are the training's: an adapter fits the base it was made on. */
export const EvaluatorConfig = z.strictObject({
  method: Method,
  quantization: QuantizationSpec.prefault({}),
  maxNewTokens: z.number().int().min(1),
  batchSize: z.number().int().min(1),
  arms: z.array(EvaluatorArm).min(1),
});
export type EvaluatorConfig = z.output<typeof EvaluatorConfig>;

/** What the trainer reads for a job. */
export function trainerConfig(job: TrainingJob): TrainerConfig {
  const { method, seed, lora, quantization, training } = job;
  const { checkpointing } = job.stack;
  const base = { id: job.base.model, revision: job.base.revision };
  return {
    method,
    seed,
    base,
    lora,
    quantization,
    training,
    ...(checkpointing === undefined ? {} : { checkpointing }),
  };
}

/** What the evaluator reads for a comparison: the base alone, the base with its best prompt, the adapter. */
export function evaluatorConfig(job: EvaluationJob): EvaluatorConfig {
  const plain = { system: "", suffix: "", shots: [] };
  const arms = {
    base: { ...plain, adapter: false },
    "prompted-base": { ...job.prompt, adapter: false },
    adapter: { ...plain, adapter: true },
  } satisfies Record<Arm, Omit<EvaluatorArm, "id">>;
  const { method, quantization, maxNewTokens, batchSize } = job;
  return {
    method,
    quantization,
    maxNewTokens,
    batchSize,
    arms: ARMS.map((id) => ({ ...arms[id], id })),
  };
}

/** What the evaluator reads for a prompt search: one arm a candidate, no adapter. */
export function promptSearchConfig(
  job: Pick<TrainingJob, "method" | "quantization" | "evaluation">,
  candidates: readonly PromptCandidate[],
): EvaluatorConfig {
  const { method, quantization } = job;
  const arms = candidates.map((candidate) => ({ ...candidate, adapter: false }));
  return { method, quantization, ...job.evaluation, arms };
}

/**
 * The generated files that the Python side checks its configuration against: path from the repository's root -> text.
 * Input mode, because a key with a default may be absent.
 */
export const trainerSchemas = (): Record<string, string> => ({
  "jobs/trainer/config.schema.json": schemaText(TrainerConfig),
  "jobs/trainer/evaluation.schema.json": schemaText(EvaluatorConfig),
});

const schemaText = (schema: z.ZodType): string =>
  `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), null, 2)}\n`;
