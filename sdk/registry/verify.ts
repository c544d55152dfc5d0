import { type Digest, sha256 } from "../../core/digest.ts";
import { isKitError, type Problem } from "../../core/errors.ts";
import { allKeys } from "../store/document.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { checkNames } from "./adapter-files.ts";
import { readManifest } from "./adapter-versions.ts";

export interface Verification {
  version: Digest;
  /** Empty: every byte is what was published. Codes: `ManifestDamaged`, `FileMissing`, `FileChanged`, and those of extra files. */
  problems: Problem[];
}

const FIX = "do not serve it; restore the file from a backup, or train and publish again";

/**
 * Reads a version back: the manifest must hash to the version, each file to what the manifest says, and the folder that a
 * server loads must hold nothing else.
 * @throws RegistryError `UnknownVersion`
 */
export async function verifyVersion(
  store: ObjectStore,
  name: string,
  version: Digest,
): Promise<Verification> {
  const problems: Problem[] = [];
  try {
    const { files } = await readManifest(store, name, version);
    for (const { key, path, size, sha256: expected } of files) {
      const problem = (code: string, message: string) =>
        problems.push({ code, message: `${path} ${message}`, fix: FIX, file: path, path: key });
      const found = await store.get(key);
      if (!found) problem("FileMissing", "is gone");
      else if (sha256(found.body) !== expected) {
        problem("FileChanged", `has ${found.body.length} bytes that are not the ${size} published`);
      }
    }
    for (const folder of new Set(files.map(({ key, path }) => key.slice(0, -path.length)))) {
      for await (const key of allKeys(store, folder)) {
        if (!files.some((file) => file.key === key))
          problems.push(...extra(key.slice(folder.length)));
      }
    }
  } catch (error) {
    if (!isKitError(error) || error.code !== "ManifestDamaged") throw error;
    const { code, message, fix, path } = error;
    problems.push({ code, message, fix, ...(path === undefined ? {} : { path }) });
  }
  return { version, problems };
}

const extra = (file: string): Problem[] =>
  checkNames([file]).filter(({ code }) => code !== "AdapterFileMissing");
