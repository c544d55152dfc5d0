import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdir, rm, statfs, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { InputError } from "../../core/errors.ts";
import { formatBytes, GB } from "../../core/units.ts";
import type { Environment } from "./cache-folder.ts";
import { alone } from "./install-lock.ts";
import {
  completeMarker,
  findPython,
  isComplete,
  NO_PYTHON,
  TRAINER_LOCK,
  type TrainerEnvironment,
  trainerFolder,
  venvPython,
} from "./python.ts";

export interface InstallOptions {
  env?: Environment;
  /** One line for people. */
  onProgress?: (line: string) => void;
  signal?: AbortSignal;
}

/** Measured on Linux x86-64, where the wheel of torch brings its CUDA libraries: docs/trainer.md. */
const SIZE = "3.0 GB to download, 5.8 GB on disk";
const NEEDED_BYTES = 9 * GB;

/**
 * Makes the trainer's Python environment in the user's cache folder, once per lock file. Stopped anywhere, the next call
 * starts again with the packages that were downloaded; of two at once, one waits.
 * @throws InputError `PythonMissing`, `DiskFull`, `InstallFailed`
 */
export async function installTrainer(options: InstallOptions = {}): Promise<TrainerEnvironment> {
  const { env = process.env, onProgress = () => {}, signal } = options;
  const folder = trainerFolder(env);
  const done: TrainerEnvironment = { python: venvPython(folder), source: "cache" };
  if (isComplete(folder)) return done;
  const python = await findPython(env);
  if (!python) throw new InputError("PythonMissing", NO_PYTHON.message, { fix: NO_PYTHON.fix });
  await mkdir(dirname(folder), { recursive: true });
  const onWait = () => onProgress("another process is installing already; waiting for it to end");
  return alone(`${folder}.lock.sqlite`, { onWait, signal }, async () => {
    if (isComplete(folder)) return done;
    await refuseSmallDisk(dirname(folder));
    onProgress(`Installing the trainer's Python packages (${SIZE}) into ${folder}`);
    await rm(folder, { recursive: true, force: true });
    const run = (command: readonly string[]) => runCommand(command, { env, onProgress, signal });
    await run([python, "-m", "venv", folder]);
    await run([...pipInstall(done.python, env), "--require-hashes", "-r", TRAINER_LOCK]);
    onProgress("Compiling them, so that each run starts 8 s sooner");
    await run([done.python, "-c", COMPILE, join(folder, "lib")]);
    await writeFile(completeMarker(folder), `${new Date().toISOString()}\n`);
    return done;
  });
}

/** A few packages ship files for other Pythons that do not compile here: no failure. */
const COMPILE = "import compileall, sys; compileall.compile_dir(sys.argv[1], quiet=2, workers=0)";

/** uv where it is there: two to five times faster, the same result. Byte code is left to the caller. */
export function pipInstall(python: string, env: Environment): string[] {
  return onPath("uv", env)
    ? ["uv", "pip", "install", "--python", python]
    : [
        python,
        "-m",
        "pip",
        "install",
        "--no-compile",
        "--disable-pip-version-check",
        "--progress-bar",
        "off",
      ];
}

function onPath(program: string, env: Environment): boolean {
  return (env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return folder !== "";
    } catch {
      return false;
    }
  });
}

async function refuseSmallDisk(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= NEEDED_BYTES) return;
  throw new InputError(
    "DiskFull",
    `the trainer needs ${formatBytes(NEEDED_BYTES)} while it is installed, and ${formatBytes(bavail * bsize)} are free`,
    { path: folder, fix: "free some space, or set XDG_CACHE_HOME to a folder on a larger disk" },
  );
}

/**
 * Runs a program and hands on its lines.
 * @throws InputError `InstallFailed` with its last lines
 */
export async function runCommand(
  command: readonly string[],
  options: {
    env: Environment;
    onProgress: (line: string) => void;
    signal?: AbortSignal | undefined;
  },
): Promise<void> {
  const [program, ...args] = command as [string, ...string[]];
  const child = spawn(program, args, {
    env: { ...options.env, PYTHONUNBUFFERED: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    signal: options.signal,
  });
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      last.push(line);
      options.onProgress(line);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code === 0) return;
  throw new InputError(
    "InstallFailed",
    `\`${command.slice(0, 4).join(" ")} …\` ended with ${code}: ${last.slice(-3).join(" / ")}`,
    {
      fix: "read the lines above, correct what they name (most often the network or a proxy), then run the same command again",
    },
  );
}
