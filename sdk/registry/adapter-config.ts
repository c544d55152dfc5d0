import type { Problem } from "../../core/errors.ts";
import { CONFIG_FILE, type ExpectedAdapter, problemsOf, show } from "./peft-layout.ts";

const wrong = problemsOf(CONFIG_FILE);

/** Checks `adapter_config.json` against the run and against what vLLM can serve. */
export function checkConfig(bytes: Uint8Array, expected: ExpectedAdapter): Problem[] {
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
