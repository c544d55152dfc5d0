import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { InputError } from "../core/errors.ts";
import { TrainingJob } from "../core/spec/training-job.ts";
import { parseYaml } from "../core/spec/yaml.ts";
import { connect, type Kit } from "../sdk/index.ts";
import type { Io } from "./io.ts";
import type { GlobalOptions } from "./verb.ts";

/** The client of the project in which the command was typed. */
export const openKit = (io: Io, options: GlobalOptions): Promise<Kit> =>
  connect({
    cwd: io.cwd,
    env: io.env,
    now: io.now,
    ...(options.store === undefined ? {} : { store: options.store }),
    ...(options.platform === undefined ? {} : { platform: options.platform }),
  });

/** A job file, strictly parsed. Its dataset path is relative to its own folder. */
export function readJob(io: Io, file: string): { job: TrainingJob; folder: string } {
  const path = resolve(io.cwd, file);
  return { job: parseYaml(TrainingJob, readInput(path, file), file), folder: dirname(path) };
}

/** Text of a file that the user named. @throws InputError */
export function readInput(path: string, shown: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const what = code === "ENOENT" ? "there is no such file" : `the file cannot be read (${code})`;
    throw new InputError("FileUnreadable", what, {
      path: shown,
      fix: "correct the path or its permissions",
      cause,
    });
  }
}
