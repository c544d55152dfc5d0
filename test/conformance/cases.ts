import { strict as assert } from "node:assert";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { TrainerConfig } from "../../jobs/trainer-config.ts";
import { fingerprint } from "../../sdk/local/fingerprint.ts";
import type { Launcher } from "./launcher.ts";
import type { RunInputs, TrainerRun } from "./trainer-run.ts";

/** What a case works with. `reference()` is one run to the end, made once and shared. */
export interface Kit {
  launcher: Launcher;
  config: TrainerConfig;
  data: string;
  model: string;
  newRun(name: string, inputs?: Partial<RunInputs>): TrainerRun;
  reference(): Promise<TrainerRun>;
}

export class Skip extends Error {}

export interface Case {
  name: string;
  /** Returns a note for people; throws when the contract is broken, `Skip` when it cannot be tried here. */
  prove(kit: Kit): Promise<string>;
}

/** Every promise of docs/trainer.md that can be tried from outside. */
export const CASES: readonly Case[] = [
  { name: "a run trains, publishes two files and exits 0", prove: complete },
  {
    name: "SIGTERM: checkpoint, exit 75, then the same adapter",
    prove: (kit) => stopped(kit, false),
  },
  {
    name: "SIGTERM as PID 1: checkpoint, exit 75, then the same adapter",
    prove: (kit) => stopped(kit, true),
  },
  {
    name: "kill -9: no result.json, half a checkpoint ignored, then the same adapter",
    prove: killed,
  },
  { name: "SIGTERM while loading: exit 75 before the first step", prove: stoppedWhileLoading },
  { name: "deadline: exit 75", prove: deadline },
  { name: "not shipped in time: exit 74, and the next attempt only publishes", prove: unshipped },
  { name: "SIGTERM while waiting to be shipped: exit 75", prove: stoppedWhileShipping },
  { name: "FT_RESUME=never starts again", prove: startsAgain },
  {
    name: "inputs that were not approved: exit 64",
    prove: (kit) => refused(kit.newRun("unapproved"), 64, { FT_FINGERPRINT: "0".repeat(64) }),
  },
  { name: "checkpoint of another run: exit 64", prove: foreignCheckpoint },
  {
    name: "unknown key in config.json: exit 64",
    prove: (kit) => badConfig(kit, "unknown-key", { ...kit.config, traning: 1 }, "traning"),
  },
  {
    name: "missing key in config.json: exit 64",
    prove: (kit) => badConfig(kit, "missing-key", { ...kit.config, seed: undefined }, "seed"),
  },
  {
    name: "wrong value in config.json: exit 64",
    prove: (kit) => badConfig(kit, "wrong-value", { ...kit.config, method: "full" }, "method"),
  },
  { name: "gradient checkpointing on: the same adapter", prove: (kit) => checkpointing(kit, "on") },
  {
    name: "gradient checkpointing off: the same adapter",
    prove: (kit) => checkpointing(kit, "off"),
  },
  {
    name: "offloaded checkpoints: they train, or exit 64 that names the key",
    prove: offloaded,
  },
  {
    name: "broken line in the data: exit 65 with file and line",
    prove: (kit) => badData(kit, "broken-line", '{"messages": ['),
  },
  {
    name: "chat without an answer: exit 65 with file and line",
    prove: (kit) => badData(kit, "no-answer", chat(["user", "x"])),
  },
  {
    name: "example longer than maxLength: exit 65 with file and line",
    prove: (kit) =>
      badData(kit, "too-long", chat(["user", "zq9 ".repeat(400)], ["assistant", "y"])),
  },
  { name: "no base model: exit 69", prove: noModel },
];

const METRIC_KEYS = [
  "step",
  "epoch",
  "split",
  "name",
  "value",
  "tokensSeen",
  "elapsedSeconds",
  "attempt",
];

async function complete(kit: Kit): Promise<string> {
  const run = await kit.reference();
  const result = run.result();
  const { steps } = kit.config.training;
  assert.equal(result.status, "succeeded");
  assert.deepEqual([result.plannedSteps, result.completedSteps], [steps, steps]);
  assert.equal(result.fingerprint, await approved(kit, run), "fingerprint in result.json");
  assert.ok(typeof result.validationLoss === "number", "validationLoss in result.json");
  const { stepTokens = 1, stepSeconds = 1 } = result; // a trainer may leave them out
  assert.ok(stepTokens > 0 && stepSeconds > 0, "stepTokens and stepSeconds above zero");
  assert.ok(stepSeconds <= result.elapsedSeconds, "stepSeconds within elapsedSeconds");
  assert.deepEqual(readdirSync(join(run.output, "adapter")).sort(), [
    "adapter_config.json",
    "adapter_model.safetensors",
  ]);
  const adapter = JSON.parse(
    readFileSync(join(run.output, "adapter", "adapter_config.json"), "utf8"),
  );
  assert.equal(adapter.base_model_name_or_path, kit.config.base.id);
  assert.equal(adapter.revision, kit.config.base.revision);
  const metrics = run.metrics();
  for (const metric of metrics) {
    for (const key of METRIC_KEYS) assert.ok(key in metric, `${key} in each line of metrics.jsonl`);
  }
  for (const split of ["train", "validation"]) {
    const losses = metrics.filter((metric) => metric.split === split && metric.name === "loss");
    assert.ok(losses.at(-1)?.step === steps, `${split} loss of the last step in metrics.jsonl`);
  }
  return `adapter ${run.adapterDigest().slice(0, 12)}, validation loss ${result.validationLoss.toFixed(4)}`;
}

const approved = (kit: Kit, run: TrainerRun) =>
  fingerprint({ config: join(run.folder, "config.json"), data: kit.data, model: kit.model });

/** A step between two checkpoints, well before the end. */
const middle = (kit: Kit): number => Math.floor(kit.config.training.steps * 0.4);

async function stopped(kit: Kit, asPid1: boolean): Promise<string> {
  if (asPid1 && !kit.launcher.pid1.possible) throw new Skip(kit.launcher.pid1.reason);
  const run = kit.newRun(asPid1 ? "sigterm-pid1" : "sigterm");
  const attempt = run.start({}, { asPid1 });
  await run.untilStep(attempt, middle(kit));
  attempt.signal("SIGTERM");
  assert.equal(await attempt.exit, 75, "exit code");
  const { status, completedSteps = 0 } = run.result();
  assert.equal(status, "preempted");
  assert.ok(completedSteps < kit.config.training.steps, "it stopped before the end");
  assert.ok(
    run.completeCheckpoints().some((name) => name.endsWith(`-${completedSteps}`)),
    `a complete checkpoint of step ${completedSteps}`,
  );
  return resumed(kit, run, completedSteps);
}

async function killed(kit: Kit): Promise<string> {
  const run = kit.newRun("kill-9");
  const attempt = run.start();
  await run.untilStep(attempt, middle(kit));
  attempt.signal("SIGKILL");
  assert.equal(await attempt.exit, 137, "exit code");
  assert.ok(!run.hasResult(), "no result.json after a kill");
  const half = join(run.checkpoints, `checkpoint-${kit.config.training.steps - 1}`);
  mkdirSync(half);
  const note = await resumed(kit, run);
  assert.ok(!existsSync(half), "the half-written checkpoint is gone");
  return note;
}

async function resumed(kit: Kit, run: TrainerRun, from?: number): Promise<string> {
  assert.equal(await run.finish(), 0, "exit code of the resumed attempt");
  const result = run.result();
  const reference = await kit.reference();
  assert.ok(result.resumedFrom, "it went on from a checkpoint");
  if (from !== undefined) assert.equal(result.resumedFrom, from);
  assert.equal(
    run.adapterDigest(),
    reference.adapterDigest(),
    "the adapter of a run that was never stopped",
  );
  assert.equal(result.tokens, reference.result().tokens, "tokens of a run that was never stopped");
  return `resumed from step ${result.resumedFrom}`;
}

/** What is computed again in the backward pass is what was computed before, dropout included. */
async function checkpointing(kit: Kit, setting: "on" | "off"): Promise<string> {
  const config = { ...kit.config, checkpointing: setting };
  const run = kit.newRun(`checkpointing-${setting}`, { config });
  assert.equal(await run.finish(), 0, "exit code");
  const reference = await kit.reference();
  assert.equal(
    run.adapterDigest(),
    reference.adapterDigest(),
    "the adapter of a run without the key",
  );
  return `adapter ${run.adapterDigest().slice(0, 12)}`;
}

async function offloaded(kit: Kit): Promise<string> {
  const config = { ...kit.config, checkpointing: "offloaded" as const };
  const run = kit.newRun("checkpointing-offloaded", { config });
  const code = await run.finish();
  if (code === 0) return "trains";
  assert.equal(code, 64, "exit code");
  assert.match(run.result().error ?? "", /checkpointing/);
  return "refused";
}

async function stoppedWhileLoading(kit: Kit): Promise<string> {
  const run = kit.newRun("sigterm-loading");
  // The trainer deletes the last attempt's result.json once it handles SIGTERM.
  writeFileSync(join(run.output, "result.json"), "{}");
  const attempt = run.start();
  await run.until(attempt, "the old result.json was deleted", () => !run.hasResult());
  attempt.signal("SIGTERM");
  return preemptedBeforeTraining(run, await attempt.exit);
}

async function deadline(kit: Kit): Promise<string> {
  const run = kit.newRun("deadline");
  return preemptedBeforeTraining(run, await run.finish({ FT_DEADLINE_SECONDS: "0.5" }));
}

function preemptedBeforeTraining(run: TrainerRun, code: number): string {
  assert.equal(code, 75, "exit code");
  const { status, error } = run.result();
  assert.equal(status, "preempted");
  assert.ok(!existsSync(join(run.output, "adapter")), "no adapter");
  return String(error);
}

async function unshipped(kit: Kit): Promise<string> {
  const reference = await kit.reference();
  const run = kit.newRun("unshipped");
  run.copyCheckpoints(reference);
  const ship = { FT_SHIP_ACK: run.acknowledgement };
  writeFileSync(run.acknowledgement, "of an earlier attempt"); // must not count
  assert.equal(await run.finish({ ...ship, FT_SHIP_TIMEOUT_SECONDS: "1" }), 74, "exit code");
  assert.equal(run.result().status, "failed");
  assert.equal(run.adapterDigest(), reference.adapterDigest(), "the adapter is there");
  const attempt = run.start({ ...ship, FT_SHIP_TIMEOUT_SECONDS: "120" });
  await run.until(
    attempt,
    "result.json says succeeded",
    () => run.hasResult() && run.result().attempt === 2 && run.result().status === "succeeded",
  );
  writeFileSync(run.acknowledgement, "shipped");
  assert.equal(await attempt.exit, 0, "exit code once it is acknowledged");
  assert.equal(run.result().completedSteps, kit.config.training.steps);
  assert.equal(run.adapterDigest(), reference.adapterDigest());
  assert.deepEqual(run.metrics(), [], "nothing was trained again");
  return "the acknowledgement decides";
}

async function stoppedWhileShipping(kit: Kit): Promise<string> {
  const run = kit.newRun("sigterm-shipping");
  run.copyCheckpoints(await kit.reference());
  const attempt = run.start({ FT_SHIP_ACK: run.acknowledgement });
  await run.until(attempt, "result.json", () => run.hasResult());
  attempt.signal("SIGTERM");
  assert.equal(await attempt.exit, 75, "exit code");
  assert.equal(run.result().status, "preempted");
  return String(run.result().error);
}

async function startsAgain(kit: Kit): Promise<string> {
  const run = kit.newRun("never-resume");
  run.copyCheckpoints(await kit.reference());
  const code = await run.finish({ FT_RESUME: "never", FT_DEADLINE_SECONDS: "0.5" });
  assert.equal(run.result().resumedFrom, null);
  return preemptedBeforeTraining(run, code);
}

async function foreignCheckpoint(kit: Kit): Promise<string> {
  const run = kit.newRun("foreign-checkpoint", {
    config: { ...kit.config, seed: kit.config.seed + 1 },
  });
  run.copyCheckpoints(await kit.reference());
  return refused(run, 64);
}

const badConfig = (kit: Kit, name: string, config: unknown, key: string): Promise<string> =>
  refused(kit.newRun(name, { config }), 64, {}, key);

const chat = (...turns: [role: string, content: string][]): string =>
  JSON.stringify({ messages: turns.map(([role, content]) => ({ role, content })) });

function badData(kit: Kit, name: string, line: string): Promise<string> {
  const run = kit.newRun(name, { data: join(kit.newRun(`${name}-data`).folder, "data") });
  const data = join(run.folder, "..", `${name}-data`, "data");
  cpSync(kit.data, data, { recursive: true });
  const file = join(data, "train.jsonl");
  appendFileSync(file, `${line}\n`);
  const number = readFileSync(file, "utf8").trimEnd().split("\n").length;
  return refused(run, 65, {}, `train.jsonl:${number}`);
}

function noModel(kit: Kit): Promise<string> {
  const run = kit.newRun("no-model");
  return refused(run, 69, { FT_MODEL_DIR: join(run.folder, "nothing") });
}

/** Ends with the code, says failed, names the cause, and leaves no adapter. */
async function refused(
  run: TrainerRun,
  code: number,
  env: Record<string, string> = {},
  cause = "",
): Promise<string> {
  assert.equal(await run.finish(env), code, "exit code");
  const { status, error } = run.result();
  assert.equal(status, "failed");
  assert.ok(error?.includes(cause), `"${error}" names ${cause}`);
  assert.ok(!existsSync(join(run.output, "adapter")), "no adapter");
  return String(error);
}
