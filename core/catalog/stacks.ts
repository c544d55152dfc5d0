/**
 * What training stacks do with memory, as their code does it: facts, not fits. A stack that is not here is taken for
 * Hugging Face's Trainer, on which most are built.
 */
export interface Stack {
  id: string;
  /** The stack by the name that a published run gives. */
  framework: RegExp;
  /** Bytes an adapter parameter: weight and moments that stay, gradient, and what the optimizer step adds. */
  adapter: StateBytes;
  /** The same a base parameter when all train; the weight itself counts with the weights. */
  full: StateBytes;
  /** Embedding and head lie in memory twice although the model ties them. */
  copiesTiedHead: boolean;
  /** Activation checkpoints go to host memory. */
  offloadsCheckpoints: boolean;
  /** 4-bit layers keep their dequantised inputs when nothing is recomputed. */
  keepsDequantisedInputs: boolean;
  /** Elementwise work runs in fused kernels, as with torch.compile. */
  fusesKernels: boolean;
  /** Bytes a parameter that the optimizer step reads and writes when all train. */
  stepTraffic: number;
  /** Loss in the 16-bit type of the weights: no autocast lifts the logits to fp32. */
  lossIn16Bits: boolean;
  /**
   * With sharded weights the gradients of all checkpoints stay until the backward pass has ended: fms-acceleration's runs
   * on two GPUs grow by one more tensor of width hidden a layer and token than those on one.
   */
  keepsShardedGradients: boolean;
  /** Buffers of the collectives, in bytes. */
  bucketBytes: number;
  source: string;
}

export interface StateBytes {
  state: number;
  gradient: number;
  step: number;
}

/** fp32 weight and two Adam moments; fp32 gradient (PEFT keeps adapters in fp32). */
const FP32_ADAPTER: StateBytes = { state: 12, gradient: 4, step: 0 };
const BF16_ADAPTER: StateBytes = { state: 6, gradient: 2, step: 0 };

/** bf16 moments and gradient; torch's foreach AdamW holds one temporary more a parameter during its step. */
const BF16_FULL: StateBytes = { state: 4, gradient: 2, step: 2 };

const HUGGING_FACE: Stack = {
  id: "hf-trainer",
  framework: /^hf|^ms-swift|^llamafactory|^qlora|sft/,
  adapter: FP32_ADAPTER,
  full: BF16_FULL,
  copiesTiedHead: false,
  offloadsCheckpoints: false,
  keepsDequantisedInputs: false,
  fusesKernels: false,
  stepTraffic: 24,
  lossIn16Bits: false,
  keepsShardedGradients: true,
  bucketBytes: 0,
  source:
    "huggingface/peft: adapters in fp32; foundation-model-stack/fms-acceleration: 10.0 B a parameter in full training",
};

export const STACKS: readonly Stack[] = [
  {
    ...HUGGING_FACE,
    id: "deepspeed",
    framework: /deepspeed/,
    // fp32 master weights and moments, 16-bit gradient; the step holds fp32 gradients and a copy of what it updates
    adapter: { state: 14, gradient: 2, step: 8 },
    full: { state: 12, gradient: 2, step: 8 },
    lossIn16Bits: true,
    bucketBytes: 0.8e9, // two buckets of 2e8 16-bit elements, as overlap_comm wants them
    source:
      "QwenLM/Qwen README: 23.7 B a parameter in full training; deepspeed runtime/fp16/fused_optimizer.py",
  },
  {
    ...HUGGING_FACE,
    id: "unsloth",
    framework: /unsloth/,
    offloadsCheckpoints: true,
    fusesKernels: true,
    source: 'unslothai/unsloth: use_gradient_checkpointing = "unsloth"',
  },
  {
    ...HUGGING_FACE,
    id: "surogate",
    framework: /^surogate/,
    fusesKernels: true,
    source: "invergent-ai/surogate: an engine in C++",
  },
  {
    ...HUGGING_FACE,
    id: "llm-foundry",
    framework: /composer|llm-foundry/,
    fusesKernels: true,
    source: "mosaicml/llm-foundry scripts/train/benchmarking",
  },
  {
    ...HUGGING_FACE,
    id: "litgpt",
    framework: /litgpt/,
    adapter: BF16_ADAPTER,
    copiesTiedHead: true,
    keepsDequantisedInputs: true,
    source:
      "Lightning-AI/litgpt: bf16-true; lm_head is a module of its own; QLoRA rows of config_hub/finetune/README.md",
  },
  {
    ...HUGGING_FACE,
    id: "torchtune",
    framework: /torchtune/,
    adapter: BF16_ADAPTER,
    full: { ...BF16_FULL, step: 0 },
    keepsShardedGradients: false,
    source: "pytorch/torchtune recipes/configs: fused AdamW, bf16",
  },
  {
    ...HUGGING_FACE,
    id: "tunekit",
    framework: /tunekit/,
    source: "jobs/trainer: TRL and PEFT",
  },
  HUGGING_FACE,
];

/** A stack by the name that a published run gives; Hugging Face's Trainer when nobody knows the name. */
export const findStack = (framework: string): Stack =>
  STACKS.find((stack) => stack.framework.test(framework)) ?? HUGGING_FACE;
