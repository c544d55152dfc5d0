import { findModel } from "../../core/catalog/models.ts";
import { loraParameters } from "../../core/estimate/lora-parameters.ts";
import type { MemoryInput, MemoryStack } from "../../core/estimate/memory.ts";

/** bf16 weights, PEFT's adapter in fp32 on the attention layers, one GPU, 4 x 4,096 tokens, fused loss. */
export function memoryInput(
  model: string,
  {
    stack,
    ...changes
  }: Partial<Omit<MemoryInput, "stack">> & { stack?: Partial<MemoryStack> } = {},
): MemoryInput {
  const base = findModel(model);
  return {
    model: base,
    method: "lora",
    loraParameters: loraParameters(base, { r: 16, targetModules: ["q", "k", "v", "o"] }),
    adaptsMlp: false,
    microBatch: 4,
    sequence: 4096,
    meanSequence: null,
    accumulation: 1,
    checkpointing: "on",
    lossPath: "fused",
    gpus: 1,
    sharding: "none",
    ...changes,
    stack: {
      device: "gpu",
      weights: "bf16",
      trained: { state: 12, gradient: 4, step: 0 },
      upcast: false,
      attention: "fused",
      fusesKernels: false,
      keepsDequantisedInputs: false,
      copiesTiedHead: false,
      offloadsWeights: false,
      keepsShardedGradients: true,
      bucketBytes: 0,
      ...stack,
    },
  };
}
