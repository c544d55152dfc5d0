/**
 * Kills a real training ten times at random moments (the trainer, the command, or both, always with -9), submits the job
 * again each time, and proves that nothing was lost or counted twice.
 *
 *     npm run kill-test                       # the demo's job; run `npm run demo` first
 *     npm run kill-test -- --kills 3 --seed 5
 *
 * It works on a copy: datasets and baselines of the project are taken over, its runs are not.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xorshift128plus } from "pure-rand/generator/xorshift128plus";
import { connect } from "../../sdk/index.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    project: { type: "string", default: join(import.meta.dirname, "../../examples/spam") },
  },
});
const random = xorshift128plus(Number(values.seed));
const between = (low: number, high: number): number => uniformInt(random, low, high);

const CLI = join(import.meta.dirname, "../../cli/tunekit.mjs");
const VICTIMS = ["trainer", "command", "both"] as const;

const project = copyProject();
let failed = false;
try {
  await killAndResume();
  await judge();
} finally {
  if (!failed) rmSync(project, { recursive: true, force: true });
}

function copyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "tunekit-kill-"));
  for (const name of ["tunekit.yaml", "job.yaml", "mails.jsonl", "models"]) {
    cpSync(join(values.project, name), join(folder, name), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  for (const part of ["datasets", "baselines"]) {
    cpSync(join(values.project, ".tunekit/store", part), join(folder, ".tunekit/store", part), {
      recursive: true,
    });
  }
  const job = readFileSync(join(folder, "job.yaml"), "utf8");
  // Often enough that an attempt of a few steps gets somewhere.
  writeFileSync(
    join(folder, "job.yaml"),
    job.replace(/checkpointEverySteps: \d+/, "checkpointEverySteps: 4"),
  );
  return folder;
}

async function killAndResume(): Promise<void> {
  for (let kill = 1; kill <= Number(values.kills); kill += 1) {
    const command = submit();
    const victim = VICTIMS[kill % VICTIMS.length] as (typeof VICTIMS)[number];
    const seconds = between(1, 45);
    await Promise.race([sleep(seconds * 1000), command.exit]);
    const group = trainerGroup();
    if (victim !== "trainer" || !group) command.kill();
    if (victim !== "command" && group) kill9(group);
    await command.exit;
    const { state, step, attempts } = await status();
    console.log(
      `kill ${kill}: ${victim} after ${seconds} s → ${state}, step ${step}, attempt ${attempts}`,
    );
  }
  const last = submit();
  if ((await last.exit) !== 0) throw fail("the last submit did not finish the run");
}

async function judge(): Promise<void> {
  const kit = await connect({ cwd: project });
  const runs = await kit.runs.list();
  const { entries, problems } = await kit.ledger.read();
  const settled = entries.filter((entry) => entry.kind === "settled");
  const started = entries.filter((entry) => entry.kind === "started");
  const adapters = await kit.adapters.list();
  const versions = adapters.flatMap(({ versions: all }) => all);
  const budget = JSON.parse(readFileSync(budgetFile(), "utf8")) as {
    runs: Record<string, { actual: number }>;
  };
  const spent = Object.values(budget.runs).reduce((sum, run) => sum + run.actual, 0);
  const facts: [string, number, number][] = [
    ["runs", runs.length, 1],
    ["started entries", started.length, 1],
    ["settlements", settled.length, 1],
    ["adapter versions", versions.length, 1],
    ["unreadable ledger entries", problems.length, 0],
    ["budget minus ledger, micro-USD", spent - (settled[0]?.actual ?? 0), 0],
    ["steps", runs[0]?.step ?? 0, runs[0]?.plannedSteps ?? -1],
    [
      "damaged files",
      (await kit.adapters.verify(adapters[0]?.name ?? "", versions[0] ?? "")).problems.length,
      0,
    ],
  ];
  for (const [what, got, expected] of facts)
    console.log(`${got === expected ? "ok  " : "FAIL"} ${what}: ${got}`);
  const attempts = runs[0]?.attempts;
  console.log(
    `${attempts} attempts, ${runs[0]?.seconds} s of training, adapter ${versions[0]?.slice(0, 12)}`,
  );
  if (facts.some(([, got, expected]) => got !== expected))
    throw fail("something was lost or counted twice");
}

function submit() {
  const child = spawn(process.execPath, [CLI, "submit", "job.yaml", "--wait"], {
    cwd: project,
    stdio: "ignore",
  });
  const exit = new Promise<number | null>((resolve) => child.on("exit", resolve));
  return { exit, kill: () => child.kill("SIGKILL") };
}

/** Process group of the newest attempt; undefined before the first. */
function trainerGroup(): number | undefined {
  const work = join(project, ".tunekit/work");
  const run = entriesOf(work)[0];
  const attempts = entriesOf(join(work, run ?? "", "attempts")).filter((name) =>
    /^\d+$/.test(name),
  );
  const last = attempts.map(Number).sort((a, b) => b - a)[0];
  if (!run || last === undefined) return undefined;
  return Number(readFileSync(join(work, run, "attempts", String(last)), "utf8").split(" ")[0]);
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // nothing was written yet
  }
}

function kill9(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // it ended by itself a moment before
  }
}

async function status() {
  const [newest] = await (await connect({ cwd: project })).runs.list();
  return newest ?? { state: "none", step: 0, attempts: 0 };
}

function budgetFile(): string {
  const folder = join(project, ".tunekit/store/budgets/mail");
  return join(folder, entriesOf(folder)[0] ?? "");
}

function fail(what: string): Error {
  failed = true;
  process.exitCode = 1;
  return new Error(`${what}; the project is kept in ${project}`);
}
