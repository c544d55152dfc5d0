import { safetensors, type TensorSource } from "../safetensors.ts";
import { sha256 } from "./contract.ts";

/** The part of a Llama's config.json that gives its linear layers their sizes. */
export interface Shape {
  hidden_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  num_key_value_heads: number;
  head_dim: number;
  intermediate_size: number;
}

/** A whole LoRA of rank r on every linear layer. Its values come from the seed alone, so a resumed run gives the same bytes. */
export function adapterWeights(shape: Shape, r: number, seed: string, broken?: string): Uint8Array {
  const start = Number.parseInt(sha256(seed).slice(0, 6), 16) / 0xffffff;
  const tensor = (name: string, rows: number, columns: number): TensorSource => ({
    name: `base_model.model.${name}.weight`,
    dtype: "F32",
    shape: [rows, columns],
    values: Array.from({ length: rows * columns }, (_, index) => Math.sin(start + index)),
  });
  const tensors: TensorSource[] = [];
  for (let layer = 0; layer < shape.num_hidden_layers; layer += 1) {
    for (const [module, [inputs, outputs]] of Object.entries(linears(shape))) {
      const name = `model.layers.${layer}.${module}`;
      tensors.push(tensor(`${name}.lora_A`, r, inputs), tensor(`${name}.lora_B`, outputs, r));
    }
  }
  if (broken === "missing-tensor") tensors.pop();
  if (broken === "nan") (tensors[0] as TensorSource).values[0] = Number.NaN;
  return safetensors(tensors, { format: "pt" });
}

/** Inputs and outputs of the linear layers of one block. */
function linears(shape: Shape): Record<string, [inputs: number, outputs: number]> {
  const { hidden_size: hidden, intermediate_size: mlp, head_dim: head } = shape;
  const [query, keyValue] = [shape.num_attention_heads * head, shape.num_key_value_heads * head];
  return {
    "self_attn.q_proj": [hidden, query],
    "self_attn.k_proj": [hidden, keyValue],
    "self_attn.v_proj": [hidden, keyValue],
    "self_attn.o_proj": [query, hidden],
    "mlp.gate_proj": [hidden, mlp],
    "mlp.up_proj": [hidden, mlp],
    "mlp.down_proj": [mlp, hidden],
  };
}

export const adapterConfig = (
  base: { id: string; revision: string },
  lora: { r: number; alpha: number },
): string =>
  JSON.stringify({
    base_model_name_or_path: base.id,
    revision: base.revision,
    peft_type: "LORA",
    task_type: "CAUSAL_LM",
    r: lora.r,
    lora_alpha: lora.alpha,
    modules_to_save: null,
    use_dora: false,
  });
