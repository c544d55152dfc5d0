import type { BaseModel } from "../catalog/models.ts";
import type { Checkpointing, LossPath } from "../spec/training-job.ts";
import { type Bytes, GB } from "../units.ts";
import type { Term } from "./estimate.ts";

/**
 * Peak memory of one device: what stays (weights, adapter and its states) + what a batch needs. Structure and constants
 * are worked out in docs/estimation.md, fitted to published runs; each is named here with its source.
 */

/** How the base weights lie in memory. */
export type WeightForm = "fp32" | "bf16" | "int8" | "gptq-int4" | "nf4" | "nf4-dq";

/** Facts of the trainer. The one of this project is in `trainer-stack.ts`; published runs bring others. */
export interface MemoryStack {
  device: "gpu" | "cpu";
  weights: WeightForm;
  /** Bytes a trainable parameter that stay: an adapter's weight, gradient and states; only the states when all train. */
  trainableBytes: number;
  /** Bytes a trainable parameter that live in the optimizer step alone, when all train: gradient and temporaries. */
  stepBytes: number;
  /** Unquantised weights and the residual stream in fp32, as PEFT's `prepare_model_for_kbit_training` makes them. */
  upcast: boolean;
  /** `eager` keeps the attention matrix. */
  attention: "fused" | "eager";
  /** torch.compile fuses elementwise work. */
  compile: boolean;
}

export interface MemoryInput {
  model: BaseModel;
  /** `full` trains all parameters. */
  method: "lora" | "qlora" | "full";
  loraParameters: number;
  /** The MLP has adapters, so its inputs are kept. */
  adaptsMlp: boolean;
  /** Sequences in a micro-batch and tokens of the longest. */
  microBatch: number;
  sequence: number;
  checkpointing: Checkpointing;
  lossPath: LossPath;
  stack: MemoryStack;
}

export interface Memory {
  /** What the training itself holds at its peak; adds up to `allocated`. */
  terms: Term[];
  allocated: Bytes;
  /** What the allocator may keep cached on top. */
  cached: Bytes;
  /** Context of the driver on a GPU; 0 on a CPU, where the process is a term of its own. */
  context: Bytes;
}

/**
 * Bytes a parameter of a linear layer inside the blocks. NF4: 4 bits + an fp32 scale a block of 64; with double
 * quantisation 8-bit scales + an fp32 scale a block of 256 (Dettmers et al. 2023, arXiv 2305.14314).
 */
const WEIGHT_BYTES: Record<WeightForm, number> = {
  fp32: 4,
  bf16: 2,
  int8: 1,
  "gptq-int4": 0.52,
  nf4: 0.5 + 4 / 64,
  "nf4-dq": 0.5 + 1 / 64 + 4 / (64 * 256),
};

/** Bytes a token and vocabulary entry that the loss holds at its peak (fitted; docs/estimation.md). */
const LOGIT_BYTES: Record<LossPath, number> = {
  "full-fp32": 15.2,
  full: 7.6,
  "chunked-kept": 13.3,
  chunked: 1.4,
  fused: 0,
};

/** The same for what the allocator keeps: nvidia-smi minus allocated on the fms-acceleration runs, and a fit. */
const CACHED_LOGIT_BYTES: Record<LossPath, number> = {
  "full-fp32": 10.9,
  full: 8.7,
  "chunked-kept": 10.9,
  chunked: 1.4,
  fused: 0.6,
};

/** CUDA context, cuBLAS and NCCL buffers: nvidia-smi minus reserved (fitted). */
const CONTEXT_BYTES = 2 * GB;

/** Python with torch, transformers, TRL and PEFT loaded; bitsandbytes on top (this project's trainer, measured). */
const PROCESS_BYTES = 0.6 * GB;
const BITSANDBYTES_BYTES = 0.1 * GB;

/**
 * Resident memory a byte of kept tensors on a CPU: glibc keeps freed blocks, and dropout keeps a copy of each adapter's
 * input (this project's trainer: SmolLM2-135M, 3.0 GB at batch 4, 4.6 to 5.9 GB at batch 8).
 */
const CPU_KEPT_FACTOR = 3;

export function memoryOf(input: MemoryInput): Memory {
  const terms = [...weightTerms(input), trainableTerm(input), ...peakTerms(input)].filter(
    (term) => term.value > 0,
  );
  const { stack, model, lossPath } = input;
  const onGpu = stack.device === "gpu";
  const tokens = input.microBatch * input.sequence;
  return {
    terms,
    allocated: terms.reduce((sum, term) => sum + term.value, 0),
    cached: onGpu ? CACHED_LOGIT_BYTES[lossPath] * model.vocab * tokens : 0,
    context: onGpu ? CONTEXT_BYTES : 0,
  };
}

function weightTerms({ model, method, stack }: MemoryInput): Term[] {
  const { linear, total } = model.parameters;
  const plain = WEIGHT_BYTES[stack.device === "cpu" ? "fp32" : "bf16"];
  const rest = stack.upcast ? WEIGHT_BYTES.fp32 : plain;
  const inBlocks = WEIGHT_BYTES[stack.weights];
  return [
    processTerm(stack, method === "qlora"),
    term("weights in the blocks", linear * inBlocks, `${stack.weights}, ${inBlocks} B a parameter`),
    term("embedding, head and norms", (total - linear) * rest, `never quantised, ${rest} B each`),
    method === "qlora"
      ? term(
          "one dequantised layer",
          0.86 * plain * model.hidden * model.mlpWidth,
          "alive at any time",
        )
      : term("one dequantised layer", 0, ""),
  ];
}

const processTerm = (stack: MemoryStack, quantised: boolean): Term =>
  stack.device === "gpu"
    ? term("process", 0, "")
    : term(
        "process",
        PROCESS_BYTES + (quantised ? BITSANDBYTES_BYTES : 0),
        "Python with torch, transformers, TRL and PEFT",
      );

function trainableTerm({ model, method, loraParameters, stack }: MemoryInput): Term {
  const note = `${stack.trainableBytes} B a trainable parameter`;
  return method === "full"
    ? term("optimizer states", stack.trainableBytes * model.parameters.total, note)
    : term("adapter and its states", stack.trainableBytes * loraParameters, note);
}

/** A batch and the optimizer step after it do not coexist: the larger counts. */
function peakTerms(input: MemoryInput): Term[] {
  const batch = batchTerms(input);
  const bytes = input.method === "full" ? input.stack.stepBytes * input.model.parameters.total : 0;
  const step = term("optimizer step", bytes, `${input.stack.stepBytes} B a parameter`);
  return step.value > batch.reduce((sum, { value }) => sum + value, 0) ? [step] : batch;
}

/** With checkpointing one layer's work and the logits do not coexist: the larger counts. */
function batchTerms(input: MemoryInput): Term[] {
  const { model, stack, checkpointing, lossPath } = input;
  const tokens = input.microBatch * input.sequence;
  const width = stack.device === "cpu" ? 4 : 2;
  const layer = layerBytes(input, width);
  const residual = model.layers * model.hidden * (stack.upcast ? 4 : width);
  const kept = { off: model.layers * layer.kept, on: residual, offloaded: 0 }[checkpointing];
  const work = checkpointing === "off" ? layer.backward : layer.kept + layer.backward;
  const logits = LOGIT_BYTES[lossPath] * model.vocab;
  const factor = stack.device === "cpu" ? CPU_KEPT_FACTOR : 1;
  const note = `${tokens} tokens in a micro-batch`;
  return [
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

/** Bytes a token that one block keeps for its backward pass, and works with during it (fitted). */
function layerBytes(input: MemoryInput, width: number) {
  const { model, method, adaptsMlp, sequence, stack, checkpointing } = input;
  const { hidden, heads, kvHeads, headDim } = model;
  const mlp = model.mlpWidth * model.expertsPerToken;
  const mlpCopies = model.mlp === "plain" ? 2 : adaptsMlp || method === "full" ? 4 : 3;
  const elements = 5.9 * hidden + 3 * heads * headDim + 6 * kvHeads * headDim + mlpCopies * mlp;
  const scores = stack.attention === "eager" ? 8.3 * heads * sequence : 0;
  const fused = stack.compile ? 0.75 : 1;
  // 4-bit layers also keep their dequantised inputs when nothing is recomputed (litgpt's tables; not seen on a CPU)
  const keepsInputs = method === "qlora" && checkpointing === "off" && stack.device === "gpu";
  const dequantised = keepsInputs ? 2.7 * (hidden + mlp) : 0;
  return {
    kept: fused * width * (elements + dequantised) + scores,
    backward: fused * width * (4.2 * hidden + 3.5 * mlp),
  };
}

const term = (name: string, value: number, note: string): Term => ({
  name,
  value: Math.round(value),
  note,
});
