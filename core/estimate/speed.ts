import type { Gpu } from "../catalog/gpus.ts";
import type { BaseModel } from "../catalog/models.ts";
import type { Checkpointing, Sharding } from "../spec/training-job.ts";
import type { Seconds, TokensPerSecond } from "../units.ts";
import { SPEED_CONSTANTS, type SpeedConstants } from "./speed-constants.ts";

/** Facts of the trainer that decide its speed. */
export interface SpeedStack {
  /** Id of the stack. */
  id: string;
  fusesKernels: boolean;
  /** Bytes a parameter that the optimizer step reads and writes when all train. */
  stepTraffic: number;
}

export interface SpeedInput {
  model: BaseModel;
  /** `full` trains all parameters. */
  method: "lora" | "qlora" | "full";
  gpu: Gpu;
  gpuCount: number;
  sharding: Sharding;
  /** Sequences in a micro-batch of one GPU, their padded length in tokens, and micro-batches of a step. */
  microBatch: number;
  sequence: number;
  accumulation: number;
  checkpointing: Checkpointing;
  stack: SpeedStack;
}

export interface Speed {
  /** Of all GPUs together, padding included. */
  tokensPerSecond: TokensPerSecond;
  flopsPerToken: number;
  /** Share of the device's peak that is reached. */
  utilisation: number;
}

/** For cards that nobody published a speed of: between those that have one. */
export const TYPICAL_UTILISATION = 0.6;

/** Share of its peak that the matrix products of a card reach; null for a card that nobody published a speed of. */
export const bestUtilisation = ({ family }: Gpu, constants = SPEED_CONSTANTS): number | null =>
  constants.bestUtilisation[family] ?? null;

/** Python's share of a micro-batch on a CPU, for the smallest base as for SmolLM2 (this project's trainer, measured). */
const CPU_BATCH_SECONDS = 0.044;

/** 4 bits read and 16 written. */
const DEQUANTISED_BYTES = 2.5;

/** A GPU works while the host issues what comes next; a CPU does both itself. The exponent joins the two. */
const OVERLAP = { gpu: 4, cpu: 1 };

/** Rate of checkpoints that go to host memory and come back, in bytes per second: PCIe 4.0 x16, two thirds of its 32 GB/s. */
const HOST_LINK = 21e9;

/** Transfers overlap with the computation of the layer before. */
const TRANSFER_OVERLAP = 2;

/**
 * Tokens per second from the time of one micro-batch. The device multiplies matrices at its best utilisation, moves
 * elementwise results through its memory, and dequantises 4-bit weights; the host issues kernels meanwhile, and the link
 * carries sharded weights. The longer of what overlaps counts, smoothly; the optimizer step is shared by the
 * micro-batches that it follows. docs/estimator.md has the formulas.
 */
export function speedOf(input: SpeedInput, constants: SpeedConstants = SPEED_CONSTANTS): Speed {
  const { gpu, gpuCount } = input;
  const flopsPerToken = trainingFlops(input);
  const tokens = input.microBatch * input.sequence;
  const best = bestUtilisation(gpu, constants) ?? TYPICAL_UTILISATION;
  const busy =
    (flopsPerToken * tokens) / (gpu.flops * best) +
    elementwiseSeconds(input, constants) +
    dequantisingSeconds(input, constants);
  const launch = launchSeconds(input, constants);
  const computed = overlapped(busy, launch, OVERLAP[gpu.kind]);
  const seconds =
    overlapped(computed, transferSeconds(input, constants), TRANSFER_OVERLAP) +
    stepSeconds(input) / input.accumulation;
  return {
    tokensPerSecond: (gpuCount * tokens) / seconds,
    flopsPerToken,
    utilisation: (flopsPerToken * tokens) / (gpu.flops * seconds),
  };
}

const overlapped = (a: Seconds, b: Seconds, exponent: number): Seconds =>
  (a ** exponent + b ** exponent) ** (1 / exponent);

/** What the host needs to issue the work of a micro-batch. */
function launchSeconds(input: SpeedInput, constants: SpeedConstants): Seconds {
  const { model, gpu, stack } = input;
  if (gpu.kind === "cpu") return CPU_BATCH_SECONDS;
  const factor = constants.launchFactors[stack.id] ?? 1;
  return model.layers * passes(input) * constants.launchSeconds * factor;
}

const recomputes = ({ checkpointing }: Pick<SpeedInput, "checkpointing">): number =>
  checkpointing === "off" ? 0 : 1;

/** Times that a block is gone through: forward, backward, and forward again to recompute. */
const passes = (input: Pick<SpeedInput, "checkpointing">): number => 2 + recomputes(input);

function elementwiseSeconds(input: SpeedInput, constants: SpeedConstants): Seconds {
  const { model, gpu, method, stack, microBatch, sequence } = input;
  if (gpu.kind === "cpu") return 0; // part of the measured 100 GFLOP/s
  const { hidden, heads, kvHeads, headDim, mlpWidth, expertsPerToken } = model;
  const elements = 6 * hidden + 2 * (heads + kvHeads) * headDim + 3 * mlpWidth * expertsPerToken;
  const own = method === "full" ? 1 : 1 + constants.loraWork;
  const bytes = 2 * constants.elementwise * own * (stack.fusesKernels ? constants.fused : 1);
  const tokens = microBatch * sequence;
  return (tokens * model.layers * passes(input) * elements * bytes) / gpu.bandwidth;
}

function dequantisingSeconds(input: SpeedInput, { dequantising }: SpeedConstants): Seconds {
  const { model, method, gpu } = input;
  if (method !== "qlora") return 0;
  const bytes = passes(input) * model.parameters.linear * DEQUANTISED_BYTES;
  return bytes / (gpu.bandwidth * dequantising);
}

/** Sharded weights come once a pass; gradients of all weights go out once a step; checkpoints may go to the host and back. */
function transferSeconds(input: SpeedInput, { link }: SpeedConstants): Seconds {
  const { model, method, gpu, gpuCount, sharding, accumulation, checkpointing } = input;
  const tokens = input.microBatch * input.sequence;
  const offloaded =
    checkpointing === "offloaded" ? (2 * 2 * model.layers * model.hidden * tokens) / HOST_LINK : 0;
  if (gpuCount === 1) return offloaded;
  const share = (gpuCount - 1) / gpuCount;
  const { linear, total } = model.parameters;
  const weights = method === "qlora" ? 0.52 * linear + 2 * (total - linear) : 2 * total;
  const gathered = sharding === "zero3" ? passes(input) * weights : 0;
  const gradients = method === "full" ? (2 * 2 * total) / accumulation : 0;
  return offloaded + (share * (gathered + gradients)) / (gpu.linkBytesPerSecond * link);
}

/** A full run reads and writes weights, gradients and states in every step; an adapter's are too small to count. */
function stepSeconds({ model, method, gpu, gpuCount, sharding, stack }: SpeedInput): Seconds {
  if (method !== "full") return 0;
  const shards = sharding === "none" ? 1 : gpuCount;
  return (stack.stepTraffic * model.parameters.total) / shards / gpu.bandwidth;
}

/**
 * FLOPs of one trained token: 2 a parameter for the forward pass, 2 for the gradients of the inputs, 2 for the recompute
 * of gradient checkpointing, 2 for the gradients of the weights when all are trained; attention on top.
 */
export function trainingFlops(
  input: Pick<SpeedInput, "model" | "method" | "sequence" | "checkpointing">,
): number {
  const { model, sequence } = input;
  const recompute = recomputes(input);
  const products = 2 + recompute + (input.method === "full" ? 1 : 0);
  const attention = 2 * sequence * model.heads * model.headDim * model.layers;
  return 2 * products * computingParameters(model) + attention * (3 + recompute);
}

/** Parameters that multiply a token: the head does, the lookup of the embedding does not. */
export function computingParameters({ parameters, tied }: BaseModel): number {
  return tied ? parameters.active : parameters.active - parameters.embedding;
}
