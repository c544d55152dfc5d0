import { z } from "zod";
import { type Digest, digestOf } from "../digest.ts";
import { DigestField, Duration, Name, Usd } from "./fields.ts";
import { CapacityType, Tier } from "./tier.ts";
import { UseCase } from "./use-case.ts";

export const METHODS = ["lora", "qlora"] as const;
export const Method = z.enum(METHODS);
export type Method = z.infer<typeof Method>;

/** How the trainer computes the loss; it decides the largest memory term (docs/estimator.md). */
export const LOSS_PATHS = ["full-fp32", "full", "chunked", "chunked-kept", "fused"] as const;
export const LossPath = z.enum(LOSS_PATHS);
export type LossPath = z.infer<typeof LossPath>;

export const LoraSpec = z.strictObject({
  /** @default 16 */
  r: z.number().int().min(1).max(512).default(16),
  /** @default 32 */
  alpha: z.number().positive().default(32),
  /** @default 0.05 */
  dropout: z.number().min(0).max(0.9).default(0.05),
  /** @default "all-linear" */
  targetModules: z
    .union([z.literal("all-linear"), z.array(z.string().min(1)).min(1)])
    .default("all-linear"),
});
export type LoraSpec = z.output<typeof LoraSpec>;

export const QuantizationSpec = z.strictObject({
  type: z.literal("nf4").default("nf4"),
  doubleQuant: z.boolean().default(true),
});
export type QuantizationSpec = z.output<typeof QuantizationSpec>;

export const TrainingSpec = z.strictObject({
  /** Optimizer steps. One step sees batchSize x gradientAccumulation examples. */
  steps: z.number().int().min(1),
  /** Micro-batch per GPU. @default 8 */
  batchSize: z.number().int().min(1).default(8),
  /** @default 1 */
  gradientAccumulation: z.number().int().min(1).default(1),
  /** @default 2e-4 */
  learningRate: z.number().positive().max(1).default(2e-4),
  /** @default 10 */
  warmupSteps: z.number().int().min(0).default(10),
  /** Longest example in tokens; a longer one ends the run with exit 65. @default 1024 */
  maxLength: z.number().int().min(8).default(1024),
  /** @default 50 */
  checkpointEverySteps: z.number().int().min(1).default(50),
  /** Publish the checkpoint with the lowest validation loss. @default true */
  keepBest: z.boolean().default(true),
});
export type TrainingSpec = z.output<typeof TrainingSpec>;

/** What is kept of the forward pass: every activation, one checkpoint a layer, or those checkpoints in host memory. */
export const CHECKPOINTINGS = ["off", "on", "offloaded"] as const;
export const Checkpointing = z.enum(CHECKPOINTINGS);
export type Checkpointing = z.infer<typeof Checkpointing>;

/** What several GPUs share out: nothing, gradients and optimizer states (ZeRO-2), the weights as well (ZeRO-3, FSDP). */
export const SHARDINGS = ["none", "zero2", "zero3"] as const;
export const Sharding = z.enum(SHARDINGS);
export type Sharding = z.infer<typeof Sharding>;

/** Facts of the training stack that swing memory or speed; what is not given becomes a stated assumption. */
export const StackSpec = z.strictObject({
  lossPath: LossPath.optional(),
  checkpointing: Checkpointing.optional(),
  packing: z.boolean().optional(),
  sharding: Sharding.optional(),
});
export type StackSpec = z.output<typeof StackSpec>;

/** What the planner may change. The examples of an optimizer step stay the same in every variant. */
export const VARIABLES = ["microBatch", "checkpointing", "method", "gpuCount"] as const;
export const Variable = z.enum(VARIABLES);
export type Variable = z.infer<typeof Variable>;

/** What a data scientist asks for. The name is the adapter's name. */
export const TrainingJob = z.strictObject({
  kind: z.literal("TrainingJob"),
  name: Name,
  team: Name,
  costCenter: z.string().min(1).optional(),
  useCase: UseCase,
  base: z.strictObject({
    /** Catalog id (`tunekit catalog models`). */
    model: z.string().min(1),
    /** Revision of the weights; part of the run's identity. */
    revision: z.string().min(1),
  }),
  /** A JSONL file beside the job, or the digest of a dataset that `tunekit check` stored. */
  dataset: z.strictObject({ path: z.string().min(1) }).or(z.strictObject({ digest: DigestField })),
  method: Method,
  lora: LoraSpec.prefault({}),
  quantization: QuantizationSpec.prefault({}),
  training: TrainingSpec,
  stack: StackSpec.prefault({}),
  seed: z.number().int().nonnegative(),
  placement: z.strictObject({
    tiers: z.array(Tier).min(1),
    capacity: z.array(CapacityType).min(1).default(["on-demand"]),
    region: z.string().min(1).default("us-east-1"),
    gpuCount: z.number().int().min(1).max(64).default(1),
    /** What may be changed to find a cheaper place; `gpuCount` is then the most. @default [] */
    vary: z.array(Variable).default([]),
    /** Longest time a run may take. */
    deadline: Duration.optional(),
  }),
  /** Runs of a hyper-parameter sweep that this job stands for; all of them are priced. @default 1 */
  sweepRuns: z.number().int().min(1).max(1000).default(1),
  /** USD for labels that this run still needs. @default 0 */
  labellingCost: Usd.default(0),
  evaluation: z
    .strictObject({
      maxNewTokens: z.number().int().min(1).max(4096).default(64),
      batchSize: z.number().int().min(1).default(16),
    })
    .prefault({}),
});
export type TrainingJob = z.output<typeof TrainingJob>;

/** The written form of a parsed job: parsing it again gives the same job. This is what is stored and annotated. */
export const jobDocument = (job: TrainingJob): z.input<typeof TrainingJob> =>
  z.encode(TrainingJob, job);

/** Identity of what is asked for: same digest, same run. A pilot is another run than the job with as few steps. */
export const jobDigest = (job: TrainingJob, pilot = false): Digest =>
  digestOf(pilot ? { job, pilot } : job);

/** The job with a share of its steps, at least one. */
export const pilotOf = (job: TrainingJob, share: number): TrainingJob => ({
  ...job,
  training: { ...job.training, steps: Math.max(1, Math.floor(job.training.steps * share)) },
});
