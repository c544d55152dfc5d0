import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { takeWriteLock } from "../store/file-lock.ts";

/**
 * Runs `body` while no other process holds `file`, and waits for one that does, however long it takes. The lock ends with
 * the process that holds it; the file stays and holds nothing.
 * @param options.onWait called once, before the first wait
 * @throws StoreError `StoreLockBroken`; an AbortError when `signal` ends the wait
 */
export async function alone<T>(
  file: string,
  options: { onWait: () => void; signal?: AbortSignal | undefined },
  body: () => Promise<T>,
): Promise<T> {
  const database = new DatabaseSync(file);
  try {
    for (let told = false; !takeWriteLock(database, file); told = true) {
      if (!told) options.onWait();
      await sleep(500, undefined, { signal: options.signal });
    }
    return await body();
  } finally {
    database.close();
  }
}
