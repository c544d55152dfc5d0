import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { EvaluationJob } from "../../core/spec/evaluation-job.ts";
import { TrainingJob } from "../../core/spec/training-job.ts";
import {
  EvaluatorConfig,
  evaluatorConfig,
  promptSearchConfig,
  TrainerConfig,
  trainerConfig,
  trainerSchemas,
} from "../../jobs/trainer-config.ts";

const root = join(import.meta.dirname, "../..");

const job = TrainingJob.parse({
  kind: "TrainingJob",
  name: "support-triage",
  team: "support",
  useCase: {
    name: "triage",
    owner: "ana@example.com",
    metric: "json-equality",
    valuePerCorrectAnswer: "0.05 USD",
    rationale: "a wrong queue costs an agent a minute",
    requestsPerMonth: 10_000,
    horizonMonths: 12,
    changesPerYear: 1,
    deploymentCost: 500,
  },
  base: { model: "tiny", revision: "r1" },
  dataset: { path: "examples.jsonl" },
  method: "qlora",
  training: { steps: 60, learningRate: 0.003 },
  seed: 7,
  placement: { tiers: ["local-cpu"] },
});

const evaluation = EvaluationJob.parse({
  kind: "EvaluationJob",
  adapter: "support-triage",
  version: "a".repeat(64),
  dataset: "b".repeat(64),
  prompt: { id: "shots-2", system: "Answer as JSON.", shots: [{ role: "user", content: "x" }] },
  method: "qlora",
  metric: "json-equality",
});

describe("trainerConfig", () => {
  it("renders every key, defaults included, and nothing about team, money or place", () => {
    expect(trainerConfig(job)).toEqual({
      method: "qlora",
      seed: 7,
      base: { id: "tiny", revision: "r1" },
      lora: { r: 16, alpha: 32, dropout: 0.05, targetModules: "all-linear" },
      quantization: { type: "nf4", doubleQuant: true },
      training: {
        steps: 60,
        batchSize: 8,
        gradientAccumulation: 1,
        learningRate: 0.003,
        warmupSteps: 10,
        maxLength: 1024,
        checkpointEverySteps: 50,
        keepBest: true,
      },
    });
  });

  it("is the same for two jobs that train the same adapter", () => {
    const dearer = { ...job, team: "other", labellingCost: 5_000_000 };
    expect(trainerConfig(dearer)).toEqual(trainerConfig(job));
  });
});

describe("evaluatorConfig", () => {
  it("asks with three arms, and the adapter without the prompt", () => {
    const config = evaluatorConfig(evaluation);
    expect(config.arms).toEqual([
      { id: "base", system: "", suffix: "", shots: [], adapter: false },
      { ...evaluation.prompt, id: "prompted-base", adapter: false },
      { id: "adapter", system: "", suffix: "", shots: [], adapter: true },
    ]);
    expect(EvaluatorConfig.parse(config)).toEqual(config);
    expect([config.maxNewTokens, config.batchSize, config.method]).toEqual([64, 16, "qlora"]);
  });

  it("searches prompts with one arm a candidate and no adapter", () => {
    const candidates = [evaluation.prompt, { id: "plain", system: "", suffix: "", shots: [] }];
    const config = promptSearchConfig(job, candidates);
    expect(config.arms.map(({ id, adapter }) => [id, adapter])).toEqual([
      ["shots-2", false],
      ["plain", false],
    ]);
    expect([config.maxNewTokens, config.batchSize]).toEqual([64, 16]);
  });
});

describe("the generated schemas", () => {
  const files = Object.entries(trainerSchemas());

  it.each(files)("%s is what the types say", (path, text) => {
    expect(readFileSync(join(root, path), "utf8")).toBe(text);
  });

  it("accept what is rendered and refuse an unknown key", () => {
    const [trainer, evaluator] = files.map(([, text]) => new Ajv2020().compile(JSON.parse(text)));
    expect(trainer?.(trainerConfig(job))).toBe(true);
    expect(evaluator?.(evaluatorConfig(evaluation))).toBe(true);
    expect(trainer?.({ ...trainerConfig(job), team: "support" })).toBe(false);
  });
});

/** The reader in Python needs the standard library only, so any Python 3.11 can try it. */
const python = ["python3", "python3.13", "python3.12", "python3.11"].find((name) => {
  try {
    execFileSync(name, ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"], {
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
});

const READ = `
import json, sys
from pathlib import Path
from configuration import checked
from contract import Fail
schemas = {}
for line in sys.stdin:
    name, value = json.loads(line)
    schemas.setdefault(name, json.loads(Path(name).read_text()))
    try: print(json.dumps({"value": checked(schemas[name], value, "config")}))
    except Fail as failure: print(json.dumps({"kind": failure.kind, "error": str(failure)}))`;

/** What the Python side makes of configurations. */
function readByPython(name: string, values: readonly unknown[]): unknown[] {
  const cwd = join(root, "jobs/trainer");
  const input = values.map((value) => `${JSON.stringify([name, value])}\n`).join("");
  const env = { ...process.env, PYTHONPATH: cwd, PYTHONDONTWRITEBYTECODE: "1" };
  const output = execFileSync(python as string, ["-c", READ], {
    cwd,
    input,
    env,
    encoding: "utf8",
  });
  return output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("the trainer's reader", () => {
  const withoutPython = (skip: (note: string) => never) =>
    python === undefined && skip("no Python 3.11 or later on PATH; install one");
  const minimal = {
    method: "lora",
    seed: 1,
    base: { id: "tiny", revision: "r1" },
    training: { steps: 10 },
  };

  it("fills in the same defaults as the types", ({ skip }) => {
    withoutPython(skip);
    const arms = [{ id: "base" }];
    const evaluator = { method: "qlora", maxNewTokens: 8, batchSize: 2, arms };
    expect(readByPython("config.schema.json", [minimal, trainerConfig(job)])).toEqual([
      { value: TrainerConfig.parse(minimal) },
      { value: trainerConfig(job) },
    ]);
    expect(readByPython("evaluation.schema.json", [evaluator])).toEqual([
      { value: EvaluatorConfig.parse(evaluator) },
    ]);
  });

  it("refuses what the types refuse, and says where", ({ skip }) => {
    withoutPython(skip);
    const { seed: _, ...noSeed } = minimal;
    const cases: [value: unknown, error: string][] = [
      [[], "config must be of type object"],
      [{ ...minimal, sed: 1 }, "unknown key config.sed, did you mean seed?"],
      [noSeed, "missing key config.seed"],
      [{ ...minimal, seed: true }, "config.seed must be of type integer"],
      [{ ...minimal, seed: 1.5 }, "config.seed must be of type integer"],
      [{ ...minimal, seed: -1 }, "config.seed must be at least 0"],
      [{ ...minimal, method: "full" }, "config.method must be lora or qlora"],
      [{ ...minimal, base: { id: "", revision: "r" } }, "config.base.id must be at least 1"],
      [{ ...minimal, lora: { r: 513 } }, "config.lora.r must be at most 512"],
      [{ ...minimal, lora: { alpha: 0 } }, "config.lora.alpha must be more than 0"],
      [
        { ...minimal, training: { steps: 10, keepBest: 1 } },
        "config.training.keepBest must be of type boolean",
      ],
      [
        { ...minimal, lora: { targetModules: [] } },
        "config.lora.targetModules must be of type string, or config.lora.targetModules must be at least 1",
      ],
      [
        { ...minimal, lora: { targetModules: ["q_proj", 1] } },
        "config.lora.targetModules must be of type string, or config.lora.targetModules[1] must be of type string",
      ],
    ];
    const values = cases.map(([value]) => value);
    expect(values.filter((value) => TrainerConfig.safeParse(value).success)).toEqual([]);
    expect(readByPython("config.schema.json", values)).toEqual(
      cases.map(([, error]) => ({ kind: "config", error })),
    );
  });

  it("knows every keyword of the schemas", () => {
    const keywords = new Set<string>();
    const walk = (rules: unknown): void => {
      for (const [key, inner] of Object.entries(rules as Record<string, unknown>)) {
        keywords.add(key);
        if (key === "properties") Object.values(inner as object).forEach(walk);
        else if (key === "items") walk(inner);
        else if (key === "anyOf") (inner as unknown[]).forEach(walk);
      }
    };
    for (const text of Object.values(trainerSchemas())) walk(JSON.parse(text));
    const source = readFileSync(join(root, "jobs/trainer/configuration.py"), "utf8");
    const known = /KEYWORDS = \{([^}]*)\}/.exec(source)?.[1] ?? "";
    expect([...keywords].filter((keyword) => !known.includes(`"${keyword}"`))).toEqual([]);
  });
});

describe("the lock file", () => {
  it("has a hash for every package and names no host", () => {
    const lock = readFileSync(join(root, "jobs/trainer/requirements.lock"), "utf8");
    const packages = lock.split(/\n(?=\S)/).filter((entry) => entry.trim() !== "");
    expect(packages.length).toBeGreaterThan(50);
    expect(
      packages.filter(
        (entry) => !/^[\w.-]+==\S+[^\n]*\\\n\s+--hash=sha256:[0-9a-f]{64}/.test(entry),
      ),
    ).toEqual([]);
    expect(lock).not.toMatch(/:\/\/|--(extra-)?index/);
  });

  it("holds every pin of requirements.in", () => {
    const pins =
      readFileSync(join(root, "jobs/trainer/requirements.in"), "utf8").match(/^\w[\w-]*==\S+/gm) ??
      [];
    const lock = readFileSync(join(root, "jobs/trainer/requirements.lock"), "utf8");
    expect(pins.length).toBe(11);
    expect(pins.filter((pin) => !lock.includes(`${pin.replace("_", "-")} `))).toEqual([]);
  });
});
