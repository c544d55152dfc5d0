import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Digest, sha256 } from "../../core/digest.ts";
import { InputError } from "../../core/errors.ts";
import type { AdapterManifest } from "../../core/spec/adapter.ts";
import type { KitContext } from "../context.ts";
import { CONFIG_FILE, WEIGHTS_FILE } from "../registry/peft-layout.ts";

/**
 * The two files of a version in a folder of this machine, as a server would load them. The folder appears whole, by rename,
 * and is left alone once it is right: another command's evaluator may be reading it.
 * @throws InputError `AdapterFilesUnexpected` when the manifest names other files; `AdapterDamaged`
 */
export async function fetchAdapter(
  { store, project }: KitContext,
  version: Digest,
  manifest: AdapterManifest,
): Promise<string> {
  const { name, files } = manifest;
  const names = files.map(({ path }) => path).sort();
  if (names.join() !== [CONFIG_FILE, WEIGHTS_FILE].join()) {
    throw new InputError(
      "AdapterFilesUnexpected",
      `the manifest names ${names.map((path) => JSON.stringify(path)).join(", ") || "no file"} in place of ${CONFIG_FILE} and ${WEIGHTS_FILE}`,
      { path: `${name} ${version}`, fix: "publish the adapter again; nothing was written" },
    );
  }
  const folder = join(project.work, `adapter-${version.slice(0, 16)}`);
  const isRight = () =>
    files.every(({ path, sha256: expected }) => {
      const file = join(folder, path);
      return existsSync(file) && sha256(readFileSync(file)) === expected;
    });
  if (isRight()) return folder;
  const staged = `${folder}.${randomUUID()}`;
  mkdirSync(staged, { recursive: true });
  try {
    for (const { key, path, sha256: expected } of files) {
      const object = await store.get(key);
      if (!object || sha256(object.body) !== expected) {
        throw new InputError("AdapterDamaged", `${path} is not what was published`, {
          path: `${store.url}/${key}`,
          fix: `run \`tunekit adapters verify ${name} --version ${version}\``,
        });
      }
      writeFileSync(join(staged, path), object.body);
    }
    if (isRight()) return folder; // another command was faster
    rmSync(folder, { recursive: true, force: true });
    renameSync(staged, folder);
  } catch (error) {
    if (!isRight()) throw error;
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
  return folder;
}
