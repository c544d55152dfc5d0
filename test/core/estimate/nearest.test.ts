import { describe, expect, it } from "vitest";
import type { Placement } from "../../../core/estimate/estimate.ts";
import { estimatePlacement } from "../../../core/estimate/estimate-placement.ts";
import { nearestPoints, withNearest } from "../../../core/estimate/nearest.ts";
import { placements } from "../../../core/estimate/placements.ts";
import { inputWith } from "../../support/estimate-input.ts";

/** The run that fms-acceleration published: Llama-3-8B, LoRA, 4 x 4,096 packed tokens, checkpointing, fused loss. */
const published = inputWith({
  training: { steps: 100, batchSize: 4, maxLength: 4096 },
  stack: { packing: true, checkpointing: "on", lossPath: "fused" },
  placement: { tiers: ["a100-80"] },
});
const only = (input: typeof published): Placement => placements(input)[0] as Placement;

describe("the nearest measured runs", () => {
  it("are the same run where somebody published it, with its source and figures", () => {
    const same = {
      id: "fms-accel-083",
      source:
        "foundation-model-stack/fms-acceleration scripts/benchmarks/refs/{a100_80gb,a100_80gb_liger}.csv (+ scenarios*.yaml, defaults.yaml), commit 876e2ed6 (2026-01-30)",
      summary: expect.stringMatching(
        /^llama-3-8b lora, 4 x 4,096 tokens on A100-80GB with .*; peak 24\.9 GB \(allocated\); 3,\d{3} tokens\/s a GPU$/,
      ),
      distance: 0,
      differences: [],
    };
    const { memory, speed } = nearestPoints(published, only(published));
    expect(memory).toEqual({
      ...same,
      measured: 24_906_000_000,
      predicted: expect.any(Number),
      metric: "allocated",
    });
    expect(speed).toEqual({
      ...same,
      measured: 3843.6,
      predicted: expect.any(Number),
      metric: "tokens/s a GPU",
    });
    for (const { predicted, measured } of [memory, speed]) {
      expect(Math.abs(predicted / measured - 1)).toBeLessThan(0.15);
    }
  });

  it("say in words what differs, the published value first, and grow with it", () => {
    const input = inputWith({
      base: { model: "qwen2.5-7b", revision: "main" },
      training: { steps: 100, batchSize: 64, maxLength: 4096 },
      stack: { packing: true, checkpointing: "on", lossPath: "full" },
      placement: { tiers: ["gpu-24gb"] },
    });
    const { memory } = nearestPoints(input, only(input));
    expect(memory.distance).toBeGreaterThan(1.5);
    expect(memory.differences).toEqual([
      "llama-3-8b (8.03 B parameters) against qwen2.5-7b (7.62 B parameters)",
      "tokens 16 x 4,096 against 64 x 4,096",
      "A100-80GB against A10G",
      "loss fused against full",
    ]);
  });

  it("are two: memory is held against the longest example, speed against a mean one with its padding", () => {
    const input = inputWith({ placement: { tiers: ["gpu-48gb"] } });
    const { memory, speed } = nearestPoints(input, only(input));
    expect(memory.id).not.toBe(speed.id);
    expect(memory.differences.join("; ")).toContain("against 4 x 900");
    expect(speed.differences.join("; ")).toContain("against 4 x 573");
  });

  it("stay on the same kind of device", () => {
    const cpu = inputWith({
      base: { model: "smollm2-135m-instruct", revision: "main" },
      training: { steps: 10, batchSize: 4, maxLength: 90 },
      placement: { tiers: ["local-cpu"] },
    });
    const gpu = { ...cpu, job: { ...cpu.job, placement: published.job.placement } };
    expect(nearestPoints(cpu, only(cpu)).memory.id).toMatch(/^tunekit-/);
    expect(nearestPoints(cpu, only(cpu)).speed.id).toMatch(/^tunekit-/);
    expect(nearestPoints(gpu, only(gpu)).memory.id).not.toMatch(/^tunekit/);
  });

  it("are looked up for what is shown, not for each candidate of a search", () => {
    const estimate = estimatePlacement(published, only(published));
    expect(estimate.nearest).toBeNull();
    expect(withNearest(published, estimate).nearest?.memory.id).toBe("fms-accel-083");
  });
});
