import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { StoreError } from "../../core/errors.ts";

const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;

/**
 * Runs `critical` while no other process or thread does on the same lock file. It is SQLite's write lock, a lock of the
 * operating system: it ends with the process that holds it, so a kill -9 leaves nothing behind. `critical` is synchronous,
 * so within one thread two of them cannot overlap either. Nothing is ever written to the file.
 * @param limitMs give up after this time. Default 10 s; the lock is held for less than a millisecond at a time.
 * @throws StoreError `StoreBusy`, `StoreLockBroken`
 */
export async function exclusively<T>(
  file: string,
  critical: () => T,
  limitMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const database = new DatabaseSync(file);
    try {
      if (takeWriteLock(database, file)) return critical();
    } finally {
      database.close();
    }
    if (performance.now() > deadline) {
      throw new StoreError("StoreBusy", `another process held ${file} for ${limitMs / 1000} s`, {
        path: file,
        fix: "look for a stopped tunekit process on this store, end it, then try again",
      });
    }
    await setTimeout(1 + Math.random() * 5);
  }
}

/** Whether the lock is held now; it is let go when the database is closed. @throws StoreError `StoreLockBroken` */
export function takeWriteLock(database: DatabaseSync, file: string): boolean {
  try {
    database.exec("BEGIN IMMEDIATE");
    return true;
  } catch (error) {
    const code = sqliteCode(error);
    if (code === SQLITE_BUSY) return false;
    if (code !== SQLITE_NOTADB) throw error;
    throw new StoreError("StoreLockBroken", `${file} is not the lock file that it should be`, {
      path: file,
      fix: `delete ${file} while no tunekit process runs; it holds no data`,
      cause: error,
    });
  }
}

/** SQLite's primary result code; undefined for an error that is not its own. */
export function sqliteCode(error: unknown): number | undefined {
  const { errcode } = error as { errcode?: number };
  return errcode === undefined ? undefined : errcode & 0xff;
}
