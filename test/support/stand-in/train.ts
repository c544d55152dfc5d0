import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { adapterConfig, adapterWeights, type Shape } from "./adapter.ts";
import {
  attempt,
  behaviour,
  conclude,
  elapsed,
  Fail,
  filesIn,
  fingerprintOf,
  setting,
  writeWhole,
} from "./contract.ts";

interface Config {
  base: { id: string; revision: string };
  lora: { r: number; alpha: number };
  training: { steps: number; checkpointEverySteps: number };
}

/** Counts to the last step with metrics and complete checkpoints, then publishes an adapter whose values come from its inputs. */
export const train = (): Promise<never> =>
  conclude(async (stop, output, result) => {
    const config = JSON.parse(readFileSync(setting("FT_CONFIG"), "utf8")) as Config;
    const { steps, checkpointEverySteps } = config.training;
    const fingerprint = fingerprintOfInputs();
    Object.assign(result, {
      fingerprint,
      plannedSteps: steps,
      completedSteps: 0,
      resumedFrom: null,
    });
    if (setting("FT_FINGERPRINT") !== fingerprint)
      throw new Fail("config", "the inputs are not the approved ones");
    const { stepMs = 0, loadMs = 0, failAt, exit = 70, brokenPromise, ...own } = behaviour();
    const { tokensPerSecond, peakMemoryBytes } = own;
    if (tokensPerSecond) {
      Object.assign(result, { stepTokens: 10_000, stepSeconds: 10_000 / tokensPerSecond });
    }
    const checkpoints = setting("FT_CHECKPOINT_DIR");
    mkdirSync(checkpoints, { recursive: true });
    const resumed = newestCheckpoint(checkpoints, fingerprint);
    if (resumed) Object.assign(result, { completedSteps: resumed, resumedFrom: resumed });
    await sleep(loadMs);
    const last = brokenPromise === "fewer-steps" ? steps - 1 : steps;
    for (let step = resumed + 1; step <= last; step += 1) {
      await sleep(stepMs);
      if (step === failAt) throw new Fail(exit, `failed at step ${step}, as the test asked`);
      result.completedSteps = step;
      report(output, "train", step);
      if (step % checkpointEverySteps === 0 || step === last || stop.asked) {
        report(output, "validation", step);
        checkpoint(checkpoints, step, fingerprint);
      }
      if (stop.asked && step < last)
        throw new Fail("preempted", `stopped by ${stop.reason} at step ${step}`);
    }
    if (brokenPromise !== "no-adapter") publish(output, config, fingerprint, brokenPromise);
    Object.assign(result, {
      bestStep: last,
      trainLoss: lossAt(last),
      validationLoss: lossAt(last),
      tokens: last * 100,
      ...(peakMemoryBytes && { peakMemoryBytes }),
      libraryVersions: { "stand-in": "1" },
    });
    if (brokenPromise === "other-fingerprint") result.fingerprint = "0".repeat(64);
    if (brokenPromise === "no-result") process.exit(0);
  });

function fingerprintOfInputs(): string {
  const data = setting("FT_DATA_DIR");
  return fingerprintOf({
    "config.json": setting("FT_CONFIG"),
    "data/train.jsonl": join(data, "train.jsonl"),
    "data/validation.jsonl": join(data, "validation.jsonl"),
    ...filesIn("model", setting("FT_MODEL_DIR")),
  });
}

const lossAt = (step: number): number => 1 / step;

function report(output: string, split: "train" | "validation", step: number): void {
  const metric = {
    step,
    epoch: step / 10,
    split,
    name: "loss",
    value: lossAt(step),
    tokensSeen: step * 100,
    elapsedSeconds: elapsed(),
    attempt: attempt(),
  };
  appendFileSync(join(output, "metrics.jsonl"), `${JSON.stringify(metric)}\n`);
}

function checkpoint(folder: string, step: number, fingerprint: string): void {
  const own = join(folder, `checkpoint-${step}`);
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, "state"), `${step}`);
  writeWhole(
    join(own, "COMPLETE"),
    JSON.stringify({ fingerprint, step, files: { state: `${step}`.length } }),
  );
}

/** Step of the newest complete checkpoint, 0 without one; what was cut off is removed, another run's is refused. */
function newestCheckpoint(folder: string, fingerprint: string): number {
  let newest = 0;
  for (const name of readdirSync(folder)) {
    const marker = join(folder, name, "COMPLETE");
    if (!existsSync(marker)) {
      rmSync(join(folder, name), { recursive: true });
      continue;
    }
    const { step, fingerprint: owner } = JSON.parse(readFileSync(marker, "utf8")) as {
      step: number;
      fingerprint: string;
    };
    if (owner !== fingerprint) throw new Fail("config", `${name} belongs to another run`);
    newest = Math.max(newest, step);
  }
  return newest;
}

function publish(output: string, config: Config, fingerprint: string, broken?: string): void {
  const model = join(setting("FT_MODEL_DIR"), "config.json");
  const shape = JSON.parse(readFileSync(model, "utf8")) as Shape;
  const [temporary, adapter] = [join(output, ".adapter.tmp"), join(output, "adapter")];
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary);
  const weights = adapterWeights(shape, config.lora.r, fingerprint, broken);
  writeFileSync(join(temporary, "adapter_model.safetensors"), weights);
  writeFileSync(join(temporary, "adapter_config.json"), adapterConfig(config.base, config.lora));
  if (broken === "pickle") writeFileSync(join(temporary, "optimizer.pt"), "a pickle");
  rmSync(adapter, { recursive: true, force: true });
  renameSync(temporary, adapter);
}
