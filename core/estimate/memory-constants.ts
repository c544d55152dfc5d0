import type { LossPath } from "../spec/training-job.ts";

/**
 * The constants of the memory model that no datasheet gives: fitted to published runs by `node bench/fit.ts`, each with
 * the value that the code of the stacks suggests. Sums are well determined, single constants less so.
 */
export interface MemoryConstants {
  /** Elements of width hidden that a block keeps of each token. */
  keptHidden: number;
  /** Elements that the backward pass of a block works with: of width hidden, of width MLP. */
  backwardHidden: number;
  backwardMlp: number;
  /** Bytes a head and position that eager attention keeps, and works with in the backward pass. */
  eagerKept: number;
  eagerBackward: number;
  /** Bytes a token and vocabulary entry that the loss holds at its peak, by loss path; `upcast`: an fp32 head. */
  logits: Record<LossPath | "upcast", number>;
  /** The same for what the allocator keeps on top when all batches have one shape. */
  cached: Record<LossPath, number>;
  /** Share of the logits of a mean batch that the allocator keeps on top when the shapes of the batches differ. */
  fragmented: number;
  /** Share of a block's work that is left when its elementwise kernels are fused. */
  fused: number;
  /** Dequantised weights alive at any time, in matrices of hidden x MLP width. */
  dequantised: number;
  /** Elements of width hidden + MLP a token that 4-bit layers keep when nothing is recomputed. */
  dequantisedInputs: number;
  /** CUDA context, cuBLAS and NCCL workspaces. */
  contextBytes: number;
}

export const MEMORY_CONSTANTS: MemoryConstants = {
  keptHidden: 5.79,
  backwardHidden: 4.17,
  backwardMlp: 3.37,
  eagerKept: 8.23,
  eagerBackward: 8.13,
  logits: {
    "full-fp32": 15.6,
    full: 8.13,
    chunked: 1.99,
    "chunked-kept": 12.8,
    fused: 0,
    upcast: 16.2,
  },
  cached: { "full-fp32": 8.05, full: 8.13, chunked: 1.4, "chunked-kept": 8, fused: 0.6 },
  fragmented: 2.1,
  fused: 0.694,
  dequantised: 0.863,
  dequantisedInputs: 2.3,
  contextBytes: 2.29e9,
};
