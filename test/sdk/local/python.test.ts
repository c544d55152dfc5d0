import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { sha256 } from "../../../core/digest.ts";
import { cacheFolder } from "../../../sdk/local/cache-folder.ts";
import { alone } from "../../../sdk/local/install-lock.ts";
import { installTrainer } from "../../../sdk/local/install-trainer.ts";
import {
  findTrainer,
  isComplete,
  NO_PYTHON,
  TRAINER_LOCK,
  trainerFolder,
} from "../../../sdk/local/python.ts";

const scratch = mkdtempSync(join(tmpdir(), "tunekit-python-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => {
  folders += 1;
  const folder = join(scratch, String(folders));
  mkdirSync(folder);
  return folder;
};

/** The folder of a real Python 3.11 or later, so that PATH can hold it and nothing else. */
const pythonFolder = (() => {
  try {
    const print =
      "import sys, venv, ensurepip; assert sys.version_info >= (3, 11); print(sys.executable)";
    return dirname(
      execFileSync("python3", ["-c", print], { encoding: "utf8", stdio: "pipe" }).trim(),
    );
  } catch {
    return undefined;
  }
})();
const NEEDS_PYTHON = "no Python 3.11 or later with venv on PATH; install one";

/** A folder that makes a real Python see packages in these versions. */
function withPackages(versions: Record<string, string>): string {
  const folder = newFolder();
  for (const [name, version] of Object.entries(versions)) {
    const info = join(folder, `${name}-${version}.dist-info`);
    mkdirSync(info);
    writeFileSync(
      join(info, "METADATA"),
      `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    );
  }
  return folder;
}

const pinned = (): Record<string, string> =>
  Object.fromEntries(
    [
      ...readFileSync(join(dirname(TRAINER_LOCK), "requirements.in"), "utf8").matchAll(
        /^(\w+)==(\S+)$/gm,
      ),
    ].map(([, name, version]) => [name, version]),
  );

describe("findTrainer", () => {
  it("says what to install when there is no Python", async () => {
    const env = { PATH: newFolder(), HOME: newFolder() };
    expect(await findTrainer({ env })).toEqual(NO_PYTHON);
    expect(NO_PYTHON.message).toBe("there is no Python 3.11 or later with venv on this machine");
    expect(NO_PYTHON.fix).toBe(
      "install Python 3.11 or later with venv (Debian, Ubuntu: `apt install python3-venv`; macOS: `brew install python@3.12`), then run `npm run trainer:install`",
    );
  });

  it("says which command makes the environment when there is a Python without it", async ({
    skip,
  }) => {
    if (!pythonFolder) return skip(NEEDS_PYTHON);
    expect(await findTrainer({ env: { PATH: pythonFolder, HOME: newFolder() } })).toEqual({
      message: "no Python environment with the trainer's packages was found",
      fix: "run `npm run trainer:install`: it makes one in your cache folder (3.0 GB to download, 5.8 GB on disk)",
    });
  });

  it("takes a python3 on PATH that has it all, and no other", async ({ skip }) => {
    if (!pythonFolder) return skip(NEEDS_PYTHON);
    const env = { PATH: pythonFolder, HOME: newFolder() };
    const right = { ...env, PYTHONPATH: withPackages(pinned()) };
    expect(await findTrainer({ env: right })).toEqual({ python: "python3", source: "PATH" });
    const wrong = { ...env, PYTHONPATH: withPackages({ ...pinned(), trl: "1.15.0" }) };
    expect(await findTrainer({ env: wrong })).not.toHaveProperty("python");
  });

  it("takes the installed environment only when it is whole", async () => {
    const env = { PATH: newFolder(), XDG_CACHE_HOME: newFolder() };
    const folder = trainerFolder(env);
    const python = join(folder, "bin", "python");
    mkdirSync(dirname(python), { recursive: true });
    symlinkSync(process.execPath, python);
    expect(await findTrainer({ env }), "marker missing").toEqual(NO_PYTHON);
    writeFileSync(join(folder, "COMPLETE"), "");
    expect(await findTrainer({ env })).toEqual({ python, source: "cache" });
    rmSync(python);
    symlinkSync(join(scratch, "a Python that was removed"), python);
    expect(await findTrainer({ env }), "interpreter gone").toEqual(NO_PYTHON);
  });

  it("holds TUNEKIT_PYTHON to the same versions, and never falls back from it", async ({
    skip,
  }) => {
    const nothing = join(scratch, "nothing");
    expect(await findTrainer({ env: { TUNEKIT_PYTHON: nothing } })).toEqual({
      message: `TUNEKIT_PYTHON is ${nothing}, which cannot be run`,
      fix: "point TUNEKIT_PYTHON at a Python 3.11 or later, or unset it",
    });
    if (!pythonFolder) return skip(NEEDS_PYTHON);
    const python = join(pythonFolder, "python3");
    const { trl: _, ...noTrl } = pinned();
    const env = { TUNEKIT_PYTHON: python, PYTHONPATH: withPackages({ ...noTrl, torch: "2.14.0" }) };
    expect(await findTrainer({ env })).toEqual({
      message: `TUNEKIT_PYTHON is ${python}, which has not the trainer's packages: torch 2.14.0 instead of 2.15.0, trl missing`,
      fix: `run \`${python} -m pip install --require-hashes -r jobs/trainer/requirements.lock\`, or unset TUNEKIT_PYTHON and run \`npm run trainer:install\``,
    });
    const right = { TUNEKIT_PYTHON: python, PYTHONPATH: withPackages(pinned()) };
    expect(await findTrainer({ env: right })).toEqual({ python, source: "TUNEKIT_PYTHON" });
  });
});

describe("a TUNEKIT_PYTHON that is a path from the working directory", () => {
  it("is made absolute, because a run works in another folder", async ({ skip }) => {
    if (!pythonFolder) return skip(NEEDS_PYTHON);
    const python = join(pythonFolder, "python3");
    const env = { PYTHONPATH: withPackages(pinned()), PATH: pythonFolder };
    const relativePath = relative(process.cwd(), python);
    expect(isAbsolute(relativePath)).toBe(false);
    expect(await findTrainer({ env: { ...env, TUNEKIT_PYTHON: relativePath } })).toEqual({
      python,
      source: "TUNEKIT_PYTHON",
    });
    // A bare name is looked up on PATH, by every child alike.
    expect(await findTrainer({ env: { ...env, TUNEKIT_PYTHON: "python3" } })).toEqual({
      python: "python3",
      source: "TUNEKIT_PYTHON",
    });
    expect(await findTrainer({ env: { TUNEKIT_PYTHON: "./nothing" } })).toMatchObject({
      message: `TUNEKIT_PYTHON is ${join(process.cwd(), "nothing")}, which cannot be run`,
    });
  });
});

describe("the cache folder", () => {
  it("is the user's, and the environment's name is the lock file's digest", () => {
    expect(cacheFolder({ XDG_CACHE_HOME: "/x" })).toBe(join("/x", "tunekit"));
    const usual = process.platform === "darwin" ? "/home/ana/Library/Caches" : "/home/ana/.cache";
    expect(cacheFolder({ HOME: "/home/ana" })).toBe(`${usual}/tunekit`);
    const digest = sha256(readFileSync(TRAINER_LOCK)).slice(0, 12);
    expect(trainerFolder({ XDG_CACHE_HOME: "/x" })).toBe(`/x/tunekit/trainer-${digest}`);
  });
});

describe("installTrainer", () => {
  it("needs a Python", async () => {
    const env = { PATH: newFolder(), HOME: newFolder() };
    await expect(installTrainer({ env })).rejects.toMatchObject({
      name: "InputError",
      code: "PythonMissing",
      fix: NO_PYTHON.fix,
    });
  });

  it("is not complete and holds no lock after a failure, and says the size first", async ({
    skip,
  }) => {
    if (!pythonFolder) return skip(NEEDS_PYTHON);
    const env = { PATH: pythonFolder, XDG_CACHE_HOME: newFolder(), PIP_NO_INDEX: "1" };
    const lines: string[] = [];
    const install = installTrainer({ env, onProgress: (line) => lines.push(line) });
    await expect(install).rejects.toMatchObject({
      code: "InstallFailed",
      message: expect.stringMatching(/pip install.*ended with 1: .*No matching distribution/),
      fix: expect.stringContaining("then run the same command again"),
    });
    expect(lines[0]).toBe(
      `Installing the trainer's Python packages (3.0 GB to download, 5.8 GB on disk) into ${trainerFolder(env)}`,
    );
    expect(isComplete(trainerFolder(env))).toBe(false);
    const onWait = () => expect.unreachable("the lock is held still");
    await alone(`${trainerFolder(env)}.lock.sqlite`, { onWait }, async () => {});
  }, 120_000);
});
