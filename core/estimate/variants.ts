import { CHECKPOINTINGS, METHODS, type TrainingJob, type Variable } from "../spec/training-job.ts";
import type { Placement, Variant } from "./estimate.ts";
import { variantOf } from "./variant.ts";

/** One way to run the job on a card: on how many of it, and how. */
export type Way = Pick<Placement, "gpuCount" | "variant">;

/**
 * Every way that the job allows on a device with up to `gpus` GPUs, the job's own choices first. Micro-batch x
 * accumulation x GPUs stays what the job says, so a micro-batch is a divisor of the examples that one GPU takes in a step.
 * The machine at hand without a GPU is one device. Checkpoints are never moved to host memory (`offloaded`) unless the job
 * says so itself: the trainer of this project refuses it, so only who brings another trainer can choose it.
 */
export function waysOf(job: TrainingJob, device: "gpu" | "cpu", gpus: number): Way[] {
  const { placement, training } = job;
  const own = variantOf(job);
  const varies = (variable: Variable): boolean => placement.vary.includes(variable);
  const examples = training.batchSize * training.gradientAccumulation * placement.gpuCount;
  const most = device === "cpu" ? 1 : placement.gpuCount;
  const counts = varies("gpuCount") ? ownFirst(most, upTo(most)) : [most];
  const methods = varies("method") ? ownFirst(own.method, METHODS) : [own.method];
  const checkpointings: Variant["checkpointing"][] = varies("checkpointing")
    ? CHECKPOINTINGS.filter(
        (each) => each !== "offloaded" || (device === "gpu" && own.checkpointing === each),
      )
    : [own.checkpointing];
  return counts
    .filter((gpuCount) => gpuCount <= gpus && examples % gpuCount === 0)
    .flatMap((gpuCount) => {
      const perGpu = examples / gpuCount;
      const batches = varies("microBatch")
        ? ownFirst(own.microBatch, divisors(perGpu))
        : [own.microBatch].filter((microBatch) => perGpu % microBatch === 0);
      return batches.flatMap((microBatch) =>
        methods.flatMap((method) =>
          ownFirst(own.checkpointing, checkpointings).map((checkpointing) => ({
            gpuCount,
            variant: {
              method,
              microBatch,
              gradientAccumulation: perGpu / microBatch,
              checkpointing,
            },
          })),
        ),
      );
    });
}

const upTo = (most: number): number[] => Array.from({ length: most }, (_, index) => index + 1);

function divisors(whole: number): number[] {
  const small = upTo(Math.floor(Math.sqrt(whole))).filter((part) => whole % part === 0);
  const large = small.map((part) => whole / part).reverse();
  return [...new Set([...small, ...large])];
}

/** The job's own choice before the others, where it is among them. */
const ownFirst = <T>(own: T, all: readonly T[]): T[] =>
  all.includes(own) ? [own, ...all.filter((each) => each !== own)] : [...all];
