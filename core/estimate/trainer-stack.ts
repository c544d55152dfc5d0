import type { GpuName } from "../catalog/gpus.ts";
import { GPUS } from "../catalog/gpus.ts";
import { findStack } from "../catalog/stacks.ts";
import type { Checkpointing, LossPath, Sharding, TrainingJob } from "../spec/training-job.ts";
import type { Assumption } from "./estimate.ts";
import type { MemoryStack } from "./memory.ts";
import type { SpeedStack } from "./speed.ts";

/** What the trainer does on a device, with what the job says taken over it. */
export interface TrainerStack {
  /** Id in the catalog of stacks. */
  id: string;
  memory: MemoryStack;
  speed: SpeedStack;
  checkpointing: Checkpointing;
  lossPath: LossPath;
  packing: boolean;
  sharding: Sharding;
  /** One for each setting that the job leaves to the trainer. */
  assumptions: Assumption[];
}

const TRAINER = "default of jobs/trainer";

/**
 * The trainer of this project (jobs/trainer, TRL `SFTTrainer` + PEFT): bf16 with gradient checkpointing on a GPU, fp32
 * without on a CPU; TRL's loss `nll` computes the head in tiles and never holds the logits; PEFT adapters in fp32, with
 * gradient and two Adam states 16 B a parameter; the unquantised weights are not cast up.
 */
export function trainerStack(
  { method, quantization, stack, placement }: TrainingJob,
  gpu: GpuName,
): TrainerStack {
  const facts = findStack("tunekit");
  const device = GPUS[gpu].kind;
  const fullWeights = device === "cpu" ? "fp32" : "bf16";
  const assumptions: Assumption[] = [];
  const settled = <T>(name: string, said: T | undefined, byDefault: T, source: string): T => {
    if (said === undefined) assumptions.push({ name, value: String(byDefault), source });
    return said ?? byDefault;
  };
  return {
    id: facts.id,
    checkpointing: settled(
      "checkpointing",
      stack.checkpointing,
      device === "gpu" ? "on" : "off",
      TRAINER,
    ),
    lossPath: settled("lossPath", stack.lossPath, "fused", "loss nll of TRL 1.16: tiled head"),
    packing: settled("packing", stack.packing, false, TRAINER),
    sharding:
      placement.gpuCount > 1
        ? settled("sharding", stack.sharding, "none", "each GPU holds the whole model")
        : "none",
    memory: {
      device,
      weights: method === "lora" ? fullWeights : quantization.doubleQuant ? "nf4-dq" : "nf4",
      trained: facts.adapter,
      upcast: false,
      attention: "fused",
      fusesKernels: facts.fusesKernels,
      keepsDequantisedInputs: facts.keepsDequantisedInputs,
      copiesTiedHead: facts.copiesTiedHead,
      offloadsWeights: false,
      keepsShardedGradients: facts.keepsShardedGradients,
      bucketBytes: facts.bucketBytes,
    },
    speed: {
      id: facts.id,
      fusesKernels: facts.fusesKernels,
      stepTraffic: facts.stepTraffic,
    },
    assumptions,
  };
}
