import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Digest, sha256 } from "../../core/digest.ts";
import { TrainerResult } from "../../jobs/trainer-result.ts";
import type { Launch, Launched, Launcher } from "./launcher.ts";

export interface RunInputs {
  config: unknown;
  data: string;
  model: string;
}

/** A line of `metrics.jsonl`. */
export interface Metric {
  step: number;
  split: "train" | "validation";
  name: string;
  value: number;
  attempt: number;
}

const GIVE_UP_SECONDS = 300;

/** One run in a folder of its own, with as many attempts as a case wants. */
export class TrainerRun {
  readonly folder: string;
  readonly output: string;
  readonly checkpoints: string;
  readonly acknowledgement: string;
  readonly #launcher: Launcher;
  readonly #readable: readonly string[];
  readonly #writable: readonly string[];
  readonly #env: Readonly<Record<string, string>>;
  #attempt = 0;

  constructor(launcher: Launcher, folder: string, inputs: RunInputs) {
    this.#launcher = launcher;
    this.folder = folder;
    this.output = join(folder, "output");
    this.checkpoints = join(folder, "checkpoints");
    this.acknowledgement = join(folder, "ship", "acknowledged");
    this.#writable = [this.output, this.checkpoints, join(folder, "ship")];
    for (const path of this.#writable) {
      mkdirSync(path, { recursive: true });
      chmodSync(path, 0o777); // the user of a container is another one
    }
    const config = join(folder, "config.json");
    writeFileSync(config, JSON.stringify(inputs.config));
    this.#readable = [config, inputs.data, inputs.model];
    this.#env = {
      FT_RUN_ID: "conformance",
      FT_CONFIG: config,
      FT_DATA_DIR: inputs.data,
      FT_MODEL_DIR: inputs.model,
      FT_OUTPUT_DIR: this.output,
      FT_CHECKPOINT_DIR: this.checkpoints,
      HF_HUB_OFFLINE: "1",
    };
  }

  /** Starts the next attempt. */
  start(env: Record<string, string> = {}, options?: { asPid1?: boolean }): Launched {
    this.#attempt += 1;
    const launch: Launch = {
      env: { ...this.#env, FT_ATTEMPT: String(this.#attempt), ...env },
      readable: this.#readable,
      writable: this.#writable,
    };
    return this.#launcher.start(launch, options);
  }

  finish(env?: Record<string, string>): Promise<number> {
    return this.start(env).exit;
  }

  /** An attempt that finds what an earlier run left. */
  copyCheckpoints(from: TrainerRun): void {
    cpSync(from.checkpoints, this.checkpoints, { recursive: true });
  }

  /** Until `ready`, or an error when the attempt ended before or the wait is too long. */
  async until(launched: Launched, what: string, ready: () => boolean): Promise<void> {
    let ended: number | undefined;
    void launched.exit.then((code) => {
      ended = code;
    });
    const end = Date.now() + GIVE_UP_SECONDS * 1000;
    while (!ready()) {
      if (ended !== undefined) throw new Error(`exited ${ended} before ${what}`);
      if (Date.now() > end) throw new Error(`no ${what} within ${GIVE_UP_SECONDS} s`);
      await sleep(20);
    }
  }

  untilStep(launched: Launched, step: number): Promise<void> {
    return this.until(launched, `step ${step} in metrics.jsonl`, () =>
      this.metrics().some((metric) => metric.step >= step),
    );
  }

  hasResult(): boolean {
    return existsSync(join(this.output, "result.json"));
  }

  result(): TrainerResult {
    return TrainerResult.parse(JSON.parse(readFileSync(join(this.output, "result.json"), "utf8")));
  }

  /** Whole lines only: the last one may be half-written while the trainer runs. */
  metrics(): Metric[] {
    const file = join(this.output, "metrics.jsonl");
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
    return lines.map((line) => JSON.parse(line) as Metric);
  }

  adapterDigest(): Digest {
    return sha256(readFileSync(join(this.output, "adapter", "adapter_model.safetensors")));
  }

  completeCheckpoints(): string[] {
    return readdirSync(this.checkpoints)
      .filter((name) => existsSync(join(this.checkpoints, name, "COMPLETE")))
      .sort();
  }
}
