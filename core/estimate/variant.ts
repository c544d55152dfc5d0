import type { TrainingJob } from "../spec/training-job.ts";
import type { Placement, Variant } from "./estimate.ts";
import { labelOf } from "./preference.ts";

/** The job as it is written, before the planner changes anything. */
export const variantOf = ({ method, training, stack }: TrainingJob): Variant => ({
  method,
  microBatch: training.batchSize,
  gradientAccumulation: training.gradientAccumulation,
  checkpointing: stack.checkpointing ?? null,
});

/** The job with the placement's choices written into it: what is trained, priced and recorded. Nothing is left to vary. */
export function placedJob(
  job: TrainingJob,
  { gpuCount, variant }: Pick<Placement, "gpuCount" | "variant">,
): TrainingJob {
  const { method, microBatch, gradientAccumulation, checkpointing } = variant;
  return {
    ...job,
    method,
    training: { ...job.training, batchSize: microBatch, gradientAccumulation },
    stack: checkpointing === null ? job.stack : { ...job.stack, checkpointing },
    placement: { ...job.placement, gpuCount, vary: [] },
  };
}

/** A planner may change how the job runs: it has a choice, or the job asks for several GPUs where there may be none. */
export const leavesOpen = ({ placement }: TrainingJob): boolean =>
  placement.vary.length > 0 || placement.gpuCount > 1;

/** What the placement changes of how the job is written, in words: `qlora`, `micro-batch 2 x 4`, `checkpointing off`. */
export function changesOf(
  job: TrainingJob,
  { gpuCount, variant }: Pick<Placement, "gpuCount" | "variant">,
): string[] {
  const own = variantOf(job);
  const { method, microBatch, gradientAccumulation, checkpointing } = variant;
  return [
    ...(gpuCount === job.placement.gpuCount ? [] : [gpus(gpuCount)]),
    ...(method === own.method ? [] : [method]),
    ...(microBatch === own.microBatch && gradientAccumulation === own.gradientAccumulation
      ? []
      : [`micro-batch ${microBatch} x ${gradientAccumulation}`]),
    ...(checkpointing === own.checkpointing ? [] : [`checkpointing ${checkpointing}`]),
  ];
}

/** The machine, and what is changed of the job there: `g6.2xlarge on-demand, us-east-1, 1 L4, micro-batch 8 x 1`. */
export const placedLabel = (job: TrainingJob, placement: Placement): string =>
  [labelOf({ placement }), ...changesOf(job, placement)].join(", ");

/** `1 GPU`, `4 GPUs`. */
export const gpus = (count: number): string => `${count} GPU${count === 1 ? "" : "s"}`;
