import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { link, mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { sha256 } from "../../core/digest.ts";
import { fileFault, notFolder } from "./file-fault.ts";
import { keysInFolder } from "./file-listing.ts";
import { exclusively } from "./file-lock.ts";
import { makeFolder } from "./make-folder.ts";
import { checkKey } from "./object-key.ts";
import type { ObjectStore, PutOutcome } from "./object-store.ts";

type Lost = Extract<PutOutcome, { ok: false }>["reason"];

/** Unfinished uploads; one is left only by a process that was killed in the middle of a write. */
const STAGING = ".staging";
const STALE_MS = 24 * 3_600_000;

/**
 * An object store in a folder: each key is a plain file of the same path. A body is written and flushed beside its place
 * and appears whole, by a link (`ifAbsent`) or a rename, so a reader never sees half of one and a kill at any moment
 * leaves the old or the new. Compare-and-swap, replace and delete take turns across processes. The etag is the sha256 of
 * the body: equal bytes have equal etags, as in S3.
 * @param root folder; made with the first write.
 */
export function fileStore(root: string): ObjectStore {
  const folder = resolve(root);
  const staging = join(folder, STAGING);
  const lockFile = join(folder, ".lock.sqlite");
  let swept: Promise<void> | undefined;

  /** What the operating system refuses becomes a StoreError. A store that is not there yet is an empty one. */
  async function guarded<T>(key: string, work: () => Promise<T>): Promise<T> {
    try {
      if (await isBlocked(folder)) throw notFolder(folder);
      return await work();
    } catch (error) {
      throw fileFault(error, folder, key);
    }
  }

  function on<T>(key: string, work: (path: string) => Promise<T>): Promise<T> {
    checkKey(key);
    return guarded(key, () => work(join(folder, key)));
  }

  async function prepare(): Promise<void> {
    makeFolder(folder);
    await mkdir(staging).catch(unless("EEXIST"));
    swept ??= sweep(staging);
    await swept;
  }

  return {
    url: pathToFileURL(folder).href,

    get: async (key) =>
      on(key, async (path) => {
        const body = await unlessMissing(readFile(path));
        return body && { body, etag: sha256(body) };
      }),

    put: async (key, body, condition) =>
      on(key, async (path): Promise<PutOutcome> => {
        await prepare();
        const bytes = typeof body === "string" ? Buffer.from(body) : body;
        const staged = join(staging, randomUUID());
        try {
          await writeWhole(staged, bytes);
          const create = condition !== undefined && "ifAbsent" in condition;
          const match = condition && "ifMatch" in condition ? condition.ifMatch : undefined;
          if (match === undefined) makeFolder(dirname(path));
          const lost = create
            ? await createOnly(staged, path)
            : await exclusively(lockFile, () => replace(staged, path, match));
          if (lost) return { ok: false, reason: lost };
          await flushFolder(dirname(path));
          return { ok: true, etag: sha256(bytes) };
        } finally {
          await rm(staged, { force: true });
        }
      }),

    async list(prefix, { after = "", limit = 1000 } = {}) {
      const start = prefix.slice(0, prefix.lastIndexOf("/") + 1);
      if (start) checkKey(start.slice(0, -1));
      return guarded(prefix, async () => {
        const keys: string[] = [];
        for await (const key of keysInFolder(folder, start, prefix, after)) {
          if (keys.length === limit) return { keys, next: keys.at(-1) as string };
          keys.push(key);
        }
        return { keys };
      });
    },

    delete: async (key) =>
      on(key, async (path) => {
        if (!(await unlessMissing(stat(path)))?.isFile()) return;
        await exclusively(lockFile, () => rmSync(path, { force: true }));
        await flushFolder(dirname(path));
      }),
  };
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A link is made or refused as one step by the file system, so no lock is needed. */
async function createOnly(staged: string, path: string): Promise<Lost | undefined> {
  try {
    await link(staged, path);
    return undefined;
  } catch (error) {
    if (codeOf(error) === "EEXIST" && !(await unlessMissing(stat(path)))?.isDirectory())
      return "exists";
    throw error;
  }
}

/** Only under the lock. */
function replace(staged: string, path: string, match: string | undefined): Lost | undefined {
  if (match !== undefined) {
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return "missing";
    if (sha256(readFileSync(path)) !== match) return "changed";
  }
  renameSync(staged, path);
  return undefined;
}

/** Makes a new name survive a power cut. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function sweep(staging: string): Promise<void> {
  for (const name of await readdir(staging)) {
    const path = join(staging, name);
    const found = await unlessMissing(stat(path));
    if (found && Date.now() - found.mtimeMs > STALE_MS) await rm(path, { force: true });
  }
}

/** Whether the folder, or a part of the path to it, is a file. */
async function isBlocked(folder: string): Promise<boolean> {
  try {
    return !(await stat(folder)).isDirectory();
  } catch (error) {
    unless("ENOENT", "ENOTDIR")(error);
    return codeOf(error) === "ENOTDIR";
  }
}

/** Undefined when there is no such file, a folder in its place, or a file where a folder should be. */
const unlessMissing = <T>(work: Promise<T>): Promise<T | undefined> =>
  work.catch(unless("ENOENT", "EISDIR", "ENOTDIR"));

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

/** Lets the named failures pass as undefined. */
const unless =
  (...codes: readonly string[]) =>
  (error: unknown): undefined => {
    if (!codes.includes(codeOf(error))) throw error;
  };
