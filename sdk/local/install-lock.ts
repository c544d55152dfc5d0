import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs `body` while no other process holds `file`, and waits for one that does. The file names its holder; a holder that
 * is dead lost it.
 */
export async function alone<T>(
  file: string,
  options: { onWait: (holder: number) => void; signal?: AbortSignal | undefined },
  body: () => Promise<T>,
): Promise<T> {
  let told = false;
  while (!take(file)) {
    const holder = holderOf(file);
    if (holder !== undefined && !isAlive(holder)) rmSync(file, { force: true });
    else {
      if (!told && holder !== undefined) options.onWait(holder);
      told ||= holder !== undefined;
      await sleep(500, undefined, { signal: options.signal });
    }
  }
  try {
    return await body();
  } finally {
    rmSync(file, { force: true });
  }
}

/** By link, so that the file never exists without its content. */
function take(file: string): boolean {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function holderOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return undefined; // let go in this moment
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
