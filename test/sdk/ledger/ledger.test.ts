import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { append, entries, readLedger } from "../../../sdk/ledger/ledger.ts";
import { ledgerId } from "../../../sdk/ledger/ledger-id.ts";
import { fileStore } from "../../../sdk/store/file-store.ts";
import { settled } from "../../support/ledger-entries.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const AT = "2026-11-24T09:30:00.000Z";
const KEY = `ledger/2026/11/24/${settled(AT).id}.json`;
const newStore = () => fileStore(join(temporaryFolder(), "store"));

describe("append", () => {
  it("writes an entry under its day and comes back equal", async () => {
    const store = newStore();
    await append(store, settled(AT));
    expect((await store.list("")).keys).toEqual([KEY]);
    expect(await readLedger(store)).toEqual({ entries: [settled(AT)], problems: [] });
  });

  it("is a no-op when the step is repeated, and 64 repeats at once are one entry", async () => {
    const store = newStore();
    await Promise.all(Array.from({ length: 64 }, () => append(store, settled(AT))));
    expect((await readLedger(store)).entries).toEqual([settled(AT)]);
  });

  it("refuses other facts under the same id, and the first stand", async () => {
    const store = newStore();
    await append(store, settled(AT));
    await expect(append(store, settled(AT, { actual: 1 }))).rejects.toMatchObject({
      name: "StoreError",
      code: "LedgerConflict",
      path: `${store.url}/${KEY}`,
      message: "the ledger already says something else here",
      fix: "compare the two; the one in the ledger stands",
    });
    expect((await readLedger(store)).entries).toEqual([settled(AT)]);
  });

  it.each([
    [
      "an id of another instant",
      { id: ledgerId("2026-11-24T09:30:00.001Z", "settled", "x") },
      "id: it is of another instant than `at`",
    ],
    ["no ULID", { id: "x" }, "id: "],
    ["no instant", { at: "yesterday" }, "at: "],
    ["half a micro-dollar", { actual: 0.5 }, "actual: "],
  ])("refuses %s", async (_, over, message) => {
    const store = newStore();
    await expect(append(store, { ...settled(AT), ...over })).rejects.toMatchObject({
      name: "StoreError",
      code: "LedgerEntryWrong",
      message: expect.stringContaining(`this is no ledger entry: ${message}`),
      fix: "give every field, and make the id with ledgerId(at, kind, subject)",
    });
    expect((await store.list("")).keys).toEqual([]);
  });
});

describe("entries", () => {
  const instants = fc.array(
    fc
      .date({ min: new Date("2026-01-30"), max: new Date("2026-02-02"), noInvalidDate: true })
      .map((date) => date.toISOString()),
    { maxLength: 12 },
  );
  const bound = fc.option(
    fc
      .date({ min: new Date("2026-01-29"), max: new Date("2026-02-03"), noInvalidDate: true })
      .map((date) => date.toISOString()),
    { nil: undefined },
  );

  it("gives exactly those of the range, in order of time", async () => {
    await fc.assert(
      fc.asyncProperty(instants, bound, bound, async (times, from, to) => {
        const store = fileStore(join(temporaryFolder(), "store"));
        for (const at of times) await append(store, settled(at));
        const range = { ...(from ? { from } : {}), ...(to ? { to } : {}) };
        const expected = [...new Set(times)]
          .filter((at) => (!from || at >= from) && (!to || at < to))
          .sort();
        const read = await readLedger(store, range);
        expect(read.entries.map(({ at }) => at)).toEqual(expected);
        expect(read.problems).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  it("reads past one page", async () => {
    const store = newStore();
    const times = Array.from({ length: 150 }, (_, index) =>
      new Date(Date.parse(AT) + index * 600_000).toISOString(),
    );
    await Promise.all(times.map((at) => append(store, settled(at))));
    const seen: string[] = [];
    for await (const { entry } of entries(store)) seen.push(entry?.at ?? "problem");
    expect(seen).toEqual(times);
    const [from, to] = [times[70] as string, times[71] as string];
    expect((await readLedger(store, { from, to })).entries.map(({ at }) => at)).toEqual([from]);
  });

  it("opens an entry that has more keys than this version knows", async () => {
    const store = newStore();
    await store.put(KEY, JSON.stringify({ ...settled(AT), carbonGrams: 12 }));
    expect(await readLedger(store)).toEqual({ entries: [settled(AT)], problems: [] });
  });

  const other = ledgerId("2026-11-25T00:00:00.000Z", "settled", "y");
  it.each([
    [
      "a newer kind",
      KEY,
      JSON.stringify({ ...settled(AT), kind: "audited" }),
      "UnknownLedgerKind",
      'entries of kind "audited" are of a newer version',
      "update tunekit to count them",
    ],
    [
      "no JSON",
      KEY,
      '{"kind":"sett',
      "LedgerEntryCorrupt",
      "this entry cannot be read: it is no JSON",
      "restore it from a backup",
    ],
    [
      "JSON null",
      KEY,
      "null",
      "LedgerEntryCorrupt",
      "this entry cannot be read: entry: ",
      "restore it from a backup",
    ],
    [
      "an empty object",
      KEY,
      "",
      "LedgerEntryCorrupt",
      "this entry cannot be read: it is no JSON",
      "restore it from a backup",
    ],
    [
      "a missing amount",
      KEY,
      JSON.stringify({ ...settled(AT), actual: undefined }),
      "LedgerEntryCorrupt",
      "this entry cannot be read: actual: ",
      "restore it from a backup",
    ],
    [
      "another entry's id",
      KEY,
      JSON.stringify(settled(AT, { runId: "01JD0000000000000000000009" })),
      "LedgerEntryCorrupt",
      "this entry cannot be read: id: not its key's",
      "restore it from a backup",
    ],
    [
      "a file that is no entry",
      "ledger/notes.txt",
      "x",
      "NotALedgerEntry",
      "this is not the key of an entry",
      "move it elsewhere",
    ],
    [
      "a name that is no ULID",
      "ledger/2026/11/24/x.json",
      "{}",
      "NotALedgerEntry",
      "this is not the key of an entry",
      "move it elsewhere",
    ],
    [
      "an entry of another day",
      `ledger/2026/11/24/${other}.json`,
      JSON.stringify(settled(AT)),
      "NotALedgerEntry",
      "this is not the key of an entry",
      "move it elsewhere",
    ],
  ])("reports %s with its key and reads on", async (_, key, body, code, message, fix) => {
    const store = newStore();
    const next = settled("2026-11-24T10:00:00.000Z");
    await append(store, next);
    await store.put(key, body);
    const read = await readLedger(store);
    expect(read.entries).toEqual([next]);
    expect(read.problems).toEqual([
      { code, message: expect.stringContaining(message), fix, path: `${store.url}/${key}` },
    ]);
  });
});
