import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { InputError } from "../core/errors.ts";
import { nearest } from "../core/spec/parse.ts";
import { PlatformConfig, type TeamConfig } from "../core/spec/platform-config.ts";
import { parseYaml } from "../core/spec/yaml.ts";

/** A folder with a `tunekit.yaml`: what the platform offers here, and where things are kept. */
export interface Project {
  root: string;
  /** Undefined when there is no config and the defaults hold. */
  configFile: string | undefined;
  platform: PlatformConfig;
  /** Folder of the object store. */
  store: string;
  /** Folder of the runs that train on this machine. */
  work: string;
}

const CONFIG = "tunekit.yaml";

/**
 * Finds `tunekit.yaml` in the folder or the nearest parent.
 * @throws InputError when a config was named and is not there; SpecError when it is wrong.
 */
export function openProject(options: { cwd: string; platform?: string; store?: string }): Project {
  const configFile = options.platform ? named(options.cwd, options.platform) : search(options.cwd);
  const root = configFile ? dirname(configFile) : options.cwd;
  const platform = configFile
    ? parseYaml(PlatformConfig, readConfig(configFile), configFile)
    : PlatformConfig.parse({ kind: "PlatformConfig" });
  return {
    root,
    configFile,
    platform: { ...platform, models: absolute(platform.models, root) },
    store: storeFolder(options, root),
    work: join(root, ".tunekit", "work"),
  };
}

/**
 * Mode and budget of a team. A platform that lists no teams has one rule for all: `enforce`, no budget.
 * @throws InputError `TeamUnknown` when others are listed: a misspelt team must not escape its budget.
 */
export function teamConfig({ teams }: PlatformConfig, name: string): TeamConfig {
  const team = teams.find((listed) => listed.name === name);
  if (team) return team;
  if (teams.length === 0) return { name, mode: "enforce", monthlyBudget: null };
  const names = teams.map((listed) => listed.name);
  const near = nearest(name, names);
  throw new InputError("TeamUnknown", `the platform has no team "${name}"`, {
    path: "team",
    fix: near
      ? `did you mean "${near}"?`
      : `one of: ${names.join(", ")}; or list it under \`teams\` in tunekit.yaml`,
  });
}

function named(cwd: string, file: string): string {
  const path = resolve(cwd, file);
  if (existsSync(path)) return path;
  throw new InputError("PlatformMissing", "there is no such platform config", {
    path,
    fix: "correct --platform, or write one with `tunekit init`",
  });
}

function readConfig(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new InputError("PlatformUnreadable", `the platform config cannot be read (${code})`, {
      path,
      fix: "name a file that you may read",
      cause,
    });
  }
}

function search(folder: string): string | undefined {
  const file = join(folder, CONFIG);
  if (existsSync(file)) return file;
  return dirname(folder) === folder ? undefined : search(dirname(folder));
}

function storeFolder(options: { cwd: string; store?: string }, root: string): string {
  if (!options.store) return join(root, ".tunekit", "store");
  const scheme = /^([a-z0-9]+):\/\//.exec(options.store)?.[1];
  if (scheme && scheme !== "file") {
    throw new InputError("StoreUnsupported", `there is no driver for ${scheme}:// stores here`, {
      path: options.store,
      fix: "use a folder, or file:///path",
    });
  }
  const folder = resolve(options.cwd, options.store.replace(/^file:\/\//, ""));
  if (statSync(folder, { throwIfNoEntry: false })?.isFile()) {
    throw new InputError("StoreNotFolder", `${folder} is a file, and a store is a folder`, {
      path: "--store",
      fix: "give a folder as the store",
    });
  }
  return folder;
}

const absolute = (models: Record<string, string>, root: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(models).map(([id, folder]) => [
      id,
      isAbsolute(folder) ? folder : join(root, folder),
    ]),
  );
