import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { variantOf } from "../../../core/estimate/variant.ts";
import { waysOf } from "../../../core/estimate/variants.ts";
import { CHECKPOINTINGS, METHODS, VARIABLES } from "../../../core/spec/training-job.ts";
import { jobWith } from "../../support/estimate-input.ts";

const job = (
  vary: string[],
  { batchSize = 4, gradientAccumulation = 3, gpuCount = 2, stack = {}, method = "lora" } = {},
) =>
  jobWith({
    method,
    stack,
    training: { steps: 10, batchSize, gradientAccumulation },
    placement: { tiers: ["gpu-48gb"], vary, gpuCount },
  });

const checkpointings = (device: "gpu" | "cpu", stack = {}) =>
  waysOf(job(["checkpointing"], { gpuCount: 1, stack }), device, 8).map(
    ({ variant }) => variant.checkpointing,
  );

describe("the ways of running a job", () => {
  it("are its own alone, when nothing may vary", () => {
    expect(waysOf(job([]), "gpu", 8)).toEqual([{ gpuCount: 2, variant: variantOf(job([])) }]);
  });

  it("are none, where the node has too few GPUs", () => {
    expect(waysOf(job([]), "gpu", 1)).toEqual([]);
  });

  it("are every divisor of the examples that a GPU takes in a step, the job's own first", () => {
    const pairs = waysOf(job(["microBatch"]), "gpu", 8).map(({ variant }) => [
      variant.microBatch,
      variant.gradientAccumulation,
    ]);
    expect(pairs).toEqual([
      [4, 3],
      [1, 12],
      [2, 6],
      [3, 4],
      [6, 2],
      [12, 1],
    ]);
  });

  it("are the GPU counts that divide the examples of a step, up to the job's own", () => {
    const counts = (perStep: number, gpuCount: number) =>
      waysOf(
        job(["gpuCount"], { batchSize: 1, gradientAccumulation: perStep, gpuCount }),
        "gpu",
        8,
      ).map(({ gpuCount: count, variant }) => [count, variant.gradientAccumulation]);
    expect(counts(5, 4)).toEqual([
      [4, 5],
      [1, 20],
      [2, 10],
    ]);
  });

  it("state the checkpointing that was left to the trainer, once it may vary", () => {
    expect(checkpointings("gpu")).toEqual(["off", "on"]);
    expect(checkpointings("cpu")).toEqual(["off", "on"]);
  });

  it("move checkpoints to the host only if the job does so itself", () => {
    const stack = { checkpointing: "offloaded" };
    expect(checkpointings("gpu", stack)).toEqual(["offloaded", "off", "on"]);
    expect(checkpointings("cpu", stack)).toEqual(["off", "on"]);
  });

  it("use one device without a GPU, with the same examples in a step", () => {
    expect(waysOf(job([]), "cpu", 1)).toEqual([
      {
        gpuCount: 1,
        variant: { method: "lora", microBatch: 4, gradientAccumulation: 6, checkpointing: null },
      },
    ]);
  });

  it("keep the examples of a step and differ from one another, whatever varies", () => {
    const settings = fc.record({
      vary: fc.subarray([...VARIABLES]),
      batchSize: fc.integer({ min: 1, max: 48 }),
      gradientAccumulation: fc.integer({ min: 1, max: 24 }),
      gpuCount: fc.integer({ min: 1, max: 16 }),
      method: fc.constantFrom(...METHODS),
      checkpointing: fc.option(fc.constantFrom(...CHECKPOINTINGS), { nil: undefined }),
      device: fc.constantFrom("gpu" as const, "cpu" as const),
    });
    fc.assert(
      fc.property(settings, ({ vary, checkpointing, device, ...rest }) => {
        const asked = job(vary, { ...rest, stack: checkpointing ? { checkpointing } : {} });
        const ways = waysOf(asked, device, 16);
        const examples = rest.batchSize * rest.gradientAccumulation * rest.gpuCount;
        for (const { gpuCount, variant } of ways) {
          expect(variant.microBatch * variant.gradientAccumulation * gpuCount).toBe(examples);
          expect(Number.isInteger(variant.gradientAccumulation)).toBe(true);
        }
        expect(new Set(ways.map((way) => JSON.stringify(way))).size).toBe(ways.length);
        if (device === "gpu") expect(ways.length).toBeGreaterThan(0);
      }),
    );
  });
});
