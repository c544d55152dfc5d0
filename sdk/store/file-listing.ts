import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isObjectKey } from "./object-key.ts";

/** Keys of the files below `folder` (`""` or `a/b/`) that start with `prefix` and come after `after`, in order of their bytes. */
export async function* keysInFolder(
  root: string,
  folder: string,
  prefix: string,
  after: string,
): AsyncGenerator<string> {
  // A folder sorts as "name/", so that `a-b` comes before `a/b`, as in the order of whole keys.
  const names = (await entriesOf(join(root, folder)))
    .filter((entry) => isObjectKey(entry.name) && (entry.isFile() || entry.isDirectory()))
    .map((entry) => folder + entry.name + (entry.isDirectory() ? "/" : ""))
    .sort((a, b) => (a < b ? -1 : 1));
  for (const name of names) {
    if (!name.endsWith("/")) {
      if (name.startsWith(prefix) && name > after) yield name;
    } else if (
      (name.startsWith(prefix) || prefix.startsWith(name)) &&
      (name > after || after.startsWith(name))
    ) {
      yield* keysInFolder(root, name, prefix, after);
    }
  }
}

/** A folder that is not there, or a file in its place, holds no keys. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}
