import { describe, expect, it } from "vitest";
import { findGpu } from "../../../core/catalog/gpus.ts";
import { MEASUREMENTS, type Measurement } from "../../../core/catalog/measurements.ts";
import { findModel } from "../../../core/catalog/models.ts";
import {
  gpuOfRun,
  memoryInputOf,
  predictedBytes,
  speedInputOf,
} from "../../../core/estimate/measured-run.ts";

function run(id: string, changes: Partial<Measurement> = {}): Measurement {
  const found = MEASUREMENTS.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no run ${id}`);
  return { ...found, ...changes };
}
const inputOf = (id: string, changes?: Partial<Measurement>) => {
  const measured = run(id, changes);
  return memoryInputOf(measured, findModel(measured.model));
};

describe("a published run as an input of the estimate", () => {
  it.each([
    // trainable parameters as the sources print them: Lightning-AI/litgpt tutorials/resource-tables.md
    ["litgpt-tables-001", 1_572_864],
    ["litgpt-tables-011", 4_194_304],
    ["litgpt-tables-016", 6_553_600],
    ["litgpt-tables-020", 12_042_240],
  ])("%s trains %i parameters", (id, parameters) => {
    expect(inputOf(id).loraParameters).toBe(parameters);
  });

  it("counts the adapter of a head", () => {
    const { hidden, vocab } = findModel("llama-2-7b");
    const [withHead, without] = [
      inputOf("torchtune-tutorials-002"),
      inputOf("torchtune-tutorials-002", { targets: ["q", "k", "v", "o", "gate", "up", "down"] }),
    ];
    expect(withHead.loraParameters - without.loraParameters).toBe(8 * (hidden + vocab));
  });

  it("takes from the stack what the stack does", () => {
    expect(inputOf("litgpt-confighub-003").stack.copiesTiedHead).toBe(true);
    expect(inputOf("surogate-vs-unsloth-001").checkpointing).toBe("offloaded");
    // Qwen's LoRA on one GPU runs without DeepSpeed, its QLoRA with it and in 16 bits
    expect(
      [inputOf("qwen-readme-001"), inputOf("qwen-readme-007")].map((input) => [
        input.lossPath,
        input.stack.bucketBytes,
      ]),
    ).toEqual([
      ["full-fp32", 0],
      ["full", 0.8e9],
    ]);
    expect(inputOf("fms-accel-015", { framework: "new-trainer" }).stack.trained).toEqual({
      state: 12,
      gradient: 4,
      step: 0,
    });
  });

  it("takes from an optimizer's name what it leaves out", () => {
    const trained = (optimizer: string) =>
      inputOf("torchtune-flags-005", { optimizer }).stack.trained;
    expect(trained("adamw")).toEqual({ state: 4, gradient: 2, step: 0 });
    expect(trained("adamw8bit")).toEqual({ state: 2, gradient: 2, step: 0 });
    expect(trained("adamw+optimizer_in_bwd")).toEqual({ state: 4, gradient: 0, step: 0 });
    expect(trained("paged_adamw8bit")).toEqual({ state: 0, gradient: 2, step: 0 });
  });

  it("keeps master weights in fp32 where the source says so", () => {
    const { stack } = inputOf("fms-accel-098");
    expect([stack.weights, stack.trained]).toEqual(["fp32", { state: 8, gradient: 4, step: 4 }]);
  });

  it("knows the lengths of data that the source names", () => {
    const input = inputOf("swift-benchmark-003");
    expect(input.sequence).toBe(2048);
    expect(input.meanSequence).toBeGreaterThan(1500);
    expect(input.meanSequence).toBeLessThan(2048);
    const speed = speedInputOf(
      run("peft-metamath-002"),
      findModel("llama-3.2-3b"),
      findGpu("L40S"),
    );
    expect(speed.sequence).toBeGreaterThan(210);
    expect(speed.sequence).toBeLessThan(768);
    expect(inputOf("fms-accel-015").meanSequence).toBeNull();
  });

  it("finds a card however its name is written", () => {
    expect(
      ["RTX5090", "A100-80GB", "unspecified"].map((gpu) => gpuOfRun(run("fms-accel-015", { gpu }))),
    ).toEqual(["RTX-5090", "A100-80GB", undefined]);
  });

  it("answers in the metric of the source, and never with more than the card has", () => {
    const at = (peakMetric: string) =>
      predictedBytes(run("swift-benchmark-060", { peakMetric }), findModel("qwen1-7b"));
    expect(at("allocated")).toBeLessThan(at("unknown"));
    expect(at("unknown")).toBeLessThan(at("nvidia-smi"));
    expect(at("reserved")).toBe(findGpu("A100-80GB").usableBytes);
  });
});
