import { describe, expect, it } from "vitest";
import type { TrainingJob } from "../../../core/spec/training-job.ts";
import { refuseElsewhere } from "../../../sdk/local/refuse-elsewhere.ts";
import { jobWith } from "../../support/estimate-input.ts";
import { exampleEstimate } from "../../support/example-estimate.ts";

const estimate = exampleEstimate();
const here = (gpuCount = 1) => ({
  ...estimate,
  placement: { ...estimate.placement, capacity: "owned" as const, gpuCount },
});
const withStack = (stack: Record<string, unknown>): TrainingJob => jobWith({ stack });

describe("what this machine trains", () => {
  it.each(["on", "off"])("checkpointing %s", (checkpointing) => {
    expect(() => refuseElsewhere(withStack({ checkpointing }), here())).not.toThrow();
  });

  it.each([
    ["stack.lossPath", { lossPath: "full" }],
    ["stack.packing", { checkpointing: "on", packing: true }],
    ["stack.sharding", { sharding: "zero3" }],
  ])("not %s", (path, stack) => {
    expect(() => refuseElsewhere(withStack(stack), here())).toThrow(
      expect.objectContaining({
        code: "StackNotHere",
        path,
        message: `the trainer here does not follow ${path}`,
        fix: "leave it out: it describes trainers of your own",
      }),
    );
  });

  it("not offloaded checkpoints", () => {
    expect(() => refuseElsewhere(withStack({ checkpointing: "offloaded" }), here())).toThrow(
      expect.objectContaining({
        code: "StackNotHere",
        path: "stack.checkpointing",
        fix: 'set stack.checkpointing to "on" or "off", and take "checkpointing" out of placement.vary',
      }),
    );
  });

  it("not on several GPUs", () => {
    expect(() => refuseElsewhere(jobWith(), here(2))).toThrow(
      expect.objectContaining({
        code: "OneGpuHere",
        path: "placement.gpuCount",
        message: "the job was placed on 2 GPUs, and the trainer here uses one",
        fix: "set placement.gpuCount to 1, with gradientAccumulation for the examples of a step",
      }),
    );
  });
});
