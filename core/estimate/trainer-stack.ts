import type { GpuName } from "../catalog/gpus.ts";
import { GPUS } from "../catalog/gpus.ts";
import type { Checkpointing, LossPath, TrainingJob } from "../spec/training-job.ts";
import type { Assumption } from "./estimate.ts";
import type { MemoryStack } from "./memory.ts";

/** What the trainer does on a device, with what the job says taken over it. */
export interface TrainerStack {
  memory: MemoryStack;
  checkpointing: Checkpointing;
  lossPath: LossPath;
  packing: boolean;
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
  { method, quantization, stack }: TrainingJob,
  gpu: GpuName,
): TrainerStack {
  const device = GPUS[gpu].kind;
  const fullWeights = device === "cpu" ? "fp32" : "bf16";
  const assumptions: Assumption[] = [];
  const settled = <T>(name: string, said: T | undefined, byDefault: T, source: string): T => {
    if (said === undefined) assumptions.push({ name, value: String(byDefault), source });
    return said ?? byDefault;
  };
  return {
    checkpointing: settled(
      "checkpointing",
      stack.checkpointing,
      device === "gpu" ? "on" : "off",
      TRAINER,
    ),
    lossPath: settled("lossPath", stack.lossPath, "fused", "loss nll of TRL 1.16: tiled head"),
    packing: settled("packing", stack.packing, false, TRAINER),
    memory: {
      device,
      weights: method === "lora" ? fullWeights : quantization.doubleQuant ? "nf4-dq" : "nf4",
      trainableBytes: 16,
      stepBytes: 0,
      upcast: false,
      attention: "fused",
      compile: false,
    },
    assumptions,
  };
}
