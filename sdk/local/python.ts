import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { sha256, shortDigest } from "../../core/digest.ts";
import { cacheFolder, type Environment } from "./cache-folder.ts";

const TRAINER = join(import.meta.dirname, "../../jobs/trainer");
export const TRAINER_LOCK = join(TRAINER, "requirements.lock");
/** What runs in the environment. */
export const TRAIN_SCRIPT = join(TRAINER, "train.py");
export const EVALUATE_SCRIPT = join(TRAINER, "evaluate.py");

/** A Python that has what the trainer imports, in the versions that were run together. */
export interface TrainerEnvironment {
  python: string;
  source: "TUNEKIT_PYTHON" | "cache" | "PATH";
}

/** Why there is none, and the next action: one sentence each. */
export interface TrainerMissing {
  message: string;
  fix: string;
}

/** `$TUNEKIT_PYTHON`, else the environment that `npm run trainer:install` made, else a `python3` that already has it all. */
export async function findTrainer(
  options: { env?: Environment } = {},
): Promise<TrainerEnvironment | TrainerMissing> {
  const { env = process.env } = options;
  if (env.TUNEKIT_PYTHON) return chosenTrainer(fromHere(env.TUNEKIT_PYTHON), env);
  const installed = trainerFolder(env);
  if (isComplete(installed)) return { python: venvPython(installed), source: "cache" };
  const wrong = await wrongVersions("python3", env);
  if (wrong?.length === 0) return { python: "python3", source: "PATH" };
  return (await findPython(env))
    ? {
        message: "no Python environment with the trainer's packages was found",
        fix: "run `npm run trainer:install`: it makes one in your cache folder (3.0 GB to download, 5.8 GB on disk)",
      }
    : NO_PYTHON;
}

export const NO_PYTHON: TrainerMissing = {
  message: "there is no Python 3.11 or later with venv on this machine",
  fix: "install Python 3.11 or later with venv (Debian, Ubuntu: `apt install python3-venv`; macOS: `brew install python@3.12`), then run `npm run trainer:install`",
};

/** A run works in a folder of its own, where a relative path leads elsewhere. A bare name is looked up on PATH. */
const fromHere = (python: string): string => (python.includes("/") ? resolve(python) : python);

async function chosenTrainer(
  python: string,
  env: Environment,
): Promise<TrainerEnvironment | TrainerMissing> {
  const wrong = await wrongVersions(python, env);
  if (!wrong) {
    return {
      message: `TUNEKIT_PYTHON is ${python}, which cannot be run`,
      fix: "point TUNEKIT_PYTHON at a Python 3.11 or later, or unset it",
    };
  }
  return wrong.length === 0
    ? { python, source: "TUNEKIT_PYTHON" }
    : {
        message: `TUNEKIT_PYTHON is ${python}, which has not the trainer's packages: ${shortList(wrong)}`,
        fix: `run \`${python} -m pip install --require-hashes -r jobs/trainer/requirements.lock\`, or unset TUNEKIT_PYTHON and run \`npm run trainer:install\``,
      };
}

const shortList = (entries: readonly string[]): string =>
  entries.slice(0, 3).join(", ") + (entries.length > 3 ? ` and ${entries.length - 3} more` : "");

/** Keyed by the lock file, so that an upgrade of the kit never uses the packages of an older one. */
export const trainerFolder = (env: Environment): string =>
  join(cacheFolder(env), `trainer-${shortDigest(sha256(readFileSync(TRAINER_LOCK)))}`);

export const venvPython = (folder: string): string => join(folder, "bin", "python");

/** Written last: an environment without it is half-made. */
export const completeMarker = (folder: string): string => join(folder, "COMPLETE");

/** The interpreter is a link, and is gone when the Python that the environment was made with is. */
export const isComplete = (folder: string): boolean =>
  existsSync(completeMarker(folder)) && existsSync(venvPython(folder));

const VERSIONS = `
import importlib.metadata, json, sys
def version(name):
    try: return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError: return None
print(json.dumps({name: version(name) for name in sys.argv[1:]}))`;

const Versions = z.record(z.string(), z.string().nullable());

/** What the probe printed; undefined for what a Python would not print. */
function versionsIn(output: string): z.output<typeof Versions> | undefined {
  try {
    return Versions.safeParse(JSON.parse(output)).data;
  } catch {
    return undefined;
  }
}

/** `["torch 2.14.0 instead of 2.15.0", "trl missing"]`; undefined when it is no Python that can be run. Imports nothing: 0.1 s. */
export async function wrongVersions(
  python: string,
  env: Environment,
): Promise<string[] | undefined> {
  const wanted = pins();
  const output = await outputOf(python, ["-c", VERSIONS, ...Object.keys(wanted)], env);
  const found = output === undefined ? undefined : versionsIn(output);
  if (found === undefined) return undefined;
  return Object.entries(wanted)
    .filter(([name, version]) => found[name] !== version)
    .map(([name, version]) =>
      found[name] ? `${name} ${found[name]} instead of ${version}` : `${name} missing`,
    );
}

/** The packages that the trainer itself imports, from requirements.in: name → version. */
function pins(): Record<string, string> {
  const text = readFileSync(join(TRAINER, "requirements.in"), "utf8");
  return Object.fromEntries(
    [...text.matchAll(/^([\w-]+)==(\S+)$/gm)].map(([, name, version]) => [name, version]),
  );
}

const CAN_MAKE_VENV = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";

/** A Python 3.11 or later on PATH that can make an environment. */
export async function findPython(env: Environment): Promise<string | undefined> {
  for (const name of ["python3", "python3.13", "python3.12", "python3.11"]) {
    if ((await outputOf(name, ["-c", CAN_MAKE_VENV], env)) !== undefined) return name;
  }
  return undefined;
}

/** Standard output, or undefined when the program is not there or fails. */
async function outputOf(
  program: string,
  args: readonly string[],
  env: Environment,
): Promise<string | undefined> {
  try {
    return (await promisify(execFile)(program, args, { env, timeout: 30_000 })).stdout;
  } catch {
    return undefined;
  }
}
