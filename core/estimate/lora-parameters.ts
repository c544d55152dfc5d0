import type { BaseModel } from "../catalog/models.ts";
import { CatalogError } from "../errors.ts";
import { nearest } from "../spec/parse.ts";
import type { LoraSpec } from "../spec/training-job.ts";
import type { Bytes } from "../units.ts";

/** A linear layer of every block: inputs, outputs, and how many of it one block has (experts). */
interface Linear {
  inputs: number;
  outputs: number;
  copies: number;
}

/** The linear layers of one block by their short names. */
function linears(model: BaseModel): Record<string, Linear> {
  const { hidden, heads, kvHeads, headDim, mlpWidth, experts } = model;
  const [query, keyValue] = [heads * headDim, kvHeads * headDim];
  const linear = (inputs: number, outputs: number, copies = 1): Linear => ({
    inputs,
    outputs,
    copies,
  });
  return {
    q: linear(hidden, query),
    k: linear(hidden, keyValue),
    v: linear(hidden, keyValue),
    o: linear(query, hidden),
    ...(model.mlp === "plain" ? {} : { gate: linear(hidden, mlpWidth, experts) }),
    up: linear(hidden, mlpWidth, experts),
    down: linear(mlpWidth, hidden, experts),
    qkv: linear(hidden, query + 2 * keyValue),
    gate_up: linear(hidden, 2 * mlpWidth, experts),
  };
}

/** Layers that models store as one matrix; `all-linear` counts their parts instead. */
const FUSED = new Set(["qkv", "gate_up"]);

/** Names that model code gives these layers, where they are not the short name or the short name + `_proj`. */
const MODULE_NAMES: Record<string, string> = {
  out_proj: "o",
  dense: "o",
  query_key_value: "qkv",
  fc1: "up",
  fc2: "down",
  dense_h_to_4h: "up",
  dense_4h_to_h: "down",
};

/**
 * Trainable parameters of a LoRA adapter, exact: r x (inputs + outputs) over the adapted layers of all blocks (Hu et al.
 * 2021, arXiv 2106.09685). An adapted expert counts once an expert.
 * @throws CatalogError `UnknownModule` for a target that the model has not.
 */
export function loraParameters(model: BaseModel, lora: Pick<LoraSpec, "r" | "targetModules">) {
  const known = linears(model);
  const sizes = targetNames(known, lora.targetModules).map((name) => {
    const { inputs, outputs, copies } = known[name] as Linear;
    return (inputs + outputs) * copies;
  });
  return model.layers * lora.r * sizes.reduce((sum, size) => sum + size, 0);
}

function targetNames(
  known: Record<string, Linear>,
  targets: LoraSpec["targetModules"],
): readonly string[] {
  if (targets === "all-linear") return Object.keys(known).filter((name) => !FUSED.has(name));
  return targets.map((target) => {
    const name = MODULE_NAMES[target] ?? target.replace(/_proj$/, "");
    if (Object.hasOwn(known, name)) return name;
    const names = Object.keys(known).map((short) => `${short}_proj`);
    const near = nearest(target, names);
    throw new CatalogError("UnknownModule", `the model has no layer "${target}" to adapt`, {
      path: "lora.targetModules",
      fix: near ? `did you mean "${near}"?` : `"all-linear", or some of: ${names.join(", ")}`,
    });
  });
}

/** The MLP is among the adapted layers, so its inputs are kept for the backward pass. */
export const adaptsMlp = (targets: LoraSpec["targetModules"]): boolean =>
  targets === "all-linear" || targets.some((target) => /gate|up|down|fc|4h/.test(target));

/** Header of a safetensors file: 8 bytes of length, about 131 bytes of JSON a tensor, two tensors an adapted layer. */
const HEADER_BYTES_A_TENSOR = 131;

/**
 * Size of `adapter_model.safetensors`, which PEFT writes in fp32 whatever the type of the base: 4 bytes a parameter plus
 * the header. Measured: 629,744 B for 155,648 parameters in 56 tensors; 73,415,000 B for 18,350,080 in 112 (PEFT).
 */
export function adapterBytes(model: BaseModel, lora: Pick<LoraSpec, "r" | "targetModules">): Bytes {
  const known = linears(model);
  const layers = targetNames(known, lora.targetModules).reduce(
    (sum, name) => sum + (known[name] as Linear).copies,
    0,
  );
  return 4 * loraParameters(model, lora) + 8 + 2 * layers * model.layers * HEADER_BYTES_A_TENSOR;
}
