import { z } from "zod";
import { LossPath } from "../spec/training-job.ts";
import { GB } from "../units.ts";
import type { Measurement } from "./measurements.ts";

/** A key that may be missing or null, and what it then means. */
const withDefault = <Schema extends z.ZodType>(schema: Schema, value: z.output<Schema>) =>
  schema.nullish().transform((given) => given ?? value);

/** One published run as sources/measurements.json has it. Keys that are not read may be there. */
export const MeasurementRow = z.object({
  id: z.string(),
  source: z.string(),
  model: z.string(),
  method: z.enum(["lora", "qlora", "full"]),
  quantization: z.string().nullish(),
  base_weight_dtype: z.string().nullish(),
  rank: z.number().int().positive().nullish(),
  target_modules: z.array(z.string()).nullish(),
  micro_batch: z.number().positive().nullish(),
  grad_accum: z.number().positive().nullish(),
  seq_len: z.number().int().positive().nullish(),
  seq_kind: z.string().nullish(),
  gradient_checkpointing: z.boolean().nullish(),
  attention: z.string().nullish(),
  /** A path that nobody has described is as good as one that is not stated. */
  loss_impl: LossPath.nullish().catch(null),
  optimizer: withDefault(z.string(), "adamw"),
  compile: withDefault(z.boolean(), false),
  framework: z.string(),
  gpu: z.string(),
  gpu_count: withDefault(z.number().int().positive(), 1),
  parallelism: withDefault(z.string(), "single"),
  cpu_offload: withDefault(z.boolean(), false),
  peak_memory_gb: z.number().positive().nullish(),
  memory_metric: z.string().nullish(),
  tokens_per_s_per_gpu: z.number().positive().nullish(),
  duration_min: z.number().positive().nullish(),
  adapter_size_mb: z.number().positive().nullish(),
  dataset: z.string().nullish(),
  fits: withDefault(z.boolean(), true),
  confidence: withDefault(z.string(), "C"),
  notes: z.string().nullish(),
  score_memory: withDefault(z.boolean(), false),
  score_throughput: withDefault(z.boolean(), false),
  score_fit: withDefault(z.boolean(), false),
});
type Row = z.output<typeof MeasurementRow>;

/** A file of published runs, whatever its rows are like. */
export const MeasurementFile = z.object({ points: z.array(z.unknown()) });

/** What a source says in words about a run, where the record has no key for it. */
const SAID = {
  upcast: /prepare_model_for_kbit_training applied/,
  offloadsActivations: /act(ivation)? offload/,
};

/** A record in the catalog's words and units. */
export function measurementOf(row: Row): Measurement {
  const notes = row.notes ?? "";
  const bytes = (size: number | null | undefined, unit: number): number | null =>
    size === null || size === undefined ? null : Math.round(size * unit);
  return {
    id: row.id,
    source: row.source,
    model: row.model,
    method: row.method,
    quantization: row.quantization ?? null,
    weights: row.base_weight_dtype ?? "bf16",
    upcast: SAID.upcast.test(notes),
    rank: row.rank ?? null,
    targets: row.target_modules ?? null,
    microBatch: row.micro_batch ?? null,
    accumulation: row.grad_accum ?? null,
    sequence: row.seq_len ?? null,
    sequenceKind: row.seq_kind ?? null,
    checkpointing: row.gradient_checkpointing ?? null,
    offloadsActivations: SAID.offloadsActivations.test(notes),
    offloadsWeights: row.cpu_offload,
    attention: row.attention ?? null,
    lossPath: row.loss_impl ?? null,
    optimizer: row.optimizer,
    compile: row.compile,
    framework: row.framework,
    gpu: row.gpu,
    gpuCount: row.gpu_count,
    parallelism: row.parallelism,
    peakBytes: bytes(row.peak_memory_gb, GB),
    peakMetric: row.memory_metric ?? null,
    tokensPerSecondPerGpu: row.tokens_per_s_per_gpu ?? null,
    wallSeconds: row.duration_min ? row.duration_min * 60 : null,
    adapterBytes: bytes(row.adapter_size_mb, 1e6),
    dataset: row.dataset ?? null,
    fits: row.fits,
    confidence: row.confidence,
    scoreMemory: row.score_memory,
    scoreSpeed: row.score_throughput,
    scoreFit: row.score_fit,
  };
}
