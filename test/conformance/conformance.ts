/**
 * `npm run conformance -- [options] [command or image]`: proves that a trainer keeps the contract of docs/trainer.md.
 * Without a command it tries the kit's own trainer.
 */
import { accessSync, constants, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { Method } from "../../core/spec/training-job.ts";
import { tinyBase } from "../../examples/bases/build-base.ts";
import { findTrainer, TRAIN_SCRIPT } from "../../sdk/local/python.ts";
import { CASES } from "./cases.ts";
import { openKit, proveAll } from "./kit.ts";
import { commandLauncher, imageLauncher } from "./launcher.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    method: { type: "string", default: "lora" },
    steps: { type: "string", default: "120" },
    jobs: { type: "string", default: "2" },
    only: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});

const HELP = `npm run conformance -- [options] [command or image]

  --method lora|qlora   method of the runs (default lora)
  --steps N             optimizer steps of each run (default 120); raise it when a run ends before it can be stopped
  --jobs N              cases at a time (default 2)
  --only TEXT           cases whose name has TEXT

  npm run conformance
  npm run conformance -- python3 my/train.py
  npm run conformance -- registry.example/trainer@sha256:...`;

function isProgram(name: string): boolean {
  const places = name.includes("/") ? [""] : (process.env.PATH ?? "").split(delimiter);
  return places.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function main(): Promise<number> {
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const trainer = await findTrainer();
  if (!("python" in trainer)) {
    console.error(`The tiny base model cannot be made: ${trainer.message}.\nFix: ${trainer.fix}`);
    return 2;
  }
  const [first = trainer.python, ...rest] = positionals.length
    ? positionals
    : [trainer.python, TRAIN_SCRIPT];
  const launcher =
    isProgram(first) || rest.length > 0 ? commandLauncher([first, ...rest]) : imageLauncher(first);
  const base = await tinyBase(trainer, { onProgress: console.error });
  const work = mkdtempSync(join(tmpdir(), "tunekit-conformance-"));
  const kit = openKit({
    launcher,
    method: Method.parse(values.method),
    work,
    steps: Number(values.steps),
    ...base,
  });
  const cases = CASES.filter((one) => one.name.includes(values.only));
  console.log(`${cases.length} cases, ${values.method}, ${launcher.name}\nfiles in ${work}`);
  let done = 0;
  const outcomes = await proveAll(kit, cases, {
    jobs: Number(values.jobs),
    onEnd: ({ name, state, note, seconds }) => {
      done += 1;
      console.log(
        `${state.padEnd(7)} ${done}/${cases.length} ${name} (${seconds.toFixed(1)} s)${note ? `: ${note}` : ""}`,
      );
    },
  });
  const count = (state: string) => outcomes.filter((outcome) => outcome.state === state).length;
  console.log(`${count("ok")} passed, ${count("failed")} failed, ${count("skipped")} skipped`);
  return count("failed") === 0 && count("ok") > 0 ? 0 : 1;
}

process.exitCode = await main();
