import { dirname, resolve } from "node:path";
import { TrainingJob } from "../core/spec/training-job.ts";
import { parseYaml } from "../core/spec/yaml.ts";
import { connect, type Kit } from "../sdk/index.ts";
import type { Io } from "./io.ts";
import { readInput } from "./read-input.ts";
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
