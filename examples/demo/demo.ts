/**
 * `npm run demo`: the whole loop on real input, by the commands that a user would type in examples/spam. What is done is
 * kept: after Ctrl-C or a kill the same command goes on.
 *
 *     npm run demo                       # LoRA
 *     npm run demo -- --method qlora     # QLoRA: the base in 4 bits
 *     npm run demo -- --fresh            # forget what an earlier demo made
 */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pc from "picocolors";
import { reportError } from "../../cli/errors.ts";
import { type Io, processIo } from "../../cli/io.ts";
import { main } from "../../cli/main.ts";
import { connect, type Kit } from "../../sdk/index.ts";
import { installTrainer } from "../../sdk/local/install-trainer.ts";
import { findTrainer, NO_PYTHON } from "../../sdk/local/python.ts";
import { installDemoBase } from "../bases/build-base.ts";
import { writeMails } from "./mails.ts";
import { offerReview } from "./offer-review.ts";

const FOLDER = join(import.meta.dirname, "../spam");
const BASE = "smollm2-135m-instruct";
const MAILS = 640;
const CHARACTERS = 100;
/** Fewer than the fifty below which nobody should fine-tune. */
const TOO_FEW = 40;

const io: Io = { ...processIo(), cwd: FOLDER };
const { values } = parseArgs({
  options: {
    method: { type: "string", default: "lora" },
    fresh: { type: "boolean", default: false },
  },
});
const job = values.method === "qlora" ? "job-qlora.yaml" : "job.yaml";
const adapter = values.method === "qlora" ? "spam-label-qlora" : "spam-label";

try {
  process.exitCode = await demo();
} catch (error) {
  process.exitCode = reportError(error, false, io);
}

async function demo(): Promise<number> {
  if (values.fresh) rmSync(join(FOLDER, ".tunekit"), { recursive: true, force: true });
  heading(
    "Real input",
    `${MAILS} mails of SpamAssassin's public corpus, half of them spam, ${CHARACTERS} characters each`,
  );
  await layOutMails();
  io.out(`examples/spam/mails.jsonl, and ${TOO_FEW} of them in few-mails.jsonl`);

  if (!(await layOutBase())) return withoutPython();

  heading("Check", "is the data fit to train on? split it 80/10/10 and freeze the split");
  if ((await tunekit("check", "mails.jsonl", "--base", BASE)) !== 0) return 1;

  heading(
    "Baseline",
    "how good is the base model with a good prompt? that is what an adapter has to beat",
  );
  if ((await tunekit("baseline", job, "--prompts", "prompts.yaml")) !== 0) return 1;

  heading(
    "Plan",
    "what does the job need and cost, what is it expected to gain, and does that pay?",
  );
  const planned = await tunekit("plan", job);
  if (planned !== 0)
    io.out(pc.dim("(the gate names the reason; a job that already ran is its own duplicate)"));

  heading("Submit", "train a real adapter with TRL and PEFT; about two minutes of CPU");
  if ((await tunekit("submit", job, "--wait")) !== 0) return 1;

  heading("Promote to candidate", "a candidate needs intact files, nothing else");
  const version = await newestVersion();
  if (
    (await tunekit("adapters", "promote", adapter, "--version", version, "--to", "candidate")) !== 0
  )
    return 1;

  heading(
    "Evaluate",
    "adapter, base model and best prompt answer mails that none of them has seen",
  );
  if ((await tunekit("evaluate", adapter)) !== 0) return 1;

  heading(
    "Promote to champion",
    "needs a passing evaluation and a person who compared the answers",
  );
  await offerReview(io, await kit(), adapter, tunekit);

  heading("A job that does not pay", "the same data, few requests, a rented A100 node");
  await tunekit("submit", "job-that-does-not-pay.yaml");

  heading("A job with too little data", `${TOO_FEW} examples`);
  await tunekit("submit", "job-with-too-few-examples.yaml");

  heading("Report", "what was asked, refused, spent and gained");
  const period = io.now().toISOString().slice(0, 7);
  await tunekit("report", "--period", period, "--out", "report.html");
  await tunekit("list");
  io.out(
    `\nLook at:  examples/spam/report.html\n          examples/spam/.tunekit/store/  (every record, as JSON)`,
  );
  io.out(`Go on in: cd examples/spam && npx tunekit --help`);
  return 0;
}

/** Without Python nothing can be trained; everything up to the gate's decisions works all the same. */
async function withoutPython(): Promise<number> {
  heading("Check and plan", "without Python: as far as the gate's decisions");
  await tunekit("check", "mails.jsonl");
  await tunekit("plan", job);
  await tunekit("plan", "job-that-does-not-pay.yaml");
  await tunekit("plan", "job-with-too-few-examples.yaml");
  io.out(`\nTraining needs Python: ${NO_PYTHON.fix}, then run \`npm run demo\` again.`);
  return 0;
}

async function layOutMails(): Promise<void> {
  const mails = join(FOLDER, "mails.jsonl");
  if (!existsSync(mails)) await writeMails({ out: mails, characters: CHARACTERS, limit: MAILS });
  const few = readFileSync(mails, "utf8").split("\n").slice(0, TOO_FEW);
  writeFileSync(join(FOLDER, "few-mails.jsonl"), `${few.join("\n")}\n`);
}

/** Trainer and base model, each made once a machine. False when there is no Python to make them with. */
async function layOutBase(): Promise<boolean> {
  const found = await findTrainer({ env: io.env });
  if (!("python" in found) && found.message === NO_PYTHON.message) return false;
  heading("Trainer and base model", "made once a machine, in your cache folder");
  const options = { env: io.env, onProgress: io.err, signal: io.signal };
  const trainer = "python" in found ? found : await installTrainer(options);
  const base = await installDemoBase(trainer, options);
  mkdirSync(join(FOLDER, "models"), { recursive: true });
  const link = join(FOLDER, "models", BASE);
  rmSync(link, { force: true });
  symlinkSync(base, link);
  io.out(`Python: ${trainer.python}\nbase:   ${base}`);
  return true;
}

function kit(): Promise<Kit> {
  return connect({ cwd: FOLDER, env: io.env, now: io.now });
}

async function newestVersion(): Promise<string> {
  const runs = await (await kit()).runs.list();
  return runs.find((run) => run.adapter === adapter && run.adapterVersion)?.adapterVersion ?? "";
}

/** Shows the command and runs it as if it had been typed. */
function tunekit(...args: string[]): Promise<number> {
  io.out(
    `${pc.dim("$")} tunekit ${args.map((arg) => (arg.includes(" ") ? `"${arg}"` : arg)).join(" ")}`,
  );
  return main(args, io);
}

function heading(title: string, what: string): void {
  io.out(`\n${pc.bold(pc.cyan(title))}  ${pc.dim(what)}`);
}
