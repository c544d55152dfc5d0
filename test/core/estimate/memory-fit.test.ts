import { describe, expect, it } from "vitest";
import { findGpu } from "../../../core/catalog/gpus.ts";
import { measuredSwing } from "../../../core/estimate/measured-swing.ts";
import { memoryOf } from "../../../core/estimate/memory.ts";
import { memoryEstimate, usableBytes } from "../../../core/estimate/memory-fit.ts";
import { OwnedHardware } from "../../../core/spec/platform-config.ts";
import type { StackSpec } from "../../../core/spec/training-job.ts";
import { GiB } from "../../../core/units.ts";
import { LAPTOP } from "../../support/estimate-input.ts";
import { memoryInput } from "../../support/memory-input.ts";

const input = memoryInput("llama-3-8b", { loraParameters: 41_943_040, adaptsMlp: true });
const SAID = { lossPath: "fused", checkpointing: "on", packing: false } as const;

/** The job says so much of its stack; the stack and the card are among the published runs. */
const run = (stack: StackSpec = SAID) => ({
  job: { stack },
  gpuName: "A100-80GB",
  stack: { id: "hf-trainer" },
});

describe("what a job needs of a card", () => {
  const { allocated } = memoryOf(input);
  const needed = allocated + Math.round(0.05 * allocated) + GiB;

  it("is 5 % and a GiB more than it holds, and its terms add up to it", () => {
    const memory = memoryEstimate(input, run(), 80 * GiB);
    expect(memory.expected).toBe(needed);
    expect(memory.terms.reduce((sum, { value }) => sum + value, 0)).toBe(needed);
    expect(memory.mayShowBytes).toBeGreaterThanOrEqual(needed);
    const swing = measuredSwing("memory", {
      stack: "hf-trainer",
      method: "lora",
      gpu: "A100-80GB",
    });
    expect([memory.low, memory.high]).toEqual([
      Math.round(needed * swing.low),
      Math.round(needed * swing.high),
    ]);
  });

  it.each([
    [1.08, "does-not-fit"],
    [1.06, "borderline"],
    [0.94, "borderline"],
    [0.92, "fits"],
  ])("at %d of the usable memory: %s", (share, fit) => {
    expect(memoryEstimate(input, run(), needed / share).fit).toBe(fit);
  });

  it("is wider where loss path or checkpointing is unknown", () => {
    const width = (said: StackSpec) => {
      const { low, high } = memoryEstimate(input, run(said), 80 * GiB);
      return high / low;
    };
    const known = width(SAID);
    expect(width({ ...SAID, lossPath: undefined })).toBeGreaterThan(known);
    expect(width({ ...SAID, checkpointing: undefined })).toBeGreaterThan(known);
    expect(width({ packing: false })).toBeGreaterThan(width({ ...SAID, lossPath: undefined }));
  });

  it("is the process's memory on a CPU: no driver, no allocator slack", () => {
    const stack = { ...input.stack, device: "cpu" as const, weights: "fp32" as const };
    const memory = memoryEstimate({ ...input, stack }, run(), 64 * GiB);
    expect(memory.expected).toBe(memoryOf({ ...input, stack }).allocated);
  });
});

describe("usable memory", () => {
  const machine = (memoryGiB?: number) => OwnedHardware.parse({ ...LAPTOP, memoryGiB });

  it("is the card's, or the machine's less a GiB for its system", () => {
    expect(usableBytes(findGpu("L40S"), undefined)).toBe(Math.round(44.4 * GiB));
    expect(usableBytes(findGpu("cpu"), machine(32))).toBe(31 * GiB);
    expect(usableBytes(findGpu("cpu"), machine())).toBe(7 * GiB);
    expect(usableBytes(findGpu("RTX-4090"), machine(64))).toBe(Math.round(23.6 * GiB));
  });
});
