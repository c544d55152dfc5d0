/**
 * A real second process on a file store, for the races and the kills of the tests:
 * `node store-process.ts ROOT create KEY | add KEY TIMES | put KEY | hold | hammer KEY`. Prints one JSON value.
 */
import { join } from "node:path";
import { isKitError } from "../../core/errors.ts";
import { exclusively } from "../../sdk/store/file-lock.ts";
import { fileStore } from "../../sdk/store/file-store.ts";

const [root = "", action, key = "", times = "1"] = process.argv.slice(2);
const store = fileStore(root);

const ACTIONS: Record<string, () => Promise<unknown>> = {
  /** 16 writers at once in this process. */
  create: async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, writer) =>
        store.put(key, `${process.pid} ${writer}`, { ifAbsent: true }),
      ),
    );
    return outcomes.flatMap((outcome, writer) => (outcome.ok ? [`${process.pid} ${writer}`] : []));
  },
  add: async () => {
    for (let done = 0; done < Number(times); ) {
      const found = await store.get(key);
      if (!found) throw new Error("no counter");
      const next = String(Number(Buffer.from(found.body).toString()) + 1);
      if ((await store.put(key, next, { ifMatch: found.etag })).ok) done += 1;
    }
    return Number(times);
  },
  put: () => store.put(key, "x".repeat(2 ** 20)),
  /** Takes the lock and never lets it go. */
  hold: () =>
    exclusively(join(root, ".lock.sqlite"), () => {
      process.stdout.write("held\n");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    }),
  /** Replaces a large object without end. */
  hammer: async () => {
    process.stdout.write("writing\n");
    for (let round = 0; ; round++) await store.put(key, String(round % 10).repeat(2 ** 22));
  },
};

try {
  const result = await (ACTIONS[action ?? ""] as () => Promise<unknown>)();
  process.stdout.write(JSON.stringify(result));
} catch (error) {
  if (!isKitError(error)) throw error;
  process.stdout.write(JSON.stringify(error));
}
