import { setTimeout as sleep } from "node:timers/promises";

export interface WaitOptions {
  /** Default 30 s. */
  timeoutMs?: number;
  /** Between two looks. Default 50 ms. */
  everyMs?: number;
  /** Looked at each time; what it throws ends the wait. */
  alive?: () => void;
}

/**
 * Looks until `test` gives something true and returns that. A look that throws counts as "not yet"; the last of them is
 * named when time is up.
 */
export async function waitFor<T>(
  what: string,
  test: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<Exclude<T, false | null | undefined>> {
  const { timeoutMs = 30_000, everyMs = 50, alive = () => {} } = options;
  const deadline = performance.now() + timeoutMs;
  let last = "";
  while (performance.now() < deadline) {
    alive();
    try {
      const seen = await test();
      if (seen) return seen as Exclude<T, false | null | undefined>;
      last = `last seen: ${String(seen)}`;
    } catch (error) {
      last = `last error: ${error instanceof Error ? error.message : String(error)}`;
    }
    await sleep(everyMs);
  }
  throw new Error(`waited ${timeoutMs / 1000} s for ${what}; ${last}`);
}
