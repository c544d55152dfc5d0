import type { z } from "zod";
import { canonicalJson } from "../../core/digest.ts";
import { StoreError } from "../../core/errors.ts";
import type { ObjectStore, PutOutcome } from "./object-store.ts";

/** Typed JSON documents in an object store. Written canonically, so that equal documents are equal bytes. */

/**
 * Reads a document; undefined when there is none.
 * @throws StoreError `DocumentCorrupt` when it is no JSON or not of the expected shape.
 */
export async function readDocument<T>(
  store: ObjectStore,
  key: string,
  schema: z.ZodType<T>,
): Promise<{ value: T; etag: string } | undefined> {
  const object = await store.get(key);
  if (!object) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(object.body).toString("utf8"));
  } catch (cause) {
    throw corrupt(store, key, "it is no JSON", cause);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw corrupt(
      store,
      key,
      `${issue?.path.join(".") || "document"}: ${issue?.message}`,
      parsed.error,
    );
  }
  return { value: parsed.data, etag: object.etag };
}

/**
 * Writes a document that never changes. Writing the same again is no error.
 * @throws StoreError `DocumentConflict` when the key holds something else.
 */
export async function writeOnce(store: ObjectStore, key: string, value: unknown): Promise<void> {
  const body = canonicalJson(value);
  const outcome: PutOutcome = await store.put(key, body, { ifAbsent: true });
  if (outcome.ok) return;
  const there = await store.get(key);
  if (there && Buffer.from(there.body).toString("utf8") === body) return;
  throw new StoreError(
    "DocumentConflict",
    "the store already holds something else under this key",
    {
      path: `${store.url}/${key}`,
      fix: "two programs of different versions may share this store; compare the two and keep one",
    },
  );
}

/**
 * Writes a document where there is none yet, and gives what the store then holds: of two writers at once the first counts.
 * @throws StoreError `DocumentCorrupt` when what is there cannot be read.
 */
export async function writeFirst<T>(
  store: ObjectStore,
  key: string,
  schema: z.ZodType<T>,
  value: T,
): Promise<T> {
  const outcome: PutOutcome = await store.put(key, canonicalJson(value), { ifAbsent: true });
  return outcome.ok ? value : ((await readDocument(store, key, schema))?.value ?? value);
}

/** Every key below a prefix, in order. */
export async function* allKeys(
  store: ObjectStore,
  prefix: string,
): AsyncGenerator<string, void, void> {
  let after: string | undefined;
  do {
    const page = await store.list(prefix, after === undefined ? {} : { after });
    yield* page.keys;
    after = page.next;
  } while (after !== undefined);
}

function corrupt(store: ObjectStore, key: string, what: string, cause: unknown): StoreError {
  return new StoreError("DocumentCorrupt", `a stored document cannot be read: ${what}`, {
    path: `${store.url}/${key}`,
    fix: "restore it from a backup, or move it aside; nothing was changed",
    cause,
  });
}
