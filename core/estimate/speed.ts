import type { Gpu } from "../catalog/gpus.ts";
import type { BaseModel } from "../catalog/models.ts";
import type { Checkpointing } from "../spec/training-job.ts";
import type { TokensPerSecond } from "../units.ts";

export interface SpeedInput {
  model: BaseModel;
  /** `full` trains all parameters. */
  method: "lora" | "qlora" | "full";
  gpu: Gpu;
  gpuCount: number;
  /** Sequences in a micro-batch and their mean length in tokens. */
  microBatch: number;
  sequence: number;
  checkpointing: Checkpointing;
}

export interface Speed {
  /** Of all GPUs together, padding included. */
  tokensPerSecond: TokensPerSecond;
  flopsPerToken: number;
  /** Share of the device's peak that is reached. */
  utilisation: number;
}

/** A micro-batch this short reaches half of the best utilisation: launch gaps on a GPU, Python on a CPU (fitted). */
const HALF_SECONDS = { gpu: 0.013, cpu: 0.009 };

/** Share of the speed that is left with 4-bit weights (fitted; on a CPU 144 s against 126 s for SmolLM2-135M). */
const FOUR_BIT = 0.84;

/** Share that is left when several GPUs exchange gradients (fitted). */
const SEVERAL_GPUS = 0.87;

/** For cards that nobody published a speed of: between A100 (0.65) and L40S (0.54). */
export const TYPICAL_UTILISATION = 0.6;

/**
 * Tokens per second = peak x utilisation / FLOPs a token. Utilisation saturates with the work in a micro-batch; the
 * constants are fitted to published speeds (docs/estimation.md).
 */
export function speedOf(input: SpeedInput): Speed {
  const { model, method, gpu, gpuCount } = input;
  const flopsPerToken = trainingFlops(input);
  const work = (input.microBatch * input.sequence * computingParameters(model)) / gpu.flops;
  const best = gpu.bestUtilisation ?? TYPICAL_UTILISATION;
  const utilisation =
    best *
    (work / (work + HALF_SECONDS[gpu.kind])) *
    (method === "qlora" ? FOUR_BIT : 1) *
    (gpuCount > 1 ? SEVERAL_GPUS : 1);
  return {
    tokensPerSecond: (gpuCount * gpu.flops * utilisation) / flopsPerToken,
    flopsPerToken,
    utilisation,
  };
}

/**
 * FLOPs of one trained token: 2 a parameter for the forward pass, 2 for the gradients of the inputs, 2 for the recompute
 * of gradient checkpointing, 2 for the gradients of the weights when all are trained; attention on top.
 */
export function trainingFlops(
  input: Pick<SpeedInput, "model" | "method" | "sequence" | "checkpointing">,
): number {
  const { model, sequence } = input;
  const recompute = input.checkpointing === "off" ? 0 : 1;
  const passes = 2 + recompute + (input.method === "full" ? 1 : 0);
  const attention = 2 * sequence * model.heads * model.headDim * model.layers;
  return 2 * passes * computingParameters(model) + attention * (3 + recompute);
}

/** Parameters that multiply a token: the head does, the lookup of the embedding does not. */
export function computingParameters({ parameters, tied }: BaseModel): number {
  return tied ? parameters.active : parameters.active - parameters.embedding;
}
