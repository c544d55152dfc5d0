import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Method } from "../../core/spec/training-job.ts";
import { TrainerConfig } from "../../jobs/trainer-config.ts";
import { type Case, type Kit, Skip } from "./cases.ts";
import type { Launcher } from "./launcher.ts";
import { TrainerRun } from "./trainer-run.ts";

export interface KitOptions {
  launcher: Launcher;
  method: Method;
  data: string;
  model: string;
  /** Folder for the runs; emptied first. */
  work: string;
  /** Optimizer steps of each run; every sixth is a checkpoint. */
  steps: number;
}

export interface Outcome {
  name: string;
  state: "ok" | "failed" | "skipped";
  note: string;
  seconds: number;
}

export function openKit(options: KitOptions): Kit {
  const { launcher, data, model, work, steps, method } = options;
  rmSync(work, { recursive: true, force: true });
  const config = TrainerConfig.parse({
    method,
    seed: 7,
    base: { id: "tunekit/tiny-llama", revision: "conformance" },
    training: {
      steps,
      learningRate: 0.003,
      maxLength: 256,
      checkpointEverySteps: Math.floor(steps / 6),
    },
  });
  const newRun: Kit["newRun"] = (name, inputs) =>
    new TrainerRun(launcher, join(work, name), { config, data, model, ...inputs });
  let reference: Promise<TrainerRun> | undefined;
  return {
    launcher,
    config,
    data,
    model,
    newRun,
    reference() {
      reference ??= (async () => {
        const run = newRun("reference");
        const code = await run.finish();
        if (code === 0) return run;
        throw new Error(
          `the reference run exited ${code}: ${run.hasResult() ? run.result().error : "no result.json"}`,
        );
      })();
      return reference;
    },
  };
}

/** Runs the cases, `jobs` at a time. */
export async function proveAll(
  kit: Kit,
  cases: readonly Case[],
  options: { jobs: number; onStart?: (name: string) => void; onEnd?: (outcome: Outcome) => void },
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = [...cases];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      options.onStart?.(next.name);
      const outcome = await prove(kit, next);
      outcomes.push(outcome);
      options.onEnd?.(outcome);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return outcomes;
}

async function prove(kit: Kit, { name, prove: body }: Case): Promise<Outcome> {
  const started = performance.now();
  const end = (state: Outcome["state"], note: string): Outcome => ({
    name,
    state,
    note,
    seconds: (performance.now() - started) / 1000,
  });
  try {
    return end("ok", await body(kit));
  } catch (error) {
    if (error instanceof Skip) return end("skipped", error.message);
    return end("failed", error instanceof Error ? error.message : String(error));
  }
}
