import { describe, expect, it } from "vitest";
import { trainerStack } from "../../../core/estimate/trainer-stack.ts";
import { jobWith } from "../../support/estimate-input.ts";

describe("the trainer's stack", () => {
  it("is bf16 with gradient checkpointing on a GPU, fp32 without on a CPU", () => {
    expect(trainerStack(jobWith(), "L40S")).toMatchObject({
      checkpointing: "on",
      memory: { device: "gpu", weights: "bf16" },
    });
    expect(trainerStack(jobWith(), "cpu")).toMatchObject({
      checkpointing: "off",
      memory: { device: "cpu", weights: "fp32" },
    });
  });

  it("holds QLoRA weights in NF4, with double quantisation unless the job says no", () => {
    expect(trainerStack(jobWith({ method: "qlora" }), "L4").memory.weights).toBe("nf4-dq");
    const single = jobWith({ method: "qlora", quantization: { doubleQuant: false } });
    expect(trainerStack(single, "L4").memory.weights).toBe("nf4");
  });

  it("states each setting that the job leaves to it, and only those", () => {
    const names = (stack: Record<string, unknown>) =>
      trainerStack(jobWith({ stack }), "L40S").assumptions.map(({ name, value }) => [name, value]);
    expect(names({})).toEqual([
      ["checkpointing", "on"],
      ["lossPath", "fused"],
      ["packing", "false"],
    ]);
    expect(names({ lossPath: "full", checkpointing: "off", packing: true })).toEqual([]);
  });
});
