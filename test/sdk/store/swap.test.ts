import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fileStore } from "../../../sdk/store/file-store.ts";
import type { ObjectStore } from "../../../sdk/store/object-store.ts";
import { swapDocument } from "../../../sdk/store/swap.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const Counter = z.object({ count: z.number() });
const plusOne = (counter = { count: 0 }) => ({ count: counter.count + 1 });
const newStore = () => fileStore(join(temporaryFolder(), "store"));
const read = async (store: ObjectStore) =>
  JSON.parse(Buffer.from((await store.get("counter"))?.body ?? []).toString());

/** The same store, with another writer that comes first after each of the first `times` reads. */
function withRival(store: ObjectStore, times: number): ObjectStore {
  let left = times;
  return {
    ...store,
    get: async (key) => {
      const found = await store.get(key);
      if (left-- > 0) await swapDocument(store, key, Counter, plusOne);
      return found;
    },
  };
}

describe("swapDocument", () => {
  it("creates, changes and leaves alone", async () => {
    const store = newStore();
    await swapDocument(store, "counter", Counter, () => undefined);
    expect(await store.get("counter")).toBeUndefined();
    await swapDocument(store, "counter", Counter, plusOne);
    await swapDocument(store, "counter", Counter, plusOne);
    await swapDocument(store, "counter", Counter, (counter) => counter);
    expect(await read(store)).toEqual({ count: 2 });
  });

  it("64 at once all count, from the creation on", async () => {
    const store = newStore();
    await Promise.all(
      Array.from({ length: 64 }, () => swapDocument(store, "counter", Counter, plusOne)),
    );
    expect(await read(store)).toEqual({ count: 64 });
  });

  it("reads and decides again when another writer comes first", async () => {
    const store = newStore();
    await swapDocument(withRival(store, 3), "counter", Counter, plusOne);
    expect(await read(store)).toEqual({ count: 4 });
  });

  it("gives up on a document that others write without pause", async () => {
    const store = newStore();
    const swap = swapDocument(withRival(store, 99), "counter", Counter, plusOne, 3);
    await expect(swap).rejects.toMatchObject({
      name: "StoreError",
      code: "StoreContended",
      path: `${store.url}/counter`,
      message: "others changed this document 3 times first",
      fix: "look for a program that writes it without pause, then try again",
    });
    expect(await read(store)).toEqual({ count: 3 });
  });

  it("changes nothing when the change fails", async () => {
    const store = newStore();
    await swapDocument(store, "counter", Counter, plusOne);
    const swap = swapDocument(store, "counter", Counter, () => {
      throw new RangeError("no");
    });
    await expect(swap).rejects.toThrow("no");
    expect(await read(store)).toEqual({ count: 1 });
  });
});
