import { isKitError, type Problem, StoreError } from "../../core/errors.ts";
import { LedgerEntry } from "../../core/spec/ledger.ts";
import { writeOnce } from "../store/document.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { isUlid, timeOfId } from "./ledger-id.ts";

/**
 * The append-only record of what was asked, decided, spent and gained: `ledger/<yyyy>/<mm>/<dd>/<ulid>.json`, one object an
 * entry, written once. The day is that of the entry's instant, in UTC, so keys are in order of time.
 */

/** An entry, or what stands in its place and why it cannot be read. */
export type LedgerItem =
  | { key: string; entry: LedgerEntry; problem?: undefined }
  | { key: string; entry?: undefined; problem: Problem };

/** Instants; `from` is included, `to` is not. */
export interface LedgerRange {
  from?: string;
  to?: string;
}

const KINDS = new Set<unknown>(LedgerEntry.options.map((option) => option.shape.kind.value));
const READ_AT_ONCE = 64;

const dayFolder = (at: string): string =>
  `ledger/${new Date(at).toISOString().slice(0, 10).replaceAll("-", "/")}/`;

/**
 * Writes an entry. Writing the same again is no error, so a step that was killed may be repeated.
 * @throws StoreError `LedgerEntryWrong` when it is no entry or its id (`ledgerId`) is of another instant;
 * `LedgerConflict` when the ledger holds other facts under this id.
 */
export async function append(store: ObjectStore, entry: LedgerEntry): Promise<void> {
  const fault = faultOf(entry);
  if (fault) {
    throw new StoreError("LedgerEntryWrong", `this is no ledger entry: ${fault}`, {
      path: `ledger/${entry.id}`,
      fix: "give every field, and make the id with ledgerId(at, kind, subject)",
    });
  }
  const key = `${dayFolder(entry.at)}${entry.id}.json`;
  try {
    await writeOnce(store, key, entry);
  } catch (error) {
    if (!isKitError(error) || error.code !== "DocumentConflict") throw error;
    throw new StoreError("LedgerConflict", "the ledger already says something else here", {
      path: `${store.url}/${key}`,
      fix: "compare the two; the one in the ledger stands",
      cause: error,
    });
  }
}

/** The entry with this id and instant, if the ledger holds it and it can be read. */
export async function findEntry(
  store: ObjectStore,
  { id, at }: Pick<LedgerEntry, "id" | "at">,
): Promise<LedgerEntry | undefined> {
  return (await readItem(store, `${dayFolder(at)}${id}.json`)).entry;
}

/**
 * Every entry of a range in order of time. Tolerant on read: keys that this version does not know are passed over. What
 * cannot be read comes as a problem in its place: `UnknownLedgerKind`, `LedgerEntryCorrupt`, `NotALedgerEntry`.
 */
export async function* entries(
  store: ObjectStore,
  range: LedgerRange = {},
): AsyncGenerator<LedgerItem, void, void> {
  const end = range.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(range.to);
  const start = range.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(range.from);
  let after = range.from === undefined ? "" : dayFolder(range.from);
  for (;;) {
    const page = await store.list("ledger/", { after, limit: READ_AT_ONCE });
    const wanted = page.keys.filter((key) => {
      const time = timeOfKey(key);
      return time === undefined || (time >= start && time < end);
    });
    yield* await Promise.all(wanted.map((key) => readItem(store, key)));
    const last = page.keys.at(-1);
    if (page.next === undefined || (timeOfKey(last ?? "") ?? 0) >= end) return;
    after = page.next;
  }
}

/** All entries of a range, and apart from them what could not be read. */
export async function readLedger(
  store: ObjectStore,
  range: LedgerRange = {},
): Promise<{ entries: LedgerEntry[]; problems: Problem[] }> {
  const read: { entries: LedgerEntry[]; problems: Problem[] } = { entries: [], problems: [] };
  for await (const { entry, problem } of entries(store, range)) {
    if (entry) read.entries.push(entry);
    else read.problems.push(problem);
  }
  return read;
}

function faultOf(value: unknown): string | undefined {
  const parsed = LedgerEntry.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return `${issue?.path.join(".") || "entry"}: ${issue?.message}`;
  }
  const { id, at } = parsed.data;
  return timeOfId(id) === Date.parse(at) ? undefined : "id: it is of another instant than `at`";
}

/** Milliseconds since the epoch; undefined for a key that no entry can have. */
function timeOfKey(key: string): number | undefined {
  const [, day, id] = /^(ledger\/\d{4}\/\d{2}\/\d{2}\/)([^/]+)\.json$/.exec(key) ?? [];
  if (id === undefined || !isUlid(id)) return undefined;
  const time = timeOfId(id);
  return dayFolder(new Date(time).toISOString()) === day ? time : undefined;
}

async function readItem(store: ObjectStore, key: string): Promise<LedgerItem> {
  const problem = (code: string, message: string, fix: string): LedgerItem => ({
    key,
    problem: { code, message, fix, path: `${store.url}/${key}` },
  });
  if (timeOfKey(key) === undefined) {
    return problem("NotALedgerEntry", "this is not the key of an entry", "move it elsewhere");
  }
  const corrupt = (what: string): LedgerItem =>
    problem("LedgerEntryCorrupt", `this entry cannot be read: ${what}`, "restore it from a backup");
  const object = await store.get(key);
  if (!object) return corrupt("it was deleted while the ledger was read");
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(object.body).toString("utf8"));
  } catch {
    return corrupt("it is no JSON");
  }
  const { kind, id } = (value ?? {}) as { kind?: unknown; id?: unknown };
  if (typeof kind === "string" && !KINDS.has(kind)) {
    return problem(
      "UnknownLedgerKind",
      `entries of kind "${kind}" are of a newer version`,
      "update tunekit to count them",
    );
  }
  const fault = faultOf(value) ?? (key.endsWith(`/${id}.json`) ? undefined : "id: not its key's");
  return fault ? corrupt(fault) : { key, entry: LedgerEntry.parse(value) };
}
