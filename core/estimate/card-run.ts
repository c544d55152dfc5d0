import { findGpu, type Gpu, type GpuName } from "../catalog/gpus.ts";
import type { OwnedHardware } from "../spec/platform-config.ts";
import type { TrainingJob } from "../spec/training-job.ts";
import type { Bytes } from "../units.ts";
import { calibrateMemory, calibrateSpeed, type PastRuns, pastRuns } from "./calibrate-estimate.ts";
import type { Estimate, Placement } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import {
  CPU_SPEED_SWING,
  rangeOf,
  type Swing,
  swingOfUnknown,
  UNMEASURED_CARD,
} from "./interval.ts";
import { adaptsMlp, loraParameters } from "./lora-parameters.ts";
import { measuredSwing } from "./measured-swing.ts";
import { type MemoryInput, memoryOf } from "./memory.ts";
import { memoryEstimate, usableBytes } from "./memory-fit.ts";
import { bestUtilisation, type Speed, type SpeedInput, speedOf } from "./speed.ts";
import { type TrainedTokens, trainedTokens } from "./trained-tokens.ts";
import { type TrainerStack, trainerStack } from "./trainer-stack.ts";
import { placedJob } from "./variant.ts";

/** What the job does on a card, whatever machine the card sits in: all that two machines of one card share. */
export interface CardRun {
  /** The placed job. */
  job: TrainingJob;
  gpu: Gpu;
  gpuName: string;
  stack: TrainerStack;
  trained: TrainedTokens;
  speed: Speed;
  /** Of the speed, and of the number of trained tokens. */
  swings: { speed: Swing; tokens: Swing };
  /** What settled runs of this kind correct; `speed` and its swing are corrected already. */
  past: PastRuns;
  /** The speed before that. */
  raw: { speed: Speed; swing: Swing };
}

/**
 * @param past what settled runs say of this GPU and method, for who asks for many runs of a kind
 * @throws CatalogError for a GPU that the catalog lacks.
 */
export function cardRun(
  { job: asked, model, tokens, calibration = [] }: EstimateInput,
  placement: Pick<Placement, "gpu" | "gpuCount" | "variant">,
  past = pastRuns(calibration, { gpu: placement.gpu, method: placement.variant.method }),
): CardRun {
  const job = placedJob(asked, placement);
  const gpu = findGpu(placement.gpu);
  const stack = trainerStack(job, placement.gpu as GpuName);
  const trained = trainedTokens(job, tokens, placement.gpuCount);
  const input: SpeedInput = {
    model,
    method: job.method,
    gpu,
    gpuCount: placement.gpuCount,
    sharding: stack.sharding,
    microBatch: job.training.batchSize,
    sequence: trained.perExample,
    accumulation: job.training.gradientAccumulation,
    checkpointing: stack.checkpointing,
    stack: stack.speed,
  };
  const rawSpeed = speedOf(input);
  const raw = { speed: rawSpeed, swing: speedSwing(input, rawSpeed, job, stack, placement.gpu) };
  const { speed, swing } = calibrateSpeed(raw, past.speed);
  const swings = { speed: swing, tokens: trained.swing };
  return { job, gpu, gpuName: placement.gpu, stack, trained, speed, swings, past, raw };
}

function speedSwing(
  input: SpeedInput,
  { tokensPerSecond }: Speed,
  job: TrainingJob,
  stack: TrainerStack,
  gpuName: string,
): Swing {
  const { gpu, method } = input;
  const swings: Swing[] = [
    gpu.kind === "cpu"
      ? CPU_SPEED_SWING
      : measuredSwing("speed", { stack: stack.id, method, gpu: gpuName }),
  ];
  if (bestUtilisation(gpu) === null) swings.push(UNMEASURED_CARD);
  if (input.gpuCount > 1 && job.stack.sharding === undefined) {
    const other = speedOf({ ...input, sharding: "zero3" });
    const unknown = swingOfUnknown(tokensPerSecond, other.tokensPerSecond);
    if (unknown) swings.push(unknown);
  }
  const { low, high } = rangeOf(1, swings);
  return { low, high };
}

/** What the run needs of a card's memory, or of the owned machine's where it has no card. */
export const memoryOnCard = (
  input: EstimateInput,
  run: Pick<CardRun, "job" | "gpu" | "gpuName" | "stack" | "past">,
  machine: OwnedHardware | undefined,
): Estimate["memory"] => calibrateMemory(rawMemoryOnCard(input, run, machine), run.past.memory);

/** The same before past runs correct it, with the peak that a trainer reports. */
export function rawMemoryOnCard(
  input: EstimateInput,
  run: Pick<CardRun, "job" | "gpu" | "gpuName" | "stack">,
  machine: OwnedHardware | undefined,
): { memory: Estimate["memory"]; peak: Bytes } {
  const need = memoryInputOf(input, run);
  return {
    memory: memoryEstimate(
      need,
      run,
      usableBytes(run.gpu, machine),
      run.stack.packing ? 1 : input.tokens.lengthSpread,
    ),
    peak: memoryOf(need).allocated,
  };
}

/** The batch that needs most: every sequence as long as the longest. */
export function memoryInputOf(
  { model, tokens }: EstimateInput,
  { job, stack }: Pick<CardRun, "job" | "stack">,
): MemoryInput {
  const { maxLength, batchSize } = job.training;
  return {
    model,
    method: job.method,
    loraParameters: loraParameters(model, job.lora),
    adaptsMlp: adaptsMlp(job.lora.targetModules),
    microBatch: batchSize,
    sequence: stack.packing ? maxLength : Math.min(tokens.longestTokens, maxLength),
    meanSequence: stack.packing ? null : Math.min(tokens.meanTokens, maxLength),
    accumulation: job.training.gradientAccumulation,
    checkpointing: stack.checkpointing,
    lossPath: stack.lossPath,
    gpus: job.placement.gpuCount,
    sharding: stack.sharding,
    stack: stack.memory,
  };
}
