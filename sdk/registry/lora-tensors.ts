import type { Problem } from "../../core/errors.ts";
import { type ExpectedAdapter, problemsOf, WEIGHTS_FILE } from "./peft-layout.ts";
import { FLOAT_TYPES, firstNonFinite, type Tensor, valuesOf } from "./safetensors.ts";

const wrong = problemsOf(WEIGHTS_FILE);

const TENSOR = /^base_model\.model\.(.+)\.lora_([AB])\.weight$/;

const moduleOf = (name: string): string | undefined => TENSOR.exec(name)?.[1];

/** Checks names, types, shapes and the number of parameters. */
export function checkTensors(
  tensors: readonly Tensor[],
  { r, parameters }: ExpectedAdapter,
): Problem[] {
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
export function checkValues(bytes: Uint8Array, tensors: readonly Tensor[]): Problem[] {
  for (const tensor of tensors) {
    const at = FLOAT_TYPES.includes(tensor.dtype) ? firstNonFinite(bytes, tensor) : undefined;
    if (at !== undefined) {
      return [
        wrong(
          "NotFinite",
          `has NaN or infinity at value ${at} of "${tensor.name}"`,
          "the training diverged: lower training.learningRate and train again",
        ),
      ];
    }
  }
  return [];
}

/** Last parts of the module names, sorted: `q_proj`. */
export const targetModulesOf = (tensors: readonly Tensor[]): string[] =>
  [
    ...new Set(tensors.map(({ name }) => (moduleOf(name) ?? name).split(".").at(-1) as string)),
  ].sort();
