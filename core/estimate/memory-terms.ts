import type { Term } from "./estimate.ts";
import type { MemoryInput, WeightForm } from "./memory.ts";

/**
 * Bytes a parameter of a linear layer inside the blocks. NF4: 4 bits + an fp32 scale a block of 64; with double
 * quantisation 8-bit scales + an fp32 scale a block of 256 (Dettmers et al. 2023, arXiv 2305.14314).
 */
export const WEIGHT_BYTES: Record<WeightForm, number> = {
  fp32: 4,
  bf16: 2,
  int8: 1,
  "gptq-int4": 0.52,
  nf4: 0.5 + 4 / 64,
  "nf4-dq": 0.5 + 1 / 64 + 4 / (64 * 256),
};

/** Parts that the weights, and that the gradients and states of a full run are shared out over. */
export const shares = ({ gpus, sharding }: MemoryInput) => ({
  weights: sharding === "zero3" ? gpus : 1,
  states: sharding === "none" ? 1 : gpus,
});

export const term = (name: string, value: number, note: string): Term => ({
  name,
  value: Math.round(value),
  note,
});
