import type { ManifestDraft } from "../../sdk/registry/publish.ts";
import type { ObjectStore } from "../../sdk/store/object-store.ts";
import { safetensors, type TensorSource } from "./safetensors.ts";

/** A LoRA adapter of rank 2 on two modules, 3 wide and 4 high: 2 x (3 + 4) x 2 = 28 parameters. */
export const R = 2;
export const PARAMETERS = 28;
export const TEAM = "support";
export const RUN = "01JD0000000000000000000000";
export const AT = "2026-11-24T09:30:00.000Z";
const MODULES = ["layers.0.self_attn.q_proj", "layers.0.self_attn.v_proj"];

export const loraTensors = (seed = 1): TensorSource[] =>
  MODULES.flatMap((module, index) => [
    tensor(`base_model.model.model.${module}.lora_A.weight`, [R, 3], seed + index),
    tensor(`base_model.model.model.${module}.lora_B.weight`, [4, R], seed - index),
  ]);

const tensor = (name: string, shape: [number, number], first: number): TensorSource => ({
  name,
  dtype: "F32",
  shape,
  values: Array.from({ length: shape[0] * shape[1] }, (_, index) => first + index / 8),
});

/** As the trainer leaves it: PEFT's own keys, the base by name, target modules sorted. */
export const peftConfig = (over: Record<string, unknown> = {}): string =>
  JSON.stringify({
    base_model_name_or_path: "tiny-base",
    bias: "none",
    lora_alpha: 32,
    lora_dropout: 0.05,
    modules_to_save: null,
    peft_type: "LORA",
    r: R,
    revision: "rev-1",
    target_modules: ["q_proj", "v_proj"],
    task_type: "CAUSAL_LM",
    use_dora: false,
    ...over,
  });

export const adapterFiles = (
  tensors: readonly TensorSource[] = loraTensors(),
  config = peftConfig(),
): Map<string, Uint8Array> =>
  new Map([
    ["adapter_config.json", Buffer.from(config)],
    ["adapter_model.safetensors", safetensors(tensors, { format: "pt" })],
  ]);

const digest = (letter: string) => letter.repeat(64);

export const draft = (over: Partial<ManifestDraft> = {}, runId = RUN): ManifestDraft => ({
  name: "mail-triage",
  createdBy: "ana",
  createdAt: AT,
  base: { model: "tiny-base", revision: "rev-1" },
  method: { name: "lora", r: R, alpha: 32, quantization: null, parameters: PARAMETERS },
  data: {
    dataset: digest("a"),
    splits: { train: digest("b"), validation: digest("c"), test: digest("d") },
    readiness: digest("e"),
  },
  run: {
    id: runId,
    jobDigest: digest("1"),
    fingerprint: digest("2"),
    seed: 7,
    plannedSteps: 60,
    completedSteps: 60,
    bestStep: 45,
    resumedFrom: null,
    attempts: 1,
    libraryVersions: { peft: "0.20.0" },
  },
  metrics: { trainLoss: 0.5, validationLoss: 0.75 },
  decisionId: "01JD0000000000000000000001",
  cost: { microUsd: 420_000, seconds: 120.5, gpu: "none" },
  ...over,
});

/** Puts files where a run leaves its adapter. */
export async function storeAdapter(
  store: ObjectStore,
  files: ReadonlyMap<string, Uint8Array> = adapterFiles(),
  runId = RUN,
): Promise<void> {
  for (const [name, body] of files) {
    await store.put(`runs/${TEAM}/${runId}/adapter/${name}`, body, { ifAbsent: true });
  }
}
