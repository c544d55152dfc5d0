import { join } from "node:path";

/**
 * Where one run lives on this machine while it trains: `<root>/work/<runId>/`. The object store holds what lasts; this
 * folder holds what the trainer needs and writes, and can be deleted once the run is settled.
 */
export interface Workspace {
  folder: string;
  config: string;
  data: string;
  output: string;
  checkpoints: string;
  /** `attempts/<n>` is created by attempt n as its claim; `attempts/<n>.exit` when it ends. */
  attempts: string;
  metrics: string;
  result: string;
  adapter: string;
  /** Present once a person asked to stop the run. */
  cancelled: string;
  log(attempt: number): string;
}

export function workspace(workFolder: string, runId: string): Workspace {
  const folder = join(workFolder, runId);
  const output = join(folder, "output");
  return {
    folder,
    config: join(folder, "config.json"),
    data: join(folder, "data"),
    output,
    checkpoints: join(folder, "checkpoints"),
    attempts: join(folder, "attempts"),
    metrics: join(output, "metrics.jsonl"),
    result: join(output, "result.json"),
    adapter: join(output, "adapter"),
    cancelled: join(folder, "cancelled"),
    log: (attempt) => join(folder, `attempt-${attempt}.log`),
  };
}
