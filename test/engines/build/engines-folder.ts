import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, type Environment } from "../../../sdk/local/cache-folder.ts";
import { ENGINES, type EngineName } from "./engines.ts";

/** Go modules of the engines: go.mod, go.sum and the few lines of our own. */
export const GO_SOURCES = join(import.meta.dirname, "go");

/**
 * Folder of the built engines in the user's cache, named by the hash of all that decides what they are: recipe, go.mod,
 * go.sum and Go files. It lies outside the work tree, so that every checkout of the same versions shares it.
 */
export function enginesFolder(env: Environment = process.env): string {
  const hash = createHash("sha256").update(JSON.stringify(ENGINES));
  for (const file of globSync("**/*.{mod,sum,go}", { cwd: GO_SOURCES }).sort())
    hash.update(`\0${file}\0`).update(readFileSync(join(GO_SOURCES, file)));
  return join(cacheFolder(env), `engines-${hash.digest("hex").slice(0, 12)}`);
}

export const engineNames: readonly EngineName[] = ENGINES.map(({ name }) => name);

/** Which engines are not built yet: all of them before the first `npm run engines`. */
export const missingEngines = (
  folder: string,
  names: readonly EngineName[] = engineNames,
): EngineName[] => names.filter((name) => !existsSync(join(folder, name)));

/** Why engine tests cannot run here, and the way out; undefined when they can. */
export function whyNoEngines(
  folder: string,
  names: readonly EngineName[] = engineNames,
): string | undefined {
  const missing = missingEngines(folder, names);
  return missing.length === 0
    ? undefined
    : `${missing.join(", ")} not built in ${folder}: run \`npm run engines\` (Go needed, once per machine)`;
}
