import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Prediction } from "../../../core/spec/evaluation-job.ts";
import { type TinyBase, tinyBase } from "../../../examples/bases/build-base.ts";
import { EvaluatorConfig } from "../../../jobs/trainer-config.ts";
import { EVALUATE_SCRIPT, findTrainer, TRAIN_SCRIPT } from "../../../sdk/local/python.ts";
import { CASES, type Kit } from "../../conformance/cases.ts";
import { type Outcome, openKit, proveAll } from "../../conformance/kit.ts";
import { commandLauncher } from "../../conformance/launcher.ts";

/** Short runs, and the cases that do not repeat another one's start of Python; `npm run conformance` has all of them. */
const STEPS = 36;
const LEFT_OUT = /^SIGTERM:|loading|deadline|never|longer|checkpointing off/;
const SHORT = CASES.filter(({ name }) => !LEFT_OUT.test(name));

const trainer = await findTrainer();
const missing =
  "python" in trainer ? undefined : `${trainer.message}; enable with: npm run trainer:install`;
const work = mkdtempSync(join(tmpdir(), "tunekit-trainer-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

let base: TinyBase;
let kit: Kit;
let outcomes: Outcome[] = [];

beforeAll(async () => {
  if (!("python" in trainer)) return;
  base = await tinyBase(trainer);
  const launcher = commandLauncher([trainer.python, TRAIN_SCRIPT]);
  kit = openKit({ launcher, method: "lora", work, steps: STEPS, ...base });
  outcomes = await proveAll(kit, SHORT, { jobs: 2 });
}, 600_000);

describe("our trainer keeps the contract", () => {
  it.for(SHORT.map(({ name }) => name))("%s", (name, { skip }) => {
    if (missing) return skip(missing);
    const outcome = outcomes.find((one) => one.name === name);
    if (outcome?.state === "skipped") return skip(outcome.note);
    expect(outcome).toMatchObject({ state: "ok" });
  });
});

describe("our trainer", () => {
  it("says how many tokens its steps computed, padding included, and in what time", async ({
    skip,
  }) => {
    if (missing) return skip(missing);
    const result = (await kit.reference()).result();
    const steps = (STEPS - 1) / STEPS; // all but the first, of which the padding is not known
    expect(result.stepTokens).toBeGreaterThan(0.9 * steps * (result.tokens ?? Number.NaN));
    expect(result.stepSeconds).toBeGreaterThan(0);
    expect(result.peakMemoryBytes).toBeGreaterThan(100e6);
  });
});

describe("our evaluator", () => {
  const ITEMS = 24;
  const plain = { system: "", suffix: "", shots: [] };
  const config = EvaluatorConfig.parse({
    method: "lora",
    maxNewTokens: 40,
    batchSize: 8,
    arms: [
      { id: "base" },
      { ...plain, id: "prompted-base", system: "Use key=value." },
      { id: "adapter", adapter: true },
    ],
  });
  const output = join(work, "evaluation", "output");
  const predictions = join(output, "predictions.jsonl");

  interface Row {
    id: string;
    messages: { role: string; content: string }[];
  }

  /** The held-out tickets. */
  const items = (): Row[] =>
    readFileSync(join(base.data, "test.jsonl"), "utf8")
      .split("\n")
      .slice(0, ITEMS)
      .map((line) => JSON.parse(line) as Row);

  const answers = () =>
    readFileSync(predictions, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => Prediction.parse(JSON.parse(line)));

  async function evaluate(
    changed = config,
  ): Promise<{ code: number; result: Record<string, unknown> }> {
    const folder = join(work, "evaluation");
    mkdirSync(join(folder, "data"), { recursive: true });
    writeFileSync(join(folder, "config.json"), JSON.stringify(changed));
    writeFileSync(
      join(folder, "data", "test.jsonl"),
      items()
        .map((item) => `${JSON.stringify(item)}\n`)
        .join(""),
    );
    const env = {
      OMP_NUM_THREADS: "1",
      ...process.env,
      FT_CONFIG: join(folder, "config.json"),
      FT_DATA_DIR: join(folder, "data"),
      FT_MODEL_DIR: base.model,
      FT_ADAPTER_DIR: join((await kit.reference()).output, "adapter"),
      FT_OUTPUT_DIR: output,
    };
    const code = await new Promise<number>((resolve) => {
      const child = execFile(
        "python" in trainer ? trainer.python : "",
        [EVALUATE_SCRIPT],
        { env },
        () => {},
      );
      child.on("exit", (exit) => resolve(exit ?? 255));
    });
    return { code, result: JSON.parse(readFileSync(join(output, "result.json"), "utf8")) };
  }

  it("answers each item with each arm, and the adapter learned the format", {
    timeout: 240_000,
  }, async ({ skip }) => {
    if (missing) return skip(missing);
    const { code, result } = await evaluate();
    expect(result).toMatchObject({ status: "succeeded", adapterEffect: { probes: 8 } });
    expect(code).toBe(0);
    const all = answers();
    expect(new Set(all.map(({ arm, id }) => `${arm} ${id}`)).size).toBe(3 * ITEMS);
    const wanted = new Map(items().map(({ id, messages }) => [id, messages.at(-1)?.content]));
    const right = (arm: string) =>
      all.filter((one) => one.arm === arm && one.output === wanted.get(one.id)).length;
    expect([right("base"), right("prompted-base")]).toEqual([0, 0]);
    expect(right("adapter")).toBeGreaterThan(ITEMS / 2);
    const prompted = all.filter(
      ({ arm, output }) => arm === "prompted-base" && output.startsWith("category="),
    );
    expect(prompted.length).toBeGreaterThan(ITEMS / 2);
  });

  it("goes on after kills that cut lines in half and evaluators that wrote at once, and answers nothing twice", {
    timeout: 240_000,
  }, async ({ skip }) => {
    if (missing) return skip(missing);
    const lines = readFileSync(predictions, "utf8").trimEnd().split("\n");
    const kept = `${lines.slice(0, -2).join("\n")}\n`;
    const [first = "", second = ""] = lines;
    const cutOff = second.slice(0, 30);
    writeFileSync(predictions, `${kept}${first}\n${cutOff}${first}\n12\n${cutOff}`);
    const { code, result } = await evaluate();
    expect([code, result.status]).toEqual([0, "succeeded"]);
    expect(readFileSync(predictions, "utf8").startsWith(kept)).toBe(true);
    const keys = answers().map(({ arm, id }) => `${arm} ${id}`);
    expect(keys.length).toBe(3 * ITEMS);
    expect(new Set(keys).size).toBe(3 * ITEMS);
  });

  it("does not mix two evaluations in one folder", async ({ skip }) => {
    if (missing) return skip(missing);
    const { code, result } = await evaluate({ ...config, maxNewTokens: 41 });
    expect(code).toBe(64);
    expect(result.error).toBe(
      "predictions.jsonl belongs to another evaluation: give it an output folder of its own",
    );
  });
});
