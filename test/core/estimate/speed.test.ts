import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findGpu, GPU_NAMES } from "../../../core/catalog/gpus.ts";
import { findModel, MODELS } from "../../../core/catalog/models.ts";
import {
  bestUtilisation,
  computingParameters,
  type SpeedInput,
  speedOf,
  TYPICAL_UTILISATION,
  trainingFlops,
} from "../../../core/estimate/speed.ts";
import { SHARDINGS } from "../../../core/spec/training-job.ts";

const input = (changes: Partial<SpeedInput> = {}): SpeedInput => ({
  model: findModel("llama-3-8b"),
  method: "lora",
  gpu: findGpu("A100-80GB"),
  gpuCount: 1,
  sharding: "none",
  microBatch: 4,
  sequence: 4096,
  accumulation: 1,
  checkpointing: "on",
  stack: { id: "hf-trainer", fusesKernels: false, stepTraffic: 24 },
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

  const settings = fc.record({
    model: fc.constantFrom(...MODELS),
    method: fc.constantFrom("lora" as const, "qlora" as const, "full" as const),
    gpu: fc.constantFrom(...GPU_NAMES).map(findGpu),
    gpuCount: fc.integer({ min: 1, max: 8 }),
    sharding: fc.constantFrom(...SHARDINGS),
    accumulation: fc.integer({ min: 1, max: 8 }),
    microBatch: fc.integer({ min: 1, max: 64 }),
    sequence: fc.integer({ min: 1, max: 8192 }),
    checkpointing: fc.constantFrom("off" as const, "on" as const),
  });
  const setting = settings.map((given) => input(given));

  it("never passes the best utilisation of the card", () => {
    fc.assert(
      fc.property(setting, (given) => {
        const { utilisation } = speedOf(given);
        expect(utilisation).toBeGreaterThan(0);
        expect(utilisation).toBeLessThanOrEqual(
          (bestUtilisation(given.gpu) ?? TYPICAL_UTILISATION) + 1e-9,
        );
      }),
    );
  });

  it("rises with the batch, and falls with recompute and with 4-bit weights", () => {
    fc.assert(
      fc.property(setting, (given) => {
        const at = (changes: Partial<SpeedInput>) =>
          speedOf({ ...given, ...changes }).tokensPerSecond;
        // where the host alone decides, both are equal but for the last bit
        expect(at({ microBatch: given.microBatch + 1 })).toBeGreaterThanOrEqual(
          at({}) * (1 - 1e-12),
        );
        expect(at({ checkpointing: "on" as const })).toBeLessThan(
          at({ checkpointing: "off" as const }),
        );
        const whole = { sharding: "none" } as const; // sharded 4-bit weights come over the link in a quarter of the time
        expect(at({ ...whole, method: "qlora" })).toBeLessThan(at({ ...whole, method: "lora" }));
      }),
    );
  });

  it("falls with the weights that a slow link has to bring, and not where each GPU holds them", () => {
    const gpu = findGpu("L40S");
    const alone = speedOf(input({ gpu })).tokensPerSecond;
    const at = (sharding: "none" | "zero3") =>
      speedOf(input({ gpu, gpuCount: 4, sharding, microBatch: 1, sequence: 512 })).tokensPerSecond;
    expect(speedOf(input({ gpu, gpuCount: 4 })).tokensPerSecond).toBeCloseTo(4 * alone, 6);
    expect(at("zero3")).toBeLessThan(0.2 * at("none"));
  });

  it("is bound by the host where batches are short: twice the tokens take hardly longer", () => {
    const seconds = (sequence: number) => {
      const model = findModel("qwen1-1.8b");
      return sequence / speedOf(input({ model, microBatch: 1, sequence })).tokensPerSecond;
    };
    expect(seconds(512) / seconds(256)).toBeLessThan(1.02);
    expect(seconds(8192) / seconds(4096)).toBeGreaterThan(1.9);
  });

  it("shares the optimizer step of a full run among its micro-batches", () => {
    const at = (accumulation: number) =>
      speedOf(input({ method: "full", microBatch: 1, sequence: 256, accumulation }))
        .tokensPerSecond;
    expect(at(8)).toBeGreaterThan(1.2 * at(1));
  });
});
