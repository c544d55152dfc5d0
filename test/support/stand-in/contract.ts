import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** What a test wants the stand-in to do: `<model>/behaviour.json`, since a child inherits few variables. */
export interface Behaviour {
  /** Milliseconds that a step, or a batch of answers, takes. @default 0 */
  stepMs?: number;
  /** Milliseconds before the first step. @default 0 */
  loadMs?: number;
  /** What it measures of itself. @default nothing */
  tokensPerSecond?: number;
  peakMemoryBytes?: number;
  /** Ends with `exit` (default 70) at this step. */
  failAt?: number;
  exit?: number;
  /** Exits 0 all the same. */
  brokenPromise?:
    | "no-result"
    | "fewer-steps"
    | "other-fingerprint"
    | "no-adapter"
    | "pickle"
    | "nan"
    | "missing-tensor";
  /** The evaluator dies once, after this many answers. */
  crashEvaluatorAfter?: number;
  /** The evaluator ends with this exit code before its first answer. */
  evaluatorExit?: number;
  /** The evaluator says nothing about the effect of the adapter. */
  hideAdapterEffect?: boolean;
}

const KINDS = { config: 64, data: 65, internal: 70, preempted: 75 } as const;

/** Ends a run with the exit code of its kind. */
export class Fail extends Error {
  readonly exit: number;

  constructor(kind: keyof typeof KINDS | number, message: string) {
    super(message);
    this.exit = typeof kind === "number" ? kind : KINDS[kind];
  }
}

/** A variable of the contract; ends the run when it is not set. */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Fail("config", `the environment variable ${name} is not set`);
  return value;
}

export function behaviour(): Behaviour {
  const file = join(setting("FT_MODEL_DIR"), "behaviour.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Behaviour) : {};
}

export const attempt = (): number => Number(process.env.FT_ATTEMPT ?? "1");
export const startedAt = performance.timeOrigin;
export const elapsed = (): number => Math.round((Date.now() - startedAt) / 10) / 100;

export const sha256 = (data: Uint8Array | string): string =>
  createHash("sha256").update(data).digest("hex");

/** sha256 over the sorted lines `<sha256>  <name>\n`, written from docs/trainer.md and not from the client's code. */
export function fingerprintOf(files: Readonly<Record<string, string>>): string {
  const lines = Object.keys(files)
    .sort()
    .map((name) => `${sha256(readFileSync(files[name] as string))}  ${name}\n`);
  return sha256(lines.join(""));
}

export const filesIn = (prefix: string, folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [`${prefix}/${name}`, join(folder, name)]));

export function writeWhole(file: string, text: string | Uint8Array): void {
  writeFileSync(`${file}.tmp`, text);
  renameSync(`${file}.tmp`, file);
}

/** True from SIGTERM or the deadline on. */
export class Stop {
  reason: string | undefined;

  constructor() {
    process.on("SIGTERM", () => {
      this.reason = "SIGTERM";
    });
  }

  get asked(): boolean {
    const limit = Number(process.env.FT_DEADLINE_SECONDS ?? Number.POSITIVE_INFINITY);
    if (!this.reason && elapsed() > limit) this.reason = "deadline";
    return this.reason !== undefined;
  }
}

/** Runs `body`, writes result.json last, and ends the process. */
export async function conclude(
  body: (stop: Stop, output: string, result: Record<string, unknown>) => Promise<void>,
): Promise<never> {
  const stop = new Stop();
  const output = setting("FT_OUTPUT_DIR");
  mkdirSync(output, { recursive: true });
  rmSync(join(output, "result.json"), { force: true });
  const result: Record<string, unknown> = {
    runId: process.env.FT_RUN_ID ?? null,
    attempt: attempt(),
    status: "succeeded",
    error: null,
    startedAt: new Date(startedAt).toISOString(),
  };
  let exit = 0;
  try {
    await body(stop, output, result);
  } catch (error) {
    exit = error instanceof Fail ? error.exit : KINDS.internal;
    result.status = exit === KINDS.preempted ? "preempted" : "failed";
    result.error = error instanceof Error ? error.message : String(error);
  }
  Object.assign(result, { finishedAt: new Date().toISOString(), elapsedSeconds: elapsed() });
  writeWhole(join(output, "result.json"), `${JSON.stringify(result, null, 2)}\n`);
  console.log(JSON.stringify({ exit, ...result }));
  process.exit(exit);
}
