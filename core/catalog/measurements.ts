import type { LossPath } from "../spec/training-job.ts";
import type { Bytes } from "../units.ts";
import file from "./generated/measurements.json" with { type: "json" };

/** One published run: what was asked, and what it took. Null: the source does not say. */
export interface Measurement {
  id: string;
  /** Key of `MEASUREMENT_SOURCES`. */
  source: string;
  /** Catalog id of the base model; some point at models that the catalog lacks. */
  model: string;
  method: "lora" | "qlora" | "full";
  /** `nf4`, `nf4-dq`, `gptq-int4` and the like; null for 16- or 32-bit weights. */
  quantization: string | null;
  /** Type of the unquantised weights: `bf16`, `fp16`, `fp32`, `fp8/bf16`. */
  weights: string;
  /** The unquantised weights were cast to fp32 (PEFT's `prepare_model_for_kbit_training`). */
  upcast: boolean;
  rank: number | null;
  /** Short names of the adapted layers: q, k, v, o, gate, up, down. */
  targets: readonly string[] | null;
  microBatch: number | null;
  /** Micro-batches of one optimizer step. */
  accumulation: number | null;
  /** Tokens of one sequence in a micro-batch. */
  sequence: number | null;
  sequenceKind: string | null;
  checkpointing: boolean | null;
  /** Activation checkpoints went to host memory. */
  offloadsActivations: boolean;
  /** Weights and optimizer states lay in host memory. */
  offloadsWeights: boolean;
  attention: string | null;
  lossPath: LossPath | null;
  optimizer: string;
  compile: boolean;
  framework: string;
  gpu: string;
  gpuCount: number;
  parallelism: string;
  peakBytes: Bytes | null;
  /** `allocated`, `reserved`, `nvidia-smi`, `resident` and the like. */
  peakMetric: string | null;
  tokensPerSecondPerGpu: number | null;
  wallSeconds: number | null;
  adapterBytes: Bytes | null;
  dataset: string | null;
  /** False: the source reports that the card ran out of memory. */
  fits: boolean;
  /** A, B or C: how much of the setting the source states. */
  confidence: string;
  /** Enough is known to score a prediction of memory, of speed, of whether it fits. */
  scoreMemory: boolean;
  scoreSpeed: boolean;
  scoreFit: boolean;
}

export const MEASUREMENTS = file.points as readonly Measurement[];

/** Repository, file and version of each source. */
export const MEASUREMENT_SOURCES = file.sources as Readonly<Record<string, string>>;
