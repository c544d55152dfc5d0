import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { canonicalJson, digestOf, sha256 } from "../../core/digest.ts";
import { type KitErrorOptions, RunError, type RunFailure } from "../../core/errors.ts";
import { type Attempt, isAlive, readAttempts, startAttempt, terminate } from "./attempt.ts";
import { childEnv } from "./child-env.ts";
import { type Answers, readAnswers } from "./predictions-file.ts";
import { type Workspace, workspace } from "./workspace.ts";
import { writeWhole } from "./write-whole.ts";

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

/** `result.json` (docs/trainer.md). */
const EvaluatorResult = z.looseObject({
  attempt: z.number().int(),
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
type EvaluatorResult = z.output<typeof EvaluatorResult>;

export interface Predictions extends Answers {
  adapterEffect?: { probes: number; maxAbsLogitChange: number; changedFirstToken: number };
}

/**
 * Answers every item with every arm in a process of its own, which outlives this one. What was answered is kept: the same
 * request after a kill or Ctrl-C goes on where it stopped, one that is being answered is waited for, and a finished one is
 * read, not run again (decoding is greedy).
 * @throws RunError
 */
export async function predict(request: PredictRequest): Promise<Predictions> {
  const asked = prepare(request);
  const last = readAttempts(asked.space).at(-1);
  let number = last?.number ?? 0;
  if (!last || !isRunning(asked, last)) {
    // After the look for an attempt that runs: one that ended in between has left all its answers.
    const there = look(asked);
    if (there.finished && (!request.adapter || there.result?.adapterEffect)) return found(there);
    number += 1;
    start(request, asked, number);
  }
  const exit = await ended(request, asked, number);
  const now = look(asked);
  if (!now.finished) throw failure(asked, number, request.signal?.aborted ? 75 : exit, now);
  return found(now);
}

/** A request, laid out. The folder's name is its digest, so that the same request has the same folder. */
interface Asked {
  id: string;
  space: Workspace;
  predictions: string;
  /** Pairs (arm, id). */
  total: number;
}

function prepare(request: PredictRequest): Asked {
  const lines = request.items.map((item) => `${canonicalJson(item)}\n`).join("");
  const key = digestOf({
    config: request.config,
    items: sha256(lines),
    model: request.model,
    adapter: request.adapter?.digest ?? null,
  });
  const id = `predict-${key.slice(0, 16)}`;
  const space = workspace(request.workFolder, id);
  mkdirSync(space.data, { recursive: true });
  mkdirSync(space.output, { recursive: true });
  writeWhole(space.config, canonicalJson(request.config));
  writeWhole(join(space.data, "test.jsonl"), lines);
  const total = request.items.length * request.config.arms.length;
  return { id, space, predictions: join(space.output, "predictions.jsonl"), total };
}

/** Of two commands that start the same number one wins, and both wait for its attempt. */
function start(request: PredictRequest, { id, space }: Asked, number: number): void {
  startAttempt(space, {
    number,
    command: [request.python, request.script],
    env: childEnv(request.env, {
      FT_RUN_ID: id,
      FT_ATTEMPT: String(number),
      FT_CONFIG: space.config,
      FT_DATA_DIR: space.data,
      FT_MODEL_DIR: request.model,
      FT_OUTPUT_DIR: space.output,
      ...(request.adapter ? { FT_ADAPTER_DIR: request.adapter.folder } : {}),
    }),
  });
}

const isRunning = ({ id }: Asked, attempt: Attempt): boolean =>
  !attempt.exit && isAlive(attempt, id);

const LOOK_MS = 100;
const CLAIM_LOOKS = 100;

/** Waits for the end of an attempt, whoever started it: its exit code; undefined after a kill that left no record. */
async function ended(
  { onProgress, signal }: PredictRequest,
  asked: Asked,
  number: number,
): Promise<number | undefined> {
  const read = () => readAttempts(asked.space).find((attempt) => attempt.number === number);
  for (let looks = 0; ; looks += 1) {
    const attempt = read();
    if (attempt && !isRunning(asked, attempt)) return read()?.exit?.code;
    if (!attempt && looks === CLAIM_LOOKS) {
      throw new RunError("internal", "the evaluator process did not start", {
        path: asked.space.log(number),
        fix: "read the log, then run the same command again",
      });
    }
    // Each time: a signal between the claim and the start of the evaluator would reach nobody.
    if (attempt && signal?.aborted) terminate(attempt);
    onProgress?.(readAnswers(asked.predictions).predictions.length, asked.total);
    await sleep(LOOK_MS);
  }
}

interface Found {
  answers: Answers;
  result: EvaluatorResult | undefined;
  finished: boolean;
}

function look({ space, predictions, total }: Asked): Found {
  const answers = readAnswers(predictions);
  const result = readResult(space);
  const finished = result?.status === "succeeded" && answers.predictions.length === total;
  return { answers, result, finished };
}

const found = ({ answers, result }: Found): Predictions => ({
  ...answers,
  ...(result?.adapterEffect ? { adapterEffect: result.adapterEffect } : {}),
});

function failure(
  { space, total }: Asked,
  number: number,
  exit: number | undefined,
  { answers, result }: Found,
): RunError {
  const own = result?.attempt === number ? result : undefined;
  const code = exit ?? (own?.status === "preempted" ? 75 : 137);
  const options: KitErrorOptions = {
    path: space.log(number),
    fix: "read the log; the last lines have the Python error",
  };
  const resume = { ...options, fix: "run the same command again: the answers so far are kept" };
  const failures: Record<number, readonly [RunFailure, KitErrorOptions]> = {
    0: ["contract", options],
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
  const done = answers.predictions.length;
  const text = own?.error ?? `the evaluator exited ${code}`;
  return new RunError(kind, `answering stopped after ${done} of ${total}: ${text}`, how);
}

function readResult({ result }: Workspace): EvaluatorResult | undefined {
  if (!existsSync(result)) return undefined;
  try {
    return EvaluatorResult.safeParse(JSON.parse(readFileSync(result, "utf8"))).data;
  } catch {
    return undefined; // cut off while it was written: as good as none
  }
}
