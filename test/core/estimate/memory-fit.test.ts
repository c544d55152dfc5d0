import { describe, expect, it } from "vitest";
import { findGpu } from "../../../core/catalog/gpus.ts";
import { measuredSwing } from "../../../core/estimate/measured-swing.ts";
import { type MemoryInput, memoryOf } from "../../../core/estimate/memory.ts";
import { fitWithin, memoryEstimate, usableBytes } from "../../../core/estimate/memory-fit.ts";
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
    [0.8, "fits"],
  ])("at %d of the usable memory: %s", (share, fit) => {
    expect(memoryEstimate(input, run(), needed / share).fit).toBe(fit);
  });

  it("knows the settings of its own trainer, so that leaving them out is no doubt", () => {
    const of = (said: StackSpec) => memoryEstimate(input, run(said), 80 * GiB);
    expect(of({})).toEqual(of(SAID));
  });

  it("is wider where nobody counted the tokens, or said how several GPUs share the weights", () => {
    const width = (given: MemoryInput, said: StackSpec, lengthSpread?: number) => {
      const { low, high } = memoryEstimate(given, run(said), 80 * GiB, lengthSpread);
      return high / low;
    };
    expect(width(input, SAID, 1.4)).toBeGreaterThan(width(input, SAID));
    const onFour = { ...input, gpus: 4 };
    expect(width(onFour, SAID)).toBeGreaterThan(width(onFour, { ...SAID, sharding: "none" }));
  });

  it("is borderline where the high end of its interval does not fit, whatever is expected", () => {
    const { expected, high } = memoryEstimate(input, run(), 80 * GiB, 2);
    expect(high).toBeGreaterThan(1.2 * expected);
    const at = (usable: number) => memoryEstimate(input, run(), usable, 2).fit;
    expect([at(high + 1), at(high - 1)]).toEqual(["fits", "borderline"]);
    expect(fitWithin({ expected: 50, high: 101 }, 100)).toBe("borderline");
    expect(fitWithin({ expected: 50, high: 100 }, 100)).toBe("fits");
    expect(fitWithin({ expected: 108, high: 120 }, 100)).toBe("does-not-fit");
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
