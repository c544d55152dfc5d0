import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findModel, MODELS } from "../../../core/catalog/models.ts";
import { adapterBytes, adaptsMlp, loraParameters } from "../../../core/estimate/lora-parameters.ts";

describe("LoRA parameters", () => {
  it.each([
    // litgpt tutorials/resource-tables.md; PEFT's print_trainable_parameters
    ["phi-1.5", 8, ["q_proj", "v_proj"], 1_572_864],
    ["stablelm-alpha-3b", 8, ["q_proj", "v_proj"], 2_097_152],
    ["llama-2-7b", 8, ["q_proj", "v_proj"], 4_194_304],
    ["llama-2-13b", 8, ["q_proj", "v_proj"], 6_553_600],
    ["falcon-40b", 8, ["q_proj", "v_proj"], 12_042_240],
    ["llama-2-7b", 16, "all-linear" as const, 39_976_960],
    ["llama-3.2-3b", 64, ["q_proj", "v_proj"], 18_350_080],
    ["tunekit-tiny", 16, "all-linear" as const, 155_648],
    ["smollm2-135m-instruct", 16, "all-linear" as const, 4_884_480],
  ])("%s, r %i, %j: %i", (model, r, targetModules, count) => {
    expect(loraParameters(findModel(model), { r, targetModules })).toBe(count);
  });

  it("counts an adapted expert once an expert", () => {
    const mixtral = findModel("mixtral-8x7b");
    const dense = loraParameters({ ...mixtral, experts: 1 }, { r: 8, targetModules: ["up_proj"] });
    expect(loraParameters(mixtral, { r: 8, targetModules: ["up_proj"] })).toBe(8 * dense);
  });

  it("grows in proportion to the rank", () => {
    const models = fc.constantFrom(...MODELS);
    fc.assert(
      fc.property(models, fc.integer({ min: 1, max: 256 }), (model, r) => {
        const one = loraParameters(model, { r: 1, targetModules: "all-linear" });
        expect(loraParameters(model, { r, targetModules: "all-linear" })).toBe(r * one);
      }),
    );
  });

  it("names the nearest layer for an unknown target", () => {
    const of = (target: string) => () =>
      loraParameters(findModel("llama-2-7b"), { r: 8, targetModules: [target] });
    expect(of("q_prj")).toThrow(
      expect.objectContaining({
        code: "UnknownModule",
        path: "lora.targetModules",
        fix: 'did you mean "q_proj"?',
      }),
    );
    expect(of("embed_tokens")).toThrow(expect.objectContaining({ code: "UnknownModule" }));
  });

  it("knows which targets belong to the MLP", () => {
    expect(adaptsMlp("all-linear")).toBe(true);
    expect(adaptsMlp(["q_proj", "down_proj"])).toBe(true);
    expect(adaptsMlp(["q_proj", "k_proj", "v_proj", "o_proj"])).toBe(false);
  });
});

describe("the adapter file", () => {
  it.each([
    // tunekit's trainer; huggingface/peft method_comparison; GoogleCloudPlatform/vertex-ai-samples
    ["tunekit-tiny", 16, "all-linear" as const, 629_744],
    ["smollm2-135m-instruct", 16, "all-linear" as const, 19_593_072],
    ["llama-3.2-3b", 64, ["q_proj", "v_proj"], 73_415_000],
    ["open-llama-7b", 16, "all-linear" as const, 160_070_000],
    ["open-llama-7b", 32, "all-linear" as const, 319_970_000],
  ])("%s, r %i, %j is within 0.1 %% of %i bytes", (model, r, targetModules, bytes) => {
    const predicted = adapterBytes(findModel(model), { r, targetModules });
    expect(Math.abs(predicted / bytes - 1)).toBeLessThan(0.001);
  });
});
