import type { GpuName } from "../catalog/gpus.ts";
import { TIERS } from "../spec/tier.ts";
import { SHARDINGS } from "../spec/training-job.ts";
import type { Estimate, Placement } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import { estimatePlacement } from "./estimate-placement.ts";
import { placements } from "./placements.ts";
import { byCost } from "./preference.ts";
import { trainerStack } from "./trainer-stack.ts";
import { placedJob, variantOf } from "./variant.ts";

/**
 * Settings of which a change writes one; two changes of one setting exclude each other. Those that keep what is learned come
 * first.
 */
export const FIT_SETTINGS = [
  "micro-batch",
  "checkpointing",
  "loss path",
  "sharding",
  "tier",
  "method",
  "length",
] as const;
export type FitSetting = (typeof FIT_SETTINGS)[number];

/** A job on a placement, of which one thing or several are changed. The job is as it runs there: nothing varies. */
export interface Trial {
  input: EstimateInput;
  placement: Placement;
}

/** From what costs a reader least to what costs most. */
export const LEARNS = ["the same", "differently", "from fewer tokens"] as const;

export interface FitChange {
  setting: FitSetting;
  /** What to write, in the job's own words. */
  text: string;
  /** What is learned stays the same, is another, or is learned from fewer tokens: costs then cannot be compared. */
  learns: (typeof LEARNS)[number];
  apply(trial: Trial): Trial;
}

export const trialOf = (input: EstimateInput, placement: Placement): Trial => ({
  input: { ...input, job: placedJob(input.job, placement) },
  placement,
});

/** Every single change that may lower what the job needs, or bring more memory. Examples of a step stay the same. */
export const fitChanges = (trial: Trial): FitChange[] => [
  ...smallerMicroBatches(trial),
  ...checkpointing(trial),
  ...fusedLoss(trial),
  ...moreSharding(trial),
  ...otherTiers(trial),
  ...quantisedBase(trial),
  ...shorterSequences(trial),
];

/** Each micro-batch that divides the examples which a GPU sees in a step; the rest is accumulated. Largest first. */
function smallerMicroBatches({ input }: Trial): FitChange[] {
  const { batchSize, gradientAccumulation } = input.job.training;
  const examples = batchSize * gradientAccumulation;
  return Array.from({ length: batchSize - 1 }, (_, index) => batchSize - 1 - index)
    .filter((microBatch) => examples % microBatch === 0)
    .map((microBatch) => {
      const accumulation = examples / microBatch;
      return {
        setting: "micro-batch",
        text: `training.batchSize ${microBatch} with gradientAccumulation ${accumulation}`,
        learns: "the same",
        apply: changeJob(({ training, ...job }) => ({
          ...job,
          training: { ...training, batchSize: microBatch, gradientAccumulation: accumulation },
        })),
      };
    });
}

/** One checkpoint a layer. To move them to host memory is no way out: the trainer of this project refuses `offloaded`. */
function checkpointing({ input: { job }, placement }: Trial): FitChange[] {
  if (trainerStack(job, placement.gpu as GpuName).checkpointing !== "off") return [];
  return [
    {
      setting: "checkpointing",
      text: "stack.checkpointing on",
      learns: "the same",
      apply: changeJob(({ stack, ...job }) => ({
        ...job,
        stack: { ...stack, checkpointing: "on" },
      })),
    },
  ];
}

/** Several GPUs can share out what each holds by itself, with a trainer that shards: a job says that it has one by `sharding`. */
function moreSharding({ input: { job }, placement }: Trial): FitChange[] {
  const { sharding: now } = job.stack;
  if (placement.gpuCount === 1 || now === undefined) return [];
  return SHARDINGS.slice(SHARDINGS.indexOf(now) + 1).map((sharding) => ({
    setting: "sharding",
    text: `stack.sharding ${sharding}`,
    learns: "the same",
    apply: changeJob(({ stack, ...job }) => ({ ...job, stack: { ...stack, sharding } })),
  }));
}

function fusedLoss({ input: { job }, placement }: Trial): FitChange[] {
  if (trainerStack(job, placement.gpu as GpuName).lossPath === "fused") return [];
  return [
    {
      setting: "loss path",
      text: "stack.lossPath fused",
      learns: "the same",
      apply: changeJob(({ stack, ...job }) => ({ ...job, stack: { ...stack, lossPath: "fused" } })),
    },
  ];
}

function quantisedBase({ input: { job } }: Trial): FitChange[] {
  if (job.method === "qlora") return [];
  return [
    {
      setting: "method",
      text: "method qlora",
      learns: "differently",
      apply: changeJob((changed) => ({ ...changed, method: "qlora" })),
    },
  ];
}

/** Only packed sequences are filled up to the limit; an example that is padded is as long as it is. */
function shorterSequences({ input: { job, tokens }, placement }: Trial): FitChange[] {
  const { packing } = trainerStack(job, placement.gpu as GpuName);
  const { longestTokens } = tokens;
  if (!packing || longestTokens >= job.training.maxLength) return [];
  return [
    {
      setting: "length",
      text: `training.maxLength ${longestTokens}, the longest example`,
      learns: "from fewer tokens", // in each step
      apply: changeJob(({ training, ...changed }) => ({
        ...changed,
        training: { ...training, maxLength: longestTokens },
      })),
    },
  ];
}

/**
 * The machines of the platform's other tiers with the job's capacity and region. Of those with the same cards the cheapest
 * stands for all: they differ in what an hour costs, and not in what fits.
 */
function otherTiers({ input, placement }: Trial): FitChange[] {
  const { job, platform } = input;
  const tiers = TIERS.filter((tier) => tier !== placement.tier && platform.tiers.includes(tier));
  const elsewhere = placements({
    ...input,
    job: { ...job, placement: { ...job.placement, tiers } },
  }).map((other) => estimatePlacement(input, other));
  const cheapest = new Map<string, Estimate>();
  for (const estimate of elsewhere.toSorted(byCost)) {
    const { tier, capacity, gpu } = estimate.placement;
    const kind = `${tier} ${capacity} ${gpu} ${estimate.memory.usableBytes}`;
    if (!cheapest.has(kind)) cheapest.set(kind, estimate);
  }
  return [...cheapest.values()].map(({ placement: other }) => ({
    setting: "tier",
    text: `tier ${other.tier} (${other.instanceType} ${other.capacity})`,
    learns: "the same",
    apply: (trial) => ({
      ...trial,
      placement: { ...other, variant: trial.placement.variant },
    }),
  }));
}

const changeJob =
  (change: (job: Trial["input"]["job"]) => Trial["input"]["job"]) =>
  ({ input, placement }: Trial): Trial => {
    const job = change(input.job);
    return { input: { ...input, job }, placement: { ...placement, variant: variantOf(job) } };
  };
