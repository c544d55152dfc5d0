import { isKitError, type Problem } from "../../core/errors.ts";
import { checkConfig } from "./adapter-config.ts";
import { checkTensors, checkValues, targetModulesOf } from "./lora-tensors.ts";
import { CONFIG_FILE, type ExpectedAdapter, problemsOf, WEIGHTS_FILE } from "./peft-layout.ts";
import { readTensors, type Tensor } from "./safetensors.ts";

const ALLOWED: readonly string[] = [CONFIG_FILE, WEIGHTS_FILE];
/** Files that can run code when they are loaded. */
const PICKLES = /\.(bin|pt|pth|pkl|pickle|ckpt|npy|npz|joblib)$/i;

/** What the files say themselves. */
export interface AdapterFacts {
  /** `F32`, `F16` or `BF16`, the same for all tensors. */
  dtype: string;
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
  return {
    problems,
    facts: { dtype: (tensors[0] as Tensor).dtype, targetModules: targetModulesOf(tensors) },
  };
}

/** The allow-list: exactly the two files that a server loads. */
export function checkNames(names: readonly string[]): Problem[] {
  const extra = names
    .filter((file) => !ALLOWED.includes(file))
    .map((file) =>
      PICKLES.test(file)
        ? problemsOf(file)(
            "PickleRefused",
            "is a pickle: loading it can run code",
            "remove it; weights are safetensors only",
          )
        : problemsOf(file)(
            "UnexpectedFile",
            "is no part of an adapter",
            `remove it; only ${ALLOWED.join(" and ")} are published`,
          ),
    );
  const missing = ALLOWED.filter((file) => !names.includes(file)).map((file) =>
    problemsOf(file)(
      "AdapterFileMissing",
      "is missing",
      "run the training to its end; it writes both files",
    ),
  );
  return [...extra, ...missing];
}
