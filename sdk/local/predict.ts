import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { canonicalJson, digestOf, sha256 } from "../../core/digest.ts";
import { type KitErrorOptions, RunError, type RunFailure } from "../../core/errors.ts";
import { Prediction } from "../../core/spec/evaluation-job.ts";
import { childEnv } from "./child-env.ts";

export interface PredictRequest {
  python: string;
  /** The evaluator, jobs/trainer/evaluate.py. */
  script: string;
  /** The evaluator's config: arms, decoding, method. */
  config: { arms: readonly { id: string }[] };
  /** Items to answer, as JSON lines with `id` and `messages`. */
  items: readonly { id: string }[];
  model: string;
  /** Folder with the adapter; absent when no arm uses one. */
  adapter?: { folder: string; digest: string };
  workFolder: string;
  env: Readonly<Record<string, string | undefined>>;
  onProgress?: (answered: number, total: number) => void;
  signal?: AbortSignal;
}

const EvaluatorResult = z.looseObject({
  status: z.enum(["succeeded", "preempted", "failed"]),
  error: z.string().nullable(),
  adapterEffect: z
    .object({
      probes: z.number().int(),
      maxAbsLogitChange: z.number(),
      changedFirstToken: z.number().int(),
    })
    .optional(),
});

export interface Predictions {
  predictions: Prediction[];
  /** The exact lines, for the record. */
  text: string;
  adapterEffect?: { probes: number; maxAbsLogitChange: number; changedFirstToken: number };
}

/**
 * Answers every item with every arm in a child process. What was answered is kept: the same request after a kill or
 * Ctrl-C goes on where it stopped, and a finished one is read, not run again (decoding is greedy).
 * @throws RunError
 */
export async function predict(request: PredictRequest): Promise<Predictions> {
  const space = prepare(request);
  const total = request.items.length * request.config.arms.length;
  const proven = !request.adapter || readResult(space)?.adapterEffect !== undefined;
  if (!finished(space, total) || !proven) await run(request, space, total);
  const result = readResult(space);
  const text = readFileSync(space.predictions, "utf8");
  return {
    predictions: parseLines(text),
    text,
    ...(result?.adapterEffect ? { adapterEffect: result.adapterEffect } : {}),
  };
}

interface Space {
  folder: string;
  output: string;
  predictions: string;
  log: string;
}

function prepare(request: PredictRequest): Space {
  const lines = request.items.map((item) => `${canonicalJson(item)}\n`).join("");
  const key = digestOf({
    config: request.config,
    items: sha256(lines),
    model: request.model,
    adapter: request.adapter?.digest ?? null,
  });
  const folder = join(request.workFolder, `predict-${key.slice(0, 16)}`);
  const output = join(folder, "output");
  mkdirSync(join(folder, "data"), { recursive: true });
  mkdirSync(output, { recursive: true });
  writeFileSync(join(folder, "config.json"), canonicalJson(request.config));
  writeFileSync(join(folder, "data", "test.jsonl"), lines);
  return {
    folder,
    output,
    predictions: join(output, "predictions.jsonl"),
    log: join(folder, "evaluator.log"),
  };
}

async function run(request: PredictRequest, space: Space, total: number): Promise<void> {
  const log = openSync(space.log, "a");
  const child = spawn(request.python, [request.script], {
    cwd: space.folder,
    stdio: ["ignore", log, log],
    // A group of its own: Ctrl-C in the terminal reaches this program only, which then stops the child with SIGTERM.
    detached: true,
    env: childEnv(request.env, {
      FT_RUN_ID: space.folder.slice(-16),
      FT_ATTEMPT: "1",
      FT_CONFIG: join(space.folder, "config.json"),
      FT_DATA_DIR: join(space.folder, "data"),
      FT_MODEL_DIR: request.model,
      FT_OUTPUT_DIR: space.output,
      ...(request.adapter ? { FT_ADAPTER_DIR: request.adapter.folder } : {}),
    }),
  });
  closeSync(log);
  const stop = () => child.kill("SIGTERM");
  request.signal?.addEventListener("abort", stop, { once: true });
  let ended = false;
  const exit = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 137));
  }).finally(() => {
    ended = true;
  });
  const watch = async () => {
    while (!ended) {
      request.onProgress?.(countLines(space.predictions), total);
      await Promise.race([sleep(500), exit]);
    }
  };
  const [code] = await Promise.all([exit, watch()]);
  request.signal?.removeEventListener("abort", stop);
  if (!finished(space, total)) throw failure(code, space, total);
}

function finished(space: Space, total: number): boolean {
  return readResult(space)?.status === "succeeded" && countLines(space.predictions) === total;
}

function failure(code: number, space: Space, total: number): RunError {
  const done = countLines(space.predictions);
  const options: KitErrorOptions = {
    path: space.log,
    fix: "read the log; the last lines have the Python error",
  };
  const resume = { ...options, fix: "run the same command again: the answers so far are kept" };
  const text = readResult(space)?.error ?? `the evaluator exited ${code}`;
  const failures: Record<number, readonly [RunFailure, KitErrorOptions]> = {
    64: ["config", options],
    65: ["data", { ...options, fix: "mend the item that is named and check the dataset again" }],
    69: [
      "dependency",
      { ...options, fix: "run `tunekit doctor`: a model, an adapter or a package is missing" },
    ],
    75: ["preempted", resume],
    78: ["out-of-memory", { ...options, fix: "lower evaluation.batchSize" }],
    137: ["killed", resume],
    143: ["killed", resume],
  };
  const [kind, how] = failures[code] ?? (["internal", options] as const);
  return new RunError(kind, `answering stopped after ${done} of ${total}: ${text}`, how);
}

function readResult(space: Space): z.output<typeof EvaluatorResult> | undefined {
  const file = join(space.output, "result.json");
  if (!existsSync(file)) return undefined;
  try {
    return EvaluatorResult.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined; // cut off while it was written: as good as none
  }
}

function countLines(file: string): number {
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").length - 1 : 0;
}

function parseLines(text: string): Prediction[] {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => Prediction.parse(JSON.parse(line)));
}
