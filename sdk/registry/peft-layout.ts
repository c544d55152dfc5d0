import type { Problem } from "../../core/errors.ts";

/** The two files of a PEFT adapter (huggingface/peft, `save_pretrained`), which is what servers load. */
export const CONFIG_FILE = "adapter_config.json";
export const WEIGHTS_FILE = "adapter_model.safetensors";

/** What the run was to make; the files must say the same. */
export interface ExpectedAdapter {
  base: { model: string; revision: string };
  r: number;
  alpha: number;
  /** r x sum(in + out) over the target modules (Hu et al. 2021, arXiv:2106.09685, section 4.1). */
  parameters: number;
}

/** Problems of one file; their messages begin with its name. */
export const problemsOf =
  (file: string) =>
  (code: string, message: string, fix: string): Problem => ({
    code,
    message: `${file} ${message}`,
    fix,
    file,
  });

/** A value in a message; what is not there is `none`. */
export const show = (value: unknown): string => JSON.stringify(value) ?? "none";
