import { describe, expect, it } from "vitest";
import { findModel } from "../../../core/catalog/models.ts";
import type { MemoryInput } from "../../../core/estimate/memory.ts";
import { nearestPoint } from "../../../core/estimate/nearest.ts";

const input: MemoryInput = {
  model: findModel("llama-3-8b"),
  method: "lora",
  loraParameters: 0,
  adaptsMlp: true,
  microBatch: 4,
  sequence: 4096,
  checkpointing: "on" as const,
  lossPath: "fused",
  stack: {
    device: "gpu",
    weights: "bf16",
    trainableBytes: 16,
    stepBytes: 0,
    upcast: false,
    attention: "fused",
    compile: false,
  },
};

describe("the nearest measured run", () => {
  it("is the same run where somebody published it, with its source and figures", () => {
    expect(nearestPoint(input, "A100-80GB")).toEqual({
      id: "fms-accel-083",
      source:
        "foundation-model-stack/fms-acceleration scripts/benchmarks/refs/{a100_80gb,a100_80gb_liger}.csv (+ scenarios*.yaml, defaults.yaml), commit 876e2ed6 (2026-01-30)",
      summary: expect.stringMatching(
        /^llama-3-8b lora, 4 x 4096 tokens on 1 A100-80GB .*; peak 24\.9 GB \(allocated\); \d+ tokens\/s a GPU$/,
      ),
      distance: 0,
    });
  });

  it("is further away the less the setting resembles it", () => {
    const far = nearestPoint({ ...input, microBatch: 64 }, "A100-80GB");
    expect(far.distance).toBeGreaterThan(0.5);
  });

  it("stays on the same kind of device", () => {
    const cpu = {
      ...input,
      model: findModel("smollm2-135m-instruct"),
      microBatch: 4,
      sequence: 90,
    };
    const onCpu = {
      ...cpu,
      checkpointing: "off" as const,
      stack: { ...input.stack, device: "cpu" as const },
    };
    expect(nearestPoint(onCpu, "cpu").id).toBe("tunekit-001");
    expect(nearestPoint(cpu, "L4").id).not.toMatch(/^tunekit/);
  });
});
