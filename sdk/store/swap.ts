import { setTimeout } from "node:timers/promises";
import type { z } from "zod";
import { canonicalJson } from "../../core/digest.ts";
import { StoreError } from "../../core/errors.ts";
import { readDocument } from "./document.ts";
import type { ObjectStore } from "./object-store.ts";

/**
 * Changes a document by compare-and-swap: reads it, applies `change` and writes the result only over what was read; when
 * another writer came first, reads and applies again. `change` gets undefined where there is no document yet, and returns
 * its argument to leave things as they are. It may run many times: only its last run counts.
 * @param mostTurns each lost turn is another writer's gain, so only a store that is written without pause costs this many.
 * @throws StoreError `StoreContended`, `DocumentCorrupt`, and what `change` throws.
 */
export async function swapDocument<T>(
  store: ObjectStore,
  key: string,
  schema: z.ZodType<T>,
  change: (current: T | undefined) => T | undefined,
  mostTurns = 1000,
): Promise<void> {
  for (let turn = 0; turn < mostTurns; turn++) {
    const current = await readDocument(store, key, schema);
    const next = change(current?.value);
    if (next === current?.value) return;
    const condition = current ? { ifMatch: current.etag } : { ifAbsent: true as const };
    if ((await store.put(key, canonicalJson(next), condition)).ok) return;
    await setTimeout(Math.random() * 5); // writers that lost together do not come back together
  }
  throw new StoreError("StoreContended", `others changed this document ${mostTurns} times first`, {
    path: `${store.url}/${key}`,
    fix: "look for a program that writes it without pause, then try again",
  });
}
