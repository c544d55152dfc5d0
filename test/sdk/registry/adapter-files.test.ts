import { describe, expect, it } from "vitest";
import { inspectAdapter } from "../../../sdk/registry/adapter-files.ts";
import type { ExpectedAdapter } from "../../../sdk/registry/peft-layout.ts";
import { adapterFiles, loraTensors, PARAMETERS, peftConfig, R } from "../../support/adapter.ts";
import type { TensorSource } from "../../support/safetensors.ts";

const EXPECTED: ExpectedAdapter = {
  base: { model: "tiny-base", revision: "rev-1" },
  r: R,
  alpha: 32,
  parameters: PARAMETERS,
};
const bf16 = (tensors: TensorSource[]): TensorSource[] =>
  tensors.map((tensor) => ({ ...tensor, dtype: "BF16", values: tensor.values.map(() => 0x3f80) }));
const named = (from: string, to: string) =>
  loraTensors().map((tensor) => ({ ...tensor, name: tensor.name.replace(from, to) }));
const withValue = (value: number) =>
  loraTensors().map((tensor, index) =>
    index === 2 ? { ...tensor, values: tensor.values.with(5, value) } : tensor,
  );
const SAME_RUN = "publish the files of this run";

describe("inspectAdapter", () => {
  it("takes a LoRA adapter and reads its type and target modules", () => {
    expect(inspectAdapter(adapterFiles(), EXPECTED)).toEqual({
      problems: [],
      facts: { dtype: "F32", targetModules: ["q_proj", "v_proj"] },
    });
    expect(inspectAdapter(adapterFiles(bf16(loraTensors())), EXPECTED).facts?.dtype).toBe("BF16");
  });

  it.each([[undefined], [null], [[]]])("takes modules_to_save %j", (modules_to_save) => {
    const files = adapterFiles(loraTensors(), peftConfig({ modules_to_save }));
    expect(inspectAdapter(files, EXPECTED).problems).toEqual([]);
  });

  it.each([
    "training_args.bin",
    "optimizer.pt",
    "rng_state.pth",
    "model.pkl",
    "model.PICKLE",
    "x/adapter_model.bin",
  ])("refuses the pickle %s by name", (file) => {
    const files = adapterFiles().set(file, Buffer.from("x"));
    expect(inspectAdapter(files, EXPECTED).problems).toEqual([
      {
        code: "PickleRefused",
        file,
        message: `${file} is a pickle: loading it can run code`,
        fix: "remove it; weights are safetensors only",
      },
    ]);
  });

  it.each(["README.md", "tokenizer.json", "other.safetensors", "x/adapter_config.json"])(
    "refuses the extra file %s",
    (file) => {
      const files = adapterFiles().set(file, Buffer.from("x"));
      expect(inspectAdapter(files, EXPECTED).problems).toEqual([
        {
          code: "UnexpectedFile",
          file,
          message: `${file} is no part of an adapter`,
          fix: "remove it; only adapter_config.json and adapter_model.safetensors are published",
        },
      ]);
    },
  );

  it.each(["adapter_config.json", "adapter_model.safetensors"])("misses %s", (file) => {
    const files = adapterFiles();
    files.delete(file);
    const { problems, facts } = inspectAdapter(files, EXPECTED);
    expect(problems).toEqual([
      {
        code: "AdapterFileMissing",
        file,
        message: `${file} is missing`,
        fix: "run the training to its end; it writes both files",
      },
    ]);
    expect(facts).toBeUndefined();
  });

  it.each<[string, string | Record<string, unknown>, string, string, string]>([
    [
      "no JSON",
      "{",
      "AdapterConfigUnreadable",
      "is no JSON",
      "write it again with PEFT's save_pretrained",
    ],
    [
      "another PEFT type",
      { peft_type: "IA3" },
      "NotLora",
      'has peft_type "IA3"',
      "train with method lora or qlora",
    ],
    [
      "no base",
      { base_model_name_or_path: null },
      "BaseModelMissing",
      "names no base model",
      "set base_model_name_or_path to the catalog id",
    ],
    [
      "a local path",
      { base_model_name_or_path: "/tmp/base" },
      "BaseModelDiffers",
      'names the base "/tmp/base", the run used "tiny-base"',
      "publish the files of this run; local paths are not names",
    ],
    [
      "no revision",
      { revision: null },
      "BaseRevisionMissing",
      "names no revision of the base",
      "set revision to the pinned one",
    ],
    [
      "another revision",
      { revision: "main" },
      "BaseRevisionDiffers",
      'names revision "main", the run used "rev-1"',
      SAME_RUN,
    ],
    [
      "whole modules",
      { modules_to_save: ["lm_head"] },
      "ModulesToSave",
      'saves whole modules: ["lm_head"]',
      "train without modules_to_save: vLLM cannot serve it",
    ],
    [
      "DoRA",
      { use_dora: true },
      "DoraRefused",
      "is DoRA",
      "train with use_dora false: vLLM cannot serve it",
    ],
    [
      "another rank",
      { r: 8 },
      "LoraConfigDiffers",
      "has r 8 and lora_alpha 32, the job asked for 2 and 32",
      SAME_RUN,
    ],
    [
      "another alpha",
      { lora_alpha: 16 },
      "LoraConfigDiffers",
      "has r 2 and lora_alpha 16, the job asked for 2 and 32",
      SAME_RUN,
    ],
  ])("refuses a config with %s", (_, over, code, message, fix) => {
    const config = typeof over === "string" ? over : peftConfig(over);
    expect(inspectAdapter(adapterFiles(loraTensors(), config), EXPECTED).problems).toEqual([
      { code, file: "adapter_config.json", message: `adapter_config.json ${message}`, fix },
    ]);
  });

  const [first, ...others] = loraTensors() as [TensorSource, ...TensorSource[]];
  it.each<[string, TensorSource[], string, string, string]>([
    [
      "base weights",
      named("v_proj.lora_A", "v_proj"),
      "NotLoraTensor",
      'has 1 tensors that are no lora_A or lora_B, the first is "base_model.model.model.layers.0.self_attn.v_proj.weight"',
      "save the adapter alone, without base weights, magnitudes or optimizer state",
    ],
    [
      "DoRA magnitudes",
      named("q_proj.lora_A.weight", "q_proj.lora_magnitude_vector"),
      "NotLoraTensor",
      "lora_magnitude_vector",
      "save the adapter alone, without base weights, magnitudes or optimizer state",
    ],
    [
      "names without PEFT's prefix",
      named("base_model.model.", ""),
      "NotLoraTensor",
      "has 4 tensors",
      "save the adapter alone, without base weights, magnitudes or optimizer state",
    ],
    [
      "two types",
      [...bf16([first]), ...others],
      "MixedDtypes",
      "mixes BF16 and F32",
      "save all tensors in one type",
    ],
    [
      "NaN",
      withValue(Number.NaN),
      "NotFinite",
      'has NaN or infinity at value 5 of "base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight"',
      "the training diverged: lower training.learningRate and train again",
    ],
    [
      "infinity",
      withValue(-Infinity),
      "NotFinite",
      "has NaN or infinity at value 5",
      "the training diverged: lower training.learningRate and train again",
    ],
  ])("refuses weights with %s", (_, tensors, code, message, fix) => {
    expect(inspectAdapter(adapterFiles(tensors), EXPECTED).problems).toEqual([
      { code, file: "adapter_model.safetensors", message: expect.stringContaining(message), fix },
    ]);
  });

  it("refuses a layer too few, by half and by count", () => {
    const { problems } = inspectAdapter(adapterFiles(others), EXPECTED);
    expect(problems).toEqual([
      {
        code: "LoraHalfMissing",
        file: "adapter_model.safetensors",
        message: 'adapter_model.safetensors has only one half of "model.layers.0.self_attn.q_proj"',
        fix: "save the whole adapter",
      },
      {
        code: "ParameterCountDiffers",
        file: "adapter_model.safetensors",
        message: "adapter_model.safetensors has 22 parameters; this rank on these modules has 28",
        fix: "compare target modules and rank with the job; a layer is missing or too many",
      },
    ]);
  });

  it("refuses halves that do not have the rank between them", () => {
    const tensors = [{ ...first, shape: [3, 2] }, ...others];
    expect(inspectAdapter(adapterFiles(tensors), EXPECTED).problems).toEqual([
      {
        code: "LoraShapeWrong",
        file: "adapter_model.safetensors",
        message:
          'adapter_model.safetensors has lora_A [3,2] and lora_B [4,2] for "model.layers.0.self_attn.q_proj", not [2, in] and [out, 2]',
        fix: SAME_RUN,
      },
    ]);
  });

  it("refuses integers", () => {
    const header = { [first.name]: { dtype: "I8", shape: [2, 3], data_offsets: [0, 6] } };
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(JSON.stringify(header).length));
    const bytes = Buffer.concat([length, Buffer.from(JSON.stringify(header)), Buffer.alloc(6)]);
    const files = adapterFiles().set("adapter_model.safetensors", bytes);
    expect(inspectAdapter(files, EXPECTED).problems).toContainEqual({
      code: "DtypeRefused",
      file: "adapter_model.safetensors",
      message: "adapter_model.safetensors has values of type I8",
      fix: "save them as F32, F16, BF16",
    });
  });

  it("passes on what is wrong with the file as such", () => {
    const files = adapterFiles().set("adapter_model.safetensors", Buffer.from("PK"));
    expect(inspectAdapter(files, EXPECTED).problems).toEqual([
      {
        code: "SafetensorsTruncated",
        file: "adapter_model.safetensors",
        message: "this is not a safetensors file: it has 2 bytes, fewer than its first field",
        fix: "write the file again with safetensors; a broken or cut copy can't be mended",
      },
    ]);
  });

  it("reports everything at once", () => {
    const config = peftConfig({ revision: null, use_dora: true });
    const files = adapterFiles(withValue(Number.NaN), config).set("optimizer.pt", Buffer.from("x"));
    expect(inspectAdapter(files, EXPECTED).problems.map(({ code }) => code)).toEqual([
      "PickleRefused",
      "BaseRevisionMissing",
      "DoraRefused",
      "NotFinite",
    ]);
  });
});
