import { findGpu, type Gpu, type GpuName } from "../catalog/gpus.ts";
import { findInstanceType } from "../catalog/instance-types.ts";
import { lookupPrice } from "../catalog/prices.ts";
import { ownedRates, type Rate, rentedRates } from "../catalog/rates.ts";
import type { OwnedHardware } from "../spec/platform-config.ts";
import { GiB } from "../units.ts";
import { costOf } from "./cost.ts";
import type { Assumption, Estimate, Placement, Unknown } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import {
  CPU_SPEED_SWING,
  rangeOf,
  SPEED_SWING,
  type Swing,
  sumOf,
  swingOfUnknown,
  UNMEASURED_CARD,
  UNPACKED,
} from "./interval.ts";
import { adapterBytes, adaptsMlp, loraParameters } from "./lora-parameters.ts";
import type { MemoryInput } from "./memory.ts";
import { memoryEstimate, usableBytes } from "./memory-fit.ts";
import { type SpeedInput, speedOf } from "./speed.ts";
import { timeOf } from "./time.ts";
import { type TrainedTokens, trainedTokens } from "./trained-tokens.ts";
import { type TrainerStack, trainerStack } from "./trainer-stack.ts";
import { placedJob } from "./variant.ts";

/**
 * Memory, speed, time and cost of the job on one placement. What the job leaves open is an assumption and widens the
 * interval; a price that cannot be given is an `unknowns` entry and the cost is null. The nearest published runs are not
 * looked up: `withNearest` adds them to what is shown.
 * @throws CatalogError for a GPU, instance type or target module that the catalog lacks.
 */
export function estimatePlacement(asked: EstimateInput, placement: Placement): Estimate {
  const input = { ...asked, job: placedJob(asked.job, placement) };
  const { job, model, tokens, book } = input;
  const gpu = findGpu(placement.gpu);
  const machine = ownedMachine(input, placement);
  const stack = trainerStack(job, placement.gpu as GpuName);
  const trained = trainedTokens(job, tokens, placement.gpuCount);
  const memoryInput = memoryInputOf(input, stack);
  const { speed, swings } = speedAndSwings(input, placement, gpu, stack, trained);
  const adapter = adapterBytes(model, job.lora);
  const network = machine || gpu.kind === "cpu" ? null : findInstanceType(placement.instanceType);
  const time = timeOf({
    job,
    model,
    tokens,
    trainedTokens: trained.total,
    gpu,
    speed,
    swings,
    adapterBytes: adapter,
    nodeNetworkBits: network?.networkBits ?? null,
  });
  const priced = ratesOf(input, placement, machine);
  const money =
    "unknown" in priced
      ? null
      : costOf({
          rates: priced,
          parts: time.parts,
          share: placement.gpuCount / placement.nodeGpus,
          startsNode: network !== null,
          spotCheckpointSeconds:
            placement.capacity === "spot" ? checkpointSeconds(input, trained, speed) : null,
          sweepRuns: job.sweepRuns,
          labelling: { microUsd: job.labellingCost, asOf: input.now.slice(0, 10) },
        });
  return {
    schemaVersion: 1,
    placement,
    memory: memoryEstimate(memoryInput, job.stack, usableBytes(gpu, machine)),
    speed: rangeOf(speed.tokensPerSecond, [swings.speed]),
    time: {
      ...sumOf(time.parts.map(({ seconds }) => seconds)),
      terms: time.parts.map(({ name, seconds, note }) => ({
        name,
        value: seconds.expected,
        note,
      })),
    },
    cost: money?.cost ?? null,
    adapterBytes: adapter,
    loraParameters: loraParameters(model, job.lora),
    trainedTokens: trained.total,
    assumptions: [
      ...stack.assumptions,
      trained.assumption,
      {
        name: "token counts",
        value: `mean ${Math.round(tokens.meanTokens)}`,
        source: tokens.source,
      },
      ...deviceAssumptions(placement, gpu, machine),
      ...time.assumptions,
      ...(money?.assumptions ?? []),
    ],
    nearest: null,
    unknowns: "unknown" in priced ? [priced.unknown] : [],
    priceBook: { id: book.id, digest: book.digest, asOf: book.asOf },
  };
}

function ownedMachine(
  { platform }: EstimateInput,
  placement: Placement,
): OwnedHardware | undefined {
  if (placement.provider !== "owned") return undefined;
  return platform.owned.find(({ name }) => name === placement.instanceType);
}

/** The batch that needs most: every sequence as long as the longest. `job` is the placed one. */
export function memoryInputOf(
  { job, model, tokens }: EstimateInput,
  stack: TrainerStack,
): MemoryInput {
  const { maxLength, batchSize } = job.training;
  return {
    model,
    method: job.method,
    loraParameters: loraParameters(model, job.lora),
    adaptsMlp: adaptsMlp(job.lora.targetModules),
    microBatch: batchSize,
    sequence: stack.packing ? maxLength : Math.min(tokens.longestTokens, maxLength),
    checkpointing: stack.checkpointing,
    lossPath: stack.lossPath,
    stack: stack.memory,
  };
}

function speedAndSwings(
  { job, model }: EstimateInput,
  placement: Placement,
  gpu: Gpu,
  stack: TrainerStack,
  trained: TrainedTokens,
) {
  const input: SpeedInput = {
    model,
    method: job.method,
    gpu,
    gpuCount: placement.gpuCount,
    microBatch: job.training.batchSize,
    sequence: trained.perExample,
    checkpointing: stack.checkpointing,
  };
  const speed = speedOf(input);
  const other = speedOf({ ...input, checkpointing: stack.checkpointing === "off" ? "on" : "off" });
  const unknown =
    job.stack.checkpointing === undefined
      ? swingOfUnknown(speed.tokensPerSecond, other.tokensPerSecond)
      : undefined;
  const known: Swing[] = [gpu.kind === "cpu" ? CPU_SPEED_SWING : SPEED_SWING];
  if (gpu.bestUtilisation === null) known.push(UNMEASURED_CARD);
  if (gpu.kind === "gpu" && !stack.packing) known.push(UNPACKED);
  const { low, high } = rangeOf(1, unknown ? [...known, unknown] : known);
  return { speed, swings: { speed: { low, high }, tokens: trained.swing } };
}

function checkpointSeconds(
  { job }: EstimateInput,
  trained: TrainedTokens,
  { tokensPerSecond }: { tokensPerSecond: number },
): number {
  const { steps, checkpointEverySteps } = job.training;
  return (trained.total / tokensPerSecond) * Math.min(1, checkpointEverySteps / steps);
}

function ratesOf(
  { platform, book, now }: EstimateInput,
  placement: Placement,
  machine: OwnedHardware | undefined,
): Rate[] | { unknown: Unknown } {
  const maxAgeDays = platform.policy.priceMaxAgeDays;
  if (placement.region !== null) {
    const price = lookupPrice(book, { ...placement, region: placement.region, maxAgeDays, now });
    return "unknown" in price ? price : rentedRates(price);
  }
  if (machine) return ownedRates(machine, maxAgeDays, now);
  return {
    unknown: {
      code: "PriceUnknown",
      message: `nobody has entered what the machine "${placement.instanceType}" costs`,
      fix: "describe it under owned in tunekit.yaml: capital, life, use, watts, price of power",
    },
  };
}

function deviceAssumptions(
  { gpu: name }: Placement,
  gpu: Gpu,
  machine: OwnedHardware | undefined,
): Assumption[] {
  const assumptions: Assumption[] = [
    { name: "speed of the device", value: `${gpu.flops / 1e12} TFLOP/s`, source: gpu.source },
  ];
  if (gpu.bestUtilisation === null) {
    assumptions.push({
      name: "best utilisation of the device",
      value: "0.6",
      source: `no published speed of ${name}: between the cards that have one`,
    });
  }
  if (gpu.kind === "cpu" && machine?.memoryGiB === undefined) {
    assumptions.push({
      name: "memory of the machine",
      value: `${gpu.memoryBytes / GiB} GiB`,
      source: "assumed: enter memoryGiB under owned in tunekit.yaml",
    });
  }
  if (machine) {
    assumptions.push({
      name: `use of "${machine.name}"`,
      value: `${machine.lifeYears} years, ${Math.round(100 * machine.utilisation)} % of the hours, ${machine.watts} W`,
      source: machine.source,
    });
  }
  return assumptions;
}
