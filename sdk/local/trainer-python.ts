import { InputError } from "../../core/errors.ts";
import type { Environment } from "./cache-folder.ts";
import { findTrainer } from "./python.ts";

/** The Python that trains and answers here. @throws InputError `TrainerMissing` with what to install. */
export async function trainerPython(env: Environment): Promise<string> {
  const found = await findTrainer({ env });
  if ("python" in found) return found.python;
  throw new InputError("TrainerMissing", found.message, { fix: found.fix });
}
