import type { BaseModel } from "../catalog/models.ts";
import type { Term } from "./estimate.ts";
import type { MemoryInput } from "./memory.ts";
import type { MemoryConstants } from "./memory-constants.ts";
import { shares, term, WEIGHT_BYTES } from "./memory-terms.ts";

/**
 * Resident memory a byte of kept tensors on a CPU: glibc keeps freed blocks, and dropout keeps a copy of each adapter's
 * input (this project's trainer: SmolLM2-135M, 3.0 GB at batch 4, 4.6 to 5.9 GB at batch 8).
 */
const CPU_KEPT_FACTOR = 3;

/** Layers that FSDP and ZeRO-3 hold whole at a time: the one that computes and the one that is fetched meanwhile. */
const GATHERED_LAYERS = 2;

/** A batch and the optimizer step after it do not coexist: the larger counts. */
export function peakTerms(input: MemoryInput, constants: MemoryConstants): Term[] {
  const batch = batchTerms(input, constants);
  const step = stepTerm(input);
  return step.value > batch.reduce((sum, { value }) => sum + value, 0) ? [step] : batch;
}

function stepTerm(input: MemoryInput): Term {
  const { method, model, loraParameters, stack, accumulation } = input;
  const { gradient, step } = stack.trained;
  const bytes = step + (method === "full" && accumulation === 1 ? gradient : 0);
  const parameters = method === "full" ? model.parameters.total : loraParameters;
  const share = stack.offloadsWeights ? 0 : 1 / shares(input).states;
  return term("optimizer step", share * bytes * parameters, `${bytes} B a trainable parameter`);
}

/** With checkpointing one block's work and the logits do not coexist: the larger counts. */
function batchTerms(input: MemoryInput, constants: MemoryConstants): Term[] {
  const { model, stack, checkpointing, lossPath } = input;
  const tokens = input.microBatch * input.sequence;
  const width = stack.device === "cpu" ? 4 : 2;
  const block = blockBytes(input, width, constants);
  const residual = model.layers * model.hidden * (stack.upcast ? 4 : width);
  const kept = { off: model.layers * block.kept, on: residual, offloaded: 0 }[checkpointing];
  const unfreed =
    stack.keepsShardedGradients && gathers(input) && checkpointing === "on" ? residual : 0;
  const work = (checkpointing === "off" ? 0 : block.kept) + block.backward + unfreed;
  const logits = logitBytes(input, constants) * model.vocab;
  const factor = stack.device === "cpu" ? CPU_KEPT_FACTOR : 1;
  const note = `${tokens} tokens in a micro-batch`;
  return [
    term("gathered layers", gathers(input) ? gatheredBytes(input) : 0, "whole while they compute"),
    term(
      "activations",
      factor * tokens * (kept + (work >= logits ? work : 0)),
      `${note}, gradient checkpointing ${checkpointing}`,
    ),
    term(
      "logits",
      work >= logits ? 0 : factor * tokens * logits,
      `${note}, loss path "${lossPath}"`,
    ),
  ];
}

/** An fp32 head makes fp32 logits from the start, on the paths that hold them. */
export const logitBytes = (
  { lossPath, stack }: MemoryInput,
  { logits }: MemoryConstants,
): number =>
  stack.upcast && lossPath !== "fused" && lossPath !== "chunked"
    ? Math.max(logits.upcast, logits[lossPath])
    : logits[lossPath];

/** Bytes a token that one block keeps for its backward pass, and works with during it. */
function blockBytes(input: MemoryInput, width: number, constants: MemoryConstants) {
  const { model, method, adaptsMlp, sequence, stack, checkpointing } = input;
  const { hidden, heads, kvHeads, headDim } = model;
  const mlp = model.mlpWidth * model.expertsPerToken;
  // the input of the activation function, its output and the gate for the product; a trained layer keeps its input too
  const mlpCopies = (model.mlp === "plain" ? 1 : 3) + (adaptsMlp || method === "full" ? 1 : 0);
  const elements =
    constants.keptHidden * hidden + 3 * heads * headDim + 6 * kvHeads * headDim + mlpCopies * mlp;
  const eager = stack.attention === "eager" || capsScores(model) ? heads * sequence : 0;
  const fused = stack.fusesKernels ? constants.fused : 1;
  const keepsInputs = method === "qlora" && checkpointing === "off" && stack.keepsDequantisedInputs;
  const dequantised = keepsInputs ? constants.dequantisedInputs * (hidden + mlp) : 0;
  // experts are worked through one after the other
  const backward =
    constants.backwardHidden * hidden + (constants.backwardMlp * mlp) / model.experts;
  return {
    kept: fused * width * (elements + dequantised) + constants.eagerKept * eager,
    backward: fused * width * backward + constants.eagerBackward * eager,
  };
}

/** Capped attention scores, as in Gemma 2, cannot use the fused kernels. */
const capsScores = ({ id }: BaseModel): boolean => id.startsWith("gemma-2-");

/** The device holds a part of the weights only, or none: layers are gathered while they compute. */
const gathers = ({ stack, gpus, sharding }: MemoryInput): boolean =>
  stack.offloadsWeights || (sharding === "zero3" && gpus > 1);

/** Whole layers on a GPU that holds only its part of the weights, with the unit of embedding and head. */
function gatheredBytes({ model, stack }: MemoryInput): number {
  const { linear, total } = model.parameters;
  const inBlocks = WEIGHT_BYTES[stack.weights === "fp32" ? "bf16" : stack.weights];
  return (
    GATHERED_LAYERS * (linear / model.layers) * inBlocks + (total - linear) * WEIGHT_BYTES.bf16
  );
}
