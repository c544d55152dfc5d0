import { InputError } from "../../core/errors.ts";
import type { Estimate } from "../../core/estimate/estimate.ts";
import type { TrainingJob } from "../../core/spec/training-job.ts";

/**
 * Refuses a job that this machine cannot run as it was judged: another machine's price and time would be recorded.
 * @throws InputError `NotThisMachine`, `PriceUnknown`, `StackNotHere`, `OneGpuHere`, `SweepNotHere`
 */
export function refuseElsewhere(job: TrainingJob, { placement, cost }: Estimate): void {
  if (placement.capacity !== "owned") {
    throw new InputError(
      "NotThisMachine",
      `the approved place is ${placement.instanceType}, and this client trains on the machine at hand alone`,
      {
        path: "placement",
        fix: "allow a tier that tunekit.yaml lists under `owned`, or submit the job to a cluster that has this one",
      },
    );
  }
  if (cost === null) {
    throw new InputError("PriceUnknown", "a run without a price cannot be accounted for", {
      path: "owned",
      fix: "enter what this machine costs under `owned` in tunekit.yaml",
    });
  }
  const { checkpointing, ...others } = job.stack;
  const [key] = Object.keys(others);
  if (key) {
    throw new InputError("StackNotHere", `the trainer here does not follow stack.${key}`, {
      path: `stack.${key}`,
      fix: "leave it out: it describes trainers of your own",
    });
  }
  if (checkpointing === "offloaded") {
    throw new InputError("StackNotHere", "the trainer here does not offload checkpoints", {
      path: "stack.checkpointing",
      fix: 'set stack.checkpointing to "on" or "off", and take "checkpointing" out of placement.vary',
    });
  }
  if (placement.gpuCount > 1) {
    throw new InputError(
      "OneGpuHere",
      `the job was placed on ${placement.gpuCount} GPUs, and the trainer here uses one`,
      {
        path: "placement.gpuCount",
        fix: "set placement.gpuCount to 1, with gradientAccumulation for the examples of a step",
      },
    );
  }
  if (job.sweepRuns > 1) {
    throw new InputError(
      "SweepNotHere",
      `sweepRuns prices ${job.sweepRuns} runs, and a submit trains one`,
      {
        path: "sweepRuns",
        fix: "submit each run of the sweep as a job of its own, with sweepRuns 1",
      },
    );
  }
}
