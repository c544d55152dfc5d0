import { isKitError, type Problem } from "../../core/errors.ts";
import { FLOAT_TYPES, firstNonFinite, readTensors, type Tensor, valuesOf } from "./safetensors.ts";

export const CONFIG_FILE = "adapter_config.json";
export const WEIGHTS_FILE = "adapter_model.safetensors";
const ALLOWED: readonly string[] = [CONFIG_FILE, WEIGHTS_FILE];
/** Files that can run code when they are loaded. */
const PICKLES = /\.(bin|pt|pth|pkl|pickle|ckpt|npy|npz|joblib)$/i;

/** What the run was to make; the files must say the same. */
export interface ExpectedAdapter {
  base: { model: string; revision: string };
  r: number;
  alpha: number;
  /** r x sum(in + out) over the target modules (Hu et al. 2021, arXiv:2106.09685, section 4.1). */
  parameters: number;
}

/** What the files say themselves. */
export interface AdapterFacts {
  /** `F32`, `F16` or `BF16`, the same for all tensors. */
  dtype: string;
  /** Last parts of the module names, sorted: `q_proj`. */
  targetModules: string[];
}

/**
 * Checks the two files of a PEFT adapter. Everything that is wrong is reported at once; facts are given only where nothing
 * is.
 * @param files by name, as they lie in the folder.
 */
export function inspectAdapter(
  files: ReadonlyMap<string, Uint8Array>,
  expected: ExpectedAdapter,
): { problems: Problem[]; facts?: AdapterFacts } {
  const problems = checkNames([...files.keys()]);
  const config = files.get(CONFIG_FILE);
  const weights = files.get(WEIGHTS_FILE);
  if (config) problems.push(...checkConfig(config, expected));
  if (!weights) return { problems };
  let tensors: Tensor[];
  try {
    tensors = readTensors(weights);
  } catch (error) {
    if (!isKitError(error)) throw error;
    problems.push({ code: error.code, message: error.message, fix: error.fix, file: WEIGHTS_FILE });
    return { problems };
  }
  problems.push(...checkTensors(tensors, expected), ...checkValues(weights, tensors));
  if (problems.length > 0) return { problems };
  const modules = tensors.map(({ name }) => moduleOf(name)?.split(".").at(-1) as string);
  return {
    problems,
    facts: { dtype: (tensors[0] as Tensor).dtype, targetModules: [...new Set(modules)].sort() },
  };
}

/** The allow-list: exactly the two files that a server loads. */
export function checkNames(names: readonly string[]): Problem[] {
  const extra = names
    .filter((file) => !ALLOWED.includes(file))
    .map((file) =>
      PICKLES.test(file)
        ? problem(
            file,
            "PickleRefused",
            "is a pickle: loading it can run code",
            "remove it; weights are safetensors only",
          )
        : problem(
            file,
            "UnexpectedFile",
            "is no part of an adapter",
            `remove it; only ${ALLOWED.join(" and ")} are published`,
          ),
    );
  const missing = ALLOWED.filter((file) => !names.includes(file)).map((file) =>
    problem(
      file,
      "AdapterFileMissing",
      "is missing",
      "run the training to its end; it writes both files",
    ),
  );
  return [...extra, ...missing];
}

function checkConfig(bytes: Uint8Array, expected: ExpectedAdapter): Problem[] {
  const wrong = (code: string, message: string, fix: string) =>
    problem(CONFIG_FILE, code, message, fix);
  let config: Record<string, unknown>;
  try {
    config = { ...JSON.parse(new TextDecoder("utf8", { fatal: true }).decode(bytes)) };
  } catch {
    return [
      wrong("AdapterConfigUnreadable", "is no JSON", "write it again with PEFT's save_pretrained"),
    ];
  }
  const { base_model_name_or_path: base, revision, modules_to_save: saved } = config;
  const problems: Problem[] = [];
  if (config.peft_type !== "LORA") {
    problems.push(
      wrong(
        "NotLora",
        `has peft_type ${show(config.peft_type)}`,
        "train with method lora or qlora",
      ),
    );
  }
  if (!base) {
    problems.push(
      wrong(
        "BaseModelMissing",
        "names no base model",
        "set base_model_name_or_path to the catalog id",
      ),
    );
  } else if (base !== expected.base.model) {
    problems.push(
      wrong(
        "BaseModelDiffers",
        `names the base ${show(base)}, the run used "${expected.base.model}"`,
        "publish the files of this run; local paths are not names",
      ),
    );
  }
  if (!revision) {
    problems.push(
      wrong(
        "BaseRevisionMissing",
        "names no revision of the base",
        "set revision to the pinned one",
      ),
    );
  } else if (revision !== expected.base.revision) {
    problems.push(
      wrong(
        "BaseRevisionDiffers",
        `names revision ${show(revision)}, the run used "${expected.base.revision}"`,
        "publish the files of this run",
      ),
    );
  }
  if (saved && !(Array.isArray(saved) && saved.length === 0)) {
    problems.push(
      wrong(
        "ModulesToSave",
        `saves whole modules: ${show(saved)}`,
        "train without modules_to_save: vLLM cannot serve it",
      ),
    );
  }
  if (config.use_dora) {
    problems.push(
      wrong("DoraRefused", "is DoRA", "train with use_dora false: vLLM cannot serve it"),
    );
  }
  if (config.r !== expected.r || config.lora_alpha !== expected.alpha) {
    problems.push(
      wrong(
        "LoraConfigDiffers",
        `has r ${show(config.r)} and lora_alpha ${show(config.lora_alpha)}, the job asked for ${expected.r} and ${expected.alpha}`,
        "publish the files of this run",
      ),
    );
  }
  return problems;
}

const TENSOR = /^base_model\.model\.(.+)\.lora_([AB])\.weight$/;
const moduleOf = (name: string): string | undefined => TENSOR.exec(name)?.[1];

function checkTensors(tensors: readonly Tensor[], { r, parameters }: ExpectedAdapter): Problem[] {
  const wrong = (code: string, message: string, fix: string) =>
    problem(WEIGHTS_FILE, code, message, fix);
  const foreign = tensors.filter(({ name }) => !TENSOR.test(name));
  if (foreign.length > 0) {
    return [
      wrong(
        "NotLoraTensor",
        `has ${foreign.length} tensors that are no lora_A or lora_B, the first is "${foreign[0]?.name}"`,
        "save the adapter alone, without base weights, magnitudes or optimizer state",
      ),
    ];
  }
  const problems: Problem[] = [];
  const types = [...new Set(tensors.map(({ dtype }) => dtype))];
  if (types.length > 1) {
    problems.push(
      wrong("MixedDtypes", `mixes ${types.join(" and ")}`, "save all tensors in one type"),
    );
  }
  if (types.some((type) => !FLOAT_TYPES.includes(type))) {
    problems.push(
      wrong(
        "DtypeRefused",
        `has values of type ${types.join(", ")}`,
        `save them as ${FLOAT_TYPES.join(", ")}`,
      ),
    );
  }
  const halves = new Map(tensors.map(({ name, shape }) => [name, shape]));
  for (const module of new Set(tensors.map(({ name }) => moduleOf(name) as string))) {
    const [a, b] = ["A", "B"].map((half) =>
      halves.get(`base_model.model.${module}.lora_${half}.weight`),
    );
    if (!a || !b) {
      problems.push(
        wrong("LoraHalfMissing", `has only one half of "${module}"`, "save the whole adapter"),
      );
    } else if (a.length !== 2 || b.length !== 2 || a[0] !== r || b[1] !== r) {
      problems.push(
        wrong(
          "LoraShapeWrong",
          `has lora_A [${a}] and lora_B [${b}] for "${module}", not [${r}, in] and [out, ${r}]`,
          "publish the files of this run",
        ),
      );
    }
  }
  const count = tensors.reduce((total, tensor) => total + valuesOf(tensor), 0);
  if (count !== parameters) {
    problems.push(
      wrong(
        "ParameterCountDiffers",
        `has ${count} parameters; this rank on these modules has ${parameters}`,
        "compare target modules and rank with the job; a layer is missing or too many",
      ),
    );
  }
  return problems;
}

/** The first bad value is enough: a single one spoils every answer. */
function checkValues(bytes: Uint8Array, tensors: readonly Tensor[]): Problem[] {
  for (const tensor of tensors) {
    const at = FLOAT_TYPES.includes(tensor.dtype) ? firstNonFinite(bytes, tensor) : undefined;
    if (at !== undefined) {
      return [
        problem(
          WEIGHTS_FILE,
          "NotFinite",
          `has NaN or infinity at value ${at} of "${tensor.name}"`,
          "the training diverged: lower training.learningRate and train again",
        ),
      ];
    }
  }
  return [];
}

const show = (value: unknown): string => JSON.stringify(value) ?? "none";

const problem = (file: string, code: string, message: string, fix: string): Problem => ({
  code,
  message: `${file} ${message}`,
  fix,
  file,
});
