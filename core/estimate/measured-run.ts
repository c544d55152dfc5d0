import { GPU_NAMES, GPUS, type Gpu, type GpuName } from "../catalog/gpus.ts";
import type { Measurement } from "../catalog/measurements.ts";
import { type BaseModel, MODELS } from "../catalog/models.ts";
import { findStack, type Stack, type StateBytes } from "../catalog/stacks.ts";
import { CatalogError } from "../errors.ts";
import type { Checkpointing, Sharding } from "../spec/training-job.ts";
import { normalCdf, normalQuantile } from "../stats/normal.ts";
import { adaptsMlp, loraParameters } from "./lora-parameters.ts";
import type { RunKind } from "./measured-swing.ts";
import { type MemoryInput, memoryOf, type WeightForm } from "./memory.ts";
import { MEMORY_CONSTANTS, type MemoryConstants } from "./memory-constants.ts";
import { type SpeedInput, speedOf } from "./speed.ts";
import { SPEED_CONSTANTS } from "./speed-constants.ts";

/** The published runs as inputs of the estimate, so that it can be held against what was measured. */

const WEIGHTS: readonly { name: RegExp; form: WeightForm }[] = [
  { name: /^(nf4|fp4)-dq$/, form: "nf4-dq" },
  { name: /^(nf4|fp4)$/, form: "nf4" },
  { name: /int4$/, form: "gptq-int4" },
  { name: /int8$/, form: "int8" },
];

/** @throws CatalogError `UnknownWeights` for a quantisation whose size nobody has entered. */
function weightsOf({ quantization, weights }: Measurement): WeightForm {
  if (quantization === null) return weights === "fp32" ? "fp32" : "bf16";
  const known = WEIGHTS.find(({ name }) => name.test(quantization));
  if (known) return known.form;
  throw new CatalogError("UnknownWeights", `nobody has entered what "${quantization}" weighs`, {
    fix: "known: nf4, nf4-dq, and names that end in int4 or int8",
  });
}

const SHARDINGS: Record<string, Sharding> = { fsdp: "zero3", zero3: "zero3", zero2: "zero2" };

/** Mean and standard deviation of the lengths of data that runs name, in tokens, from the same sources. */
const LENGTHS: readonly { data: RegExp; mean: number; sd: number }[] = [
  { data: /cls-fudan-news/, mean: 3234, sd: 2547 }, // modelscope/ms-swift docs/source_en/LLM/Benchmark.md
  { data: /MetaMathQA/, mean: 210, sd: 100 }, // huggingface/peft: 4,198,051 tokens in 20,000 samples; spread assumed
];

export const modelOfRun = (run: Measurement): BaseModel | undefined =>
  MODELS.find((model) => model.id === run.model);

/** Names of kernels that fuse elementwise work without fusing the loss: Triton kernels of Unsloth, FOAK, Liger. */
const FUSED_KERNELS = /unsloth|foak|liger/;

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** The catalog's card; undefined for `unspecified` and the like. */
export function gpuOfRun({ gpu }: Measurement): GpuName | undefined {
  return GPU_NAMES.find((name) => bare(name) === bare(gpu));
}

/** What residuals are grouped by. */
export const kindOfRun = (run: Measurement): RunKind => ({
  stack: stackOf(run).id,
  method: run.method,
  gpu: gpuOfRun(run) ?? run.gpu,
});

/** Adapted layers by short names; the head counts by itself, `mlp` is what a plain MLP has. */
function targetsOf({ targets }: Measurement, model: BaseModel): string[] {
  const known = (targets ?? []).flatMap((target) =>
    target === "mlp" ? (model.mlp === "plain" ? ["up", "down"] : ["gate", "up", "down"]) : [target],
  );
  return [...new Set(known)].filter(
    (target) => target !== "head" && !(target === "gate" && model.mlp === "plain"),
  );
}

function trainableParameters(run: Measurement, model: BaseModel): number {
  if (run.method === "full") return 0;
  const r = run.rank ?? 16;
  const head = run.targets?.includes("head") ? r * (model.hidden + model.vocab) : 0;
  return loraParameters(model, { r, targetModules: targetsOf(run, model) }) + head;
}

/** Optimizers that name what they leave out: 8-bit moments are 2 B, paged ones and gradients used at once are nothing. */
function trainedBytes({ method, optimizer, weights }: Measurement, stack: Stack): StateBytes {
  const moments = method === "full" && weights !== "fp32" ? 4 : 8;
  const given =
    method !== "full"
      ? stack.adapter
      : weights === "fp32"
        ? { state: 8, gradient: 4, step: 4 }
        : stack.full;
  const saved = /paged/.test(optimizer) ? moments : /8bit/.test(optimizer) ? moments - 2 : 0;
  const inBackward = /optimizer_in_bwd/.test(optimizer);
  return {
    state: Math.max(0, given.state - saved),
    gradient: inBackward ? 0 : given.gradient,
    step: inBackward || saved > 0 ? 0 : given.step,
  };
}

function checkpointingOf(run: Measurement, stack: Stack): Checkpointing {
  if (!run.checkpointing) return "off";
  return stack.offloadsCheckpoints || run.offloadsActivations ? "offloaded" : "on";
}

/** PEFT's preparation casts up what bitsandbytes did not quantise; stacks with kernels of their own undo it. */
const upcasts = (run: Measurement): boolean =>
  run.upcast || (/^nf4/.test(run.quantization ?? "") && /^(ms-swift|hf\+fa2)/.test(run.framework));

/** Tokens of a mean sequence, and of one with the padding of its batch. */
interface Lengths {
  mean: number;
  padded: number;
}

/** Of a run on data whose lengths are known and that was not packed; otherwise every sequence counts as full. */
function lengthsOf({ dataset, sequence, sequenceKind, microBatch }: Measurement): Lengths {
  const cap = sequence ?? 1;
  const known = LENGTHS.find(({ data }) => data.test(dataset ?? ""));
  if (!known || sequenceKind !== "max-truncated") return { mean: cap, padded: cap };
  const variance = Math.log(1 + (known.sd / known.mean) ** 2);
  const [middle, sigma] = [Math.log(known.mean) - variance / 2, Math.sqrt(variance)];
  const z = (Math.log(cap) - middle) / sigma;
  // E[min(X, cap)] of a log-normal X; the longest of a batch by Blom's plotting position
  const mean = known.mean * normalCdf(z - sigma) + cap * (1 - normalCdf(z));
  const batch = microBatch ?? 1;
  const longest = Math.exp(middle + sigma * normalQuantile((batch - 0.375) / (batch + 0.25)));
  return { mean, padded: batch === 1 ? mean : Math.min(cap, Math.max(mean, longest)) };
}

/** Qwen's script for LoRA on one GPU is the Trainer alone; the others start it under DeepSpeed. */
const stackOf = ({ framework, method, parallelism }: Measurement): Stack =>
  findStack(
    method === "lora" && parallelism === "single" ? framework.replace("+deepspeed", "") : framework,
  );

export function memoryInputOf(run: Measurement, model: BaseModel): MemoryInput {
  const stack = stackOf(run);
  const sequence = run.sequence ?? 1;
  const { mean } = lengthsOf(run);
  return {
    model,
    method: run.method,
    loraParameters: trainableParameters(run, model),
    adaptsMlp: adaptsMlp(targetsOf(run, model)),
    microBatch: run.microBatch ?? 1,
    sequence,
    meanSequence: mean < sequence ? mean : null,
    accumulation: run.accumulation ?? 1,
    checkpointing: checkpointingOf(run, stack),
    lossPath: lossPathOf(run, stack),
    gpus: run.gpuCount,
    sharding: SHARDINGS[run.parallelism] ?? "none",
    stack: {
      device: run.gpu === "cpu" ? "cpu" : "gpu",
      weights: weightsOf(run),
      trained: trainedBytes(run, stack),
      upcast: upcasts(run),
      attention: run.attention === "eager" ? "eager" : "fused",
      fusesKernels: run.compile || stack.fusesKernels,
      keepsDequantisedInputs: stack.keepsDequantisedInputs,
      copiesTiedHead: stack.copiesTiedHead,
      offloadsWeights: run.offloadsWeights,
      keepsShardedGradients: stack.keepsShardedGradients,
      bucketBytes: stack.bucketBytes,
    },
  };
}

/** Without autocast a loss in 16 bits never makes fp32 copies of the logits. */
const lossPathOf = ({ lossPath }: Measurement, stack: Stack) =>
  stack.lossIn16Bits && lossPath === "full-fp32" ? "full" : (lossPath ?? "full-fp32");

/**
 * Peak memory in the metric that the source published. A whole card shows the allocator's cache and the driver's
 * context; under pressure the allocator gives its cache back, so nothing shows more than the card has.
 */
export function predictedBytes(
  run: Measurement,
  model: BaseModel,
  constants: MemoryConstants = MEMORY_CONSTANTS,
): number {
  const { allocated, cached, context } = memoryOf(memoryInputOf(run, model), constants);
  const gpu = gpuOfRun(run);
  const room = gpu ? Math.max(allocated, GPUS[gpu].usableBytes) : Number.POSITIVE_INFINITY;
  const metric = run.peakMetric ?? "";
  if (/^(allocated|active)/.test(metric)) return allocated;
  if (metric.startsWith("reserved")) return Math.min(room, allocated + cached);
  // a source that does not say what it read may have read either
  return allocated + (metric === "unknown" ? context / 2 : context);
}

export function speedInputOf(run: Measurement, model: BaseModel, gpu: Gpu): SpeedInput {
  const stack = stackOf(run);
  const { padded } = lengthsOf(run);
  return {
    model,
    method: run.method,
    gpu,
    gpuCount: run.gpuCount,
    sharding: SHARDINGS[run.parallelism] ?? "none",
    microBatch: run.microBatch ?? 1,
    sequence: padded,
    accumulation: run.accumulation ?? 1,
    checkpointing:
      run.checkpointing === false ? "off" : checkpointingOf({ ...run, checkpointing: true }, stack),
    stack: {
      id: stack.id,
      fusesKernels: run.compile || stack.fusesKernels || FUSED_KERNELS.test(run.framework),
      stepTraffic: stack.stepTraffic,
    },
  };
}

/** Tokens per second of one GPU, without padding: what sources count. */
export function predictedSpeed(
  run: Measurement,
  model: BaseModel,
  gpu: Gpu,
  constants = SPEED_CONSTANTS,
): number {
  const { tokensPerSecond } = speedOf(speedInputOf(run, model, gpu), constants);
  const { mean, padded } = lengthsOf(run);
  return (tokensPerSecond / run.gpuCount) * (mean / padded);
}
