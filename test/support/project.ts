import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { ulid } from "ulid";
import { main } from "../../cli/main.ts";
import { type ConnectOptions, connect, type Kit, kitOf } from "../../sdk/connect.ts";
import { openProject } from "../../sdk/project.ts";
import type { ObjectStore } from "../../sdk/store/object-store.ts";
import { type FakeIo, fakeIo } from "./io.ts";
import type { Behaviour } from "./stand-in/contract.ts";

const repository = join(import.meta.dirname, "../..");
const TICKETS = join(repository, "examples/tickets/tickets.jsonl");
const STAND_IN = join(import.meta.dirname, "stand-in-python.mjs");

/** Variables of a command in a test: the stand-in is the trainer's Python, and `node` is this one. */
export const projectEnv: Readonly<Record<string, string>> = {
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  HOME: "/nowhere",
  TUNEKIT_PYTHON: STAND_IN,
};

const PLATFORM = `kind: PlatformConfig
tiers: [local-cpu]
owned:
  - name: this-machine
    tier: local-cpu
    memoryGiB: 12
    capitalUsd: 1200 USD
    lifeYears: 4
    utilisation: 0.2
    watts: 65
    usdPerKwh: 0.30 USD
    asOf: 2026-11-24
    source: made up for tests
models:
  tunekit-tiny: model
teams:
  - name: support
    monthlyBudget: 20 USD
policy:
  priceMaxAgeDays: { owned: 36500 }
`;

const JOB = `kind: TrainingJob
name: ticket-fields
team: support
useCase:
  name: ticket-triage
  owner: ana@example.com
  metric: json-equality
  valuePerCorrectAnswer: 0.05 USD
  rationale: an agent needs a minute for each ticket
  requestsPerMonth: 20000
  horizonMonths: 12
  changesPerYear: 1
  deploymentCost: 60 USD
base:
  model: tunekit-tiny
  revision: made-for-tests
dataset:
  path: tickets.jsonl
method: lora
lora: { r: 4, alpha: 8, dropout: 0 }
training:
  steps: 12
  checkpointEverySteps: 4
  maxLength: 512
seed: 7
placement:
  tiers: [local-cpu]
  capacity: [owned]
`;

const PROMPTS = `kind: PromptSearch
prompts:
  - id: instruction
    system: Answer with JSON.
  - id: instruction-after
    suffix: " Answer with JSON."
  - id: two-examples
    system: Answer with JSON.
    shots: 2
validationItems: 10
`;

const MODEL = {
  model_type: "llama",
  hidden_size: 128,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 32,
  intermediate_size: 384,
};

export interface TestProject {
  folder: string;
  /** `.tunekit/store` */
  store: string;
  /** Writes a file of the project; `text` may be made from what it holds. */
  edit(name: string, text: string | ((before: string) => string)): void;
  behave(behaviour: Behaviour): void;
  /** One command line: exit code, output, and standard output as JSON. */
  run(...args: string[]): Promise<Ran>;
  /** Another Io on the same project, to change its environment or its signal. */
  io(overrides?: Partial<FakeIo>): FakeIo;
  /** The client of the project. */
  kit(options?: ConnectOptions): Promise<Kit>;
  /** The same on a store of the test's own. */
  kitOn(store: ObjectStore): Kit;
}

export interface Ran {
  exit: number;
  out: string;
  err: string;
  /** Standard output, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads any document
  json: any;
  /** Standard error, parsed. */
  error: { code: string; message: string; fix: string; path?: string };
}

/** A project on the stand-in: platform, job, prompts, tickets, and a model folder of the catalog's tiny shape. */
export function makeProject(folder: string, rows = 400): TestProject {
  mkdirSync(join(folder, "model"), { recursive: true });
  cpSync(join(repository, "test/golden/tiny-tokenizer"), join(folder, "model"), {
    recursive: true,
  });
  writeFileSync(join(folder, "model/config.json"), JSON.stringify(MODEL));
  writeFileSync(join(folder, "tunekit.yaml"), PLATFORM);
  writeFileSync(join(folder, "job.yaml"), JOB);
  writeFileSync(join(folder, "prompts.yaml"), PROMPTS);
  const lines = readFileSync(TICKETS, "utf8").split("\n").slice(0, rows);
  writeFileSync(join(folder, "tickets.jsonl"), `${lines.join("\n")}\n`);
  return openTestProject(folder);
}

/** A copy, with everything that commands have stored so far. */
export function copyProject(from: TestProject, folder: string): TestProject {
  cpSync(from.folder, folder, { recursive: true });
  return openTestProject(folder);
}

function openTestProject(folder: string): TestProject {
  const io = (overrides: Partial<FakeIo> = {}): FakeIo =>
    fakeIo({ cwd: folder, env: projectEnv, now: () => new Date(), ...overrides });
  return {
    folder,
    store: join(folder, ".tunekit/store"),
    io,
    edit: (name, text) => {
      const file = join(folder, name);
      writeFileSync(file, typeof text === "string" ? text : text(readFileSync(file, "utf8")));
    },
    behave: (behaviour) =>
      writeFileSync(join(folder, "model/behaviour.json"), JSON.stringify(behaviour)),
    run: (...args) => runCommand(io(), args),
    kit: (options) => connect({ cwd: folder, env: projectEnv, ...options }),
    kitOn: (store) =>
      kitOf({
        project: openProject({ cwd: folder }),
        store,
        requester: userInfo().username,
        env: projectEnv,
        now: () => new Date(),
        newId: (at) => ulid(at.getTime()),
      }),
  };
}

export async function runCommand(io: FakeIo, args: readonly string[]): Promise<Ran> {
  const exit = await main(args, io);
  const { out, err } = io.printed;
  return { exit, out, err, json: parsed(out), error: parsed(err) as Ran["error"] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A project that is ready to train: its split is frozen and its best prompt is known. */
export async function preparedProject(folder: string): Promise<TestProject> {
  const project = makeProject(folder);
  const { exit, err } = await project.run("baseline", "job.yaml", "--prompts", "prompts.yaml");
  if (exit !== 0) throw new Error(err);
  return project;
}
