import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findGpu, GPU_NAMES } from "../../../core/catalog/gpus.ts";
import { findModel, MODELS } from "../../../core/catalog/models.ts";
import {
  computingParameters,
  type SpeedInput,
  speedOf,
  trainingFlops,
} from "../../../core/estimate/speed.ts";

const input = (changes: Partial<SpeedInput> = {}): SpeedInput => ({
  model: findModel("llama-3-8b"),
  method: "lora",
  gpu: findGpu("A100-80GB"),
  gpuCount: 1,
  microBatch: 4,
  sequence: 4096,
  checkpointing: "on" as const,
  ...changes,
});

describe("FLOPs of a trained token", () => {
  it("are 4 a parameter, 6 with recompute, and 8 when all weights train too", () => {
    const model = findModel("llama-2-7b");
    const at = (method: "lora" | "full", checkpointing: "off" | "on") =>
      Math.round(
        trainingFlops({ model, method, checkpointing, sequence: 1 }) / computingParameters(model),
      );
    expect([at("lora", "off"), at("lora", "on"), at("full", "off"), at("full", "on")]).toEqual([
      4, 6, 6, 8,
    ]);
  });

  it("count the head but not the lookup of the embedding", () => {
    const untied = findModel("llama-2-7b");
    expect(computingParameters(untied)).toBe(6_738_415_616 - 131_072_000);
    expect(computingParameters(findModel("smollm2-135m"))).toBe(134_515_008);
  });
});

describe("speed", () => {
  it.each([
    // foundation-model-stack/fms-acceleration and invergent-ai/surogate; tunekit's trainer on two cores
    ["Llama-3-8B QLoRA on an A100", input({ method: "qlora" }), 3857],
    [
      "Qwen3-8B LoRA on an RTX 5090",
      input({
        model: findModel("qwen3-8b"),
        gpu: findGpu("RTX-5090"),
        microBatch: 2,
        sequence: 2048,
      }),
      3500,
    ],
    [
      "SmolLM2-135M LoRA on two cores",
      input({
        model: findModel("smollm2-135m-instruct"),
        gpu: findGpu("cpu"),
        sequence: 77,
        checkpointing: "off" as const,
      }),
      130 * (77 / 64),
    ],
    [
      "the tiny base on two cores",
      input({
        model: findModel("tunekit-tiny"),
        gpu: findGpu("cpu"),
        microBatch: 8,
        sequence: 54,
        checkpointing: "off" as const,
      }),
      6000 * (54 / 46),
    ],
  ])("%s: within 25 %% of the measured %d tokens/s", (_, setting, measured) => {
    const { tokensPerSecond } = speedOf(setting as SpeedInput);
    expect(Math.abs(tokensPerSecond / (measured as number) - 1)).toBeLessThan(0.25);
  });

  const setting = fc.record({
    model: fc.constantFrom(...MODELS),
    method: fc.constantFrom("lora" as const, "qlora" as const, "full" as const),
    gpu: fc.constantFrom(...GPU_NAMES).map(findGpu),
    gpuCount: fc.integer({ min: 1, max: 8 }),
    microBatch: fc.integer({ min: 1, max: 64 }),
    sequence: fc.integer({ min: 1, max: 8192 }),
    checkpointing: fc.constantFrom("off" as const, "on" as const),
  });

  it("never passes the best utilisation of the card", () => {
    fc.assert(
      fc.property(setting, (given) => {
        const { utilisation } = speedOf(given);
        expect(utilisation).toBeGreaterThan(0);
        expect(utilisation).toBeLessThanOrEqual(given.gpu.bestUtilisation ?? 0.6);
      }),
    );
  });

  it("rises with the batch, and falls with recompute and with 4-bit weights", () => {
    fc.assert(
      fc.property(setting, (given) => {
        const at = (changes: Partial<SpeedInput>) =>
          speedOf({ ...given, ...changes }).tokensPerSecond;
        expect(at({ microBatch: given.microBatch + 1 })).toBeGreaterThanOrEqual(at({}));
        expect(at({ checkpointing: "on" as const })).toBeLessThan(
          at({ checkpointing: "off" as const }),
        );
        expect(at({ method: "qlora" })).toBeLessThan(at({ method: "lora" }));
      }),
    );
  });
});
