import type { BaseModel } from "../catalog/models.ts";
import type { StateBytes } from "../catalog/stacks.ts";
import type { Checkpointing, LossPath, Sharding } from "../spec/training-job.ts";
import type { Bytes } from "../units.ts";
import { logitBytes, peakTerms } from "./batch-memory.ts";
import type { Term } from "./estimate.ts";
import { MEMORY_CONSTANTS, type MemoryConstants } from "./memory-constants.ts";
import { shares, term, WEIGHT_BYTES } from "./memory-terms.ts";

/**
 * Peak memory of the busiest device: what stays (weights, trained state) + the largest of what does not coexist: a batch
 * or the optimizer step, and within a batch one block's work or the logits. Worked out in docs/estimator.md.
 */

/** How the base weights lie in memory. */
export type WeightForm = "fp32" | "bf16" | "int8" | "gptq-int4" | "nf4" | "nf4-dq";

/** Facts of the trainer. The one of this project is in `trainer-stack.ts`; published runs bring others. */
export interface MemoryStack {
  device: "gpu" | "cpu";
  weights: WeightForm;
  /** Bytes a trainable parameter. */
  trained: StateBytes;
  /** Unquantised weights and the residual stream in fp32, as PEFT's `prepare_model_for_kbit_training` makes them. */
  upcast: boolean;
  /** `eager` keeps the attention matrix. */
  attention: "fused" | "eager";
  /** Elementwise work runs in fused kernels: torch.compile, Unsloth. */
  fusesKernels: boolean;
  /** 4-bit layers keep their dequantised inputs when nothing is recomputed. */
  keepsDequantisedInputs: boolean;
  /** A head that the model ties to its embedding lies in memory a second time. */
  copiesTiedHead: boolean;
  /** Weights and optimizer states lie in host memory and come a layer at a time. */
  offloadsWeights: boolean;
  /** With sharded weights the gradients of all checkpoints stay until the backward pass has ended. */
  keepsShardedGradients: boolean;
  /** Buffers in which gradients are reduced and weights gathered. */
  bucketBytes: Bytes;
}

export interface MemoryInput {
  model: BaseModel;
  /** `full` trains all parameters. */
  method: "lora" | "qlora" | "full";
  loraParameters: number;
  /** The MLP has adapters, so its inputs are kept. */
  adaptsMlp: boolean;
  /** Sequences in a micro-batch of one GPU and tokens of the longest. */
  microBatch: number;
  sequence: number;
  /** Tokens of a mean sequence where lengths differ from batch to batch; null where all batches have one shape. */
  meanSequence: number | null;
  /** Micro-batches of one optimizer step: with more than one, gradients stay while the next is computed. */
  accumulation: number;
  checkpointing: Checkpointing;
  lossPath: LossPath;
  gpus: number;
  sharding: Sharding;
  stack: MemoryStack;
}

export interface Memory {
  /** What the training itself holds at its peak; adds up to `allocated`. */
  terms: Term[];
  allocated: Bytes;
  /** What the allocator may keep cached on top, where the card has room for it. */
  cached: Bytes;
  /** Context of the driver on a GPU; 0 on a CPU, where the process is a term of its own. */
  context: Bytes;
}

/** Python with torch, transformers, TRL and PEFT loaded; bitsandbytes on top (this project's trainer, measured). */
const PROCESS_BYTES = 0.6e9;
const BITSANDBYTES_BYTES = 0.1e9;

export function memoryOf(
  input: MemoryInput,
  constants: MemoryConstants = MEMORY_CONSTANTS,
): Memory {
  const terms = [
    ...weightTerms(input, constants),
    ...stateTerms(input),
    ...peakTerms(input, constants),
  ].filter((term) => term.value > 0);
  const onGpu = input.stack.device === "gpu";
  return {
    terms,
    allocated: terms.reduce((sum, term) => sum + term.value, 0),
    cached: onGpu ? cachedBytes(input, constants) : 0,
    context: onGpu ? constants.contextBytes : 0,
  };
}

/** Type of what is never quantised: fp32 on a CPU or with fp32 master weights. */
const plainBytes = ({ stack }: MemoryInput): number =>
  stack.device === "cpu" || stack.weights === "fp32" ? WEIGHT_BYTES.fp32 : WEIGHT_BYTES.bf16;

function weightTerms(input: MemoryInput, constants: MemoryConstants): Term[] {
  const { model, method, stack } = input;
  const { linear, total, embedding } = model.parameters;
  const plain = plainBytes(input);
  const rest = stack.upcast ? WEIGHT_BYTES.fp32 : plain;
  const inBlocks = WEIGHT_BYTES[stack.weights];
  const kept = stack.offloadsWeights ? 0 : 1 / shares(input).weights;
  const note = (bytes: number) =>
    stack.offloadsWeights ? "in host memory" : `${bytes} B a parameter${shareNote(kept)}`;
  return [
    term("process", stack.device === "gpu" ? 0 : processBytes(method), "Python and its libraries"),
    term("weights in the blocks", kept * linear * inBlocks, `${stack.weights}, ${note(inBlocks)}`),
    term(
      "embedding, head and norms",
      kept * (total - linear) * rest,
      `never quantised, ${note(rest)}`,
    ),
    term(
      "tied head, second copy",
      stack.copiesTiedHead && model.tied ? kept * embedding * rest : 0,
      "the stack keeps embedding and head apart",
    ),
    term(
      "one dequantised layer",
      method === "qlora" ? constants.dequantised * plain * model.hidden * model.mlpWidth : 0,
      "alive at any time",
    ),
    term("buckets", stack.bucketBytes, "of the collectives"),
  ];
}

const shareNote = (share: number): string =>
  share === 1 ? "" : `, 1/${Math.round(1 / share)} of it`;

const processBytes = (method: MemoryInput["method"]): number =>
  PROCESS_BYTES + (method === "qlora" ? BITSANDBYTES_BYTES : 0);

/** State and gradient of what is trained. The gradient of a full run exists in the step alone unless it is accumulated. */
function stateTerms(input: MemoryInput): Term[] {
  const { method, model, loraParameters, stack, accumulation } = input;
  const { state, gradient } = stack.trained;
  const share = stack.offloadsWeights ? 0 : 1 / shares(input).states;
  const note = (bytes: number) => `${bytes} B a trainable parameter${shareNote(share)}`;
  if (method !== "full") {
    // ZeRO-2 shares out what is small here; only sharded weights divide the adapter as well
    const part = 1 / shares(input).weights;
    const bytes = state + gradient;
    const text = `${bytes} B a trainable parameter${shareNote(part)}`;
    return [term("adapter and its states", part * bytes * loraParameters, text)];
  }
  const { total } = model.parameters;
  return [
    term("optimizer states", share * state * total, note(state)),
    term("gradients", accumulation > 1 ? share * gradient * total : 0, note(gradient)),
  ];
}

/**
 * What the allocator keeps: about one more copy of the logits where all batches have one shape. Where lengths differ it
 * cannot use freed blocks again: then in proportion to what a mean batch holds.
 */
function cachedBytes(input: MemoryInput, constants: MemoryConstants): Bytes {
  const { microBatch, sequence, meanSequence, model, lossPath } = input;
  const uniform = constants.cached[lossPath] * model.vocab * microBatch * sequence;
  if (meanSequence === null || meanSequence >= sequence) return uniform;
  const meanBatch = logitBytes(input, constants) * model.vocab * microBatch * meanSequence;
  return Math.max(uniform, constants.fragmented * meanBatch);
}
