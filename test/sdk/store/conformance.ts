import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ObjectStore, PutOutcome } from "../../../sdk/store/object-store.ts";

const text = (body: Uint8Array | undefined): string | undefined =>
  body && Buffer.from(body).toString("utf8");

const etagOf = (outcome: PutOutcome): string => {
  if (!outcome.ok) throw new Error(`put lost: ${outcome.reason}`);
  return outcome.etag;
};

/**
 * What every driver of the object store must do. A driver that passes may hold a registry, a ledger and budgets.
 * @param makeStore an empty store, a new one each time.
 */
export function objectStoreConformance(name: string, makeStore: () => Promise<ObjectStore>): void {
  describe(`${name}: one object`, () => {
    it("comes back with its bytes and its etag", async () => {
      const store = await makeStore();
      const etag = etagOf(await store.put("a/b.json", '{"é":1}'));
      const found = await store.get("a/b.json");
      expect(text(found?.body)).toBe('{"é":1}');
      expect(found?.etag).toBe(etag);
    });

    it("is undefined where there is none, also in an empty store, below an object and for a folder", async () => {
      const store = await makeStore();
      expect(await store.get("a/b")).toBeUndefined();
      await store.put("a/b", "x");
      expect(await store.get("a/c")).toBeUndefined();
      expect(await store.get("a/b/c")).toBeUndefined();
      expect(await store.get("a")).toBeUndefined();
    });

    it("is replaced without a condition, and the etag changes with the body", async () => {
      const store = await makeStore();
      const first = etagOf(await store.put("k", "one"));
      const second = etagOf(await store.put("k", "two"));
      expect(second).not.toBe(first);
      expect(await store.get("k")).toMatchObject({ etag: second });
      expect(text((await store.get("k"))?.body)).toBe("two");
    });

    it("may hold any bytes, none at all, and 32 MiB", async () => {
      const store = await makeStore();
      const every = Uint8Array.from({ length: 256 }, (_, index) => index);
      const large = randomBytes(32 * 2 ** 20);
      await store.put("bytes", every);
      await store.put("empty", "");
      await store.put("large", large);
      expect(Buffer.from(every).equals((await store.get("bytes"))?.body as Uint8Array)).toBe(true);
      expect((await store.get("empty"))?.body.length).toBe(0);
      expect(large.equals((await store.get("large"))?.body as Uint8Array)).toBe(true);
    });

    it("is gone once deleted; deleting nothing is no error", async () => {
      const store = await makeStore();
      await store.put("a/b", "x");
      await store.delete("a/b");
      await store.delete("a/b");
      await store.delete("never/was");
      expect(await store.get("a/b")).toBeUndefined();
      expect((await store.list("")).keys).toEqual([]);
      expect((await store.put("a/b", "y", { ifAbsent: true })).ok).toBe(true);
    });
  });

  describe(`${name}: conditions`, () => {
    it("ifAbsent creates once and never replaces", async () => {
      const store = await makeStore();
      const etag = etagOf(await store.put("k", "one", { ifAbsent: true }));
      expect(await store.put("k", "two", { ifAbsent: true })).toEqual({
        ok: false,
        reason: "exists",
      });
      expect(await store.get("k")).toMatchObject({ etag });
      expect(text((await store.get("k"))?.body)).toBe("one");
    });

    it("ifMatch replaces what was read, and nothing else", async () => {
      const store = await makeStore();
      const first = etagOf(await store.put("k", "one"));
      const second = etagOf(await store.put("k", "two", { ifMatch: first }));
      expect(await store.put("k", "three", { ifMatch: first })).toEqual({
        ok: false,
        reason: "changed",
      });
      expect(await store.put("k", "three", { ifMatch: "no-such-etag" })).toEqual({
        ok: false,
        reason: "changed",
      });
      expect(text((await store.get("k"))?.body)).toBe("two");
      expect((await store.put("k", "three", { ifMatch: second })).ok).toBe(true);
    });

    it("ifMatch creates nothing", async () => {
      const store = await makeStore();
      expect(await store.put("a/k", "x", { ifMatch: "etag" })).toEqual({
        ok: false,
        reason: "missing",
      });
      const etag = etagOf(await store.put("a/k", "x"));
      await store.delete("a/k");
      expect(await store.put("a/k", "y", { ifMatch: etag })).toEqual({
        ok: false,
        reason: "missing",
      });
      expect((await store.list("")).keys).toEqual([]);
    });

    it("64 writers create one key at once: one wins, and its body stands", async () => {
      const store = await makeStore();
      const outcomes = await Promise.all(
        Array.from({ length: 64 }, (_, writer) =>
          store.put("race", `writer ${writer}`, { ifAbsent: true }),
        ),
      );
      const winners = outcomes.flatMap((outcome, writer) => (outcome.ok ? [writer] : []));
      expect(winners).toHaveLength(1);
      expect(text((await store.get("race"))?.body)).toBe(`writer ${winners[0]}`);
      expect(outcomes.filter((outcome) => !outcome.ok && outcome.reason === "exists")).toHaveLength(
        63,
      );
    });

    it("64 writers swap one key at once: one wins, and its body stands", async () => {
      const store = await makeStore();
      const etag = etagOf(await store.put("race", "before"));
      const outcomes = await Promise.all(
        Array.from({ length: 64 }, (_, writer) =>
          store.put("race", `writer ${writer}`, { ifMatch: etag }),
        ),
      );
      const winners = outcomes.flatMap((outcome, writer) => (outcome.ok ? [writer] : []));
      expect(winners).toHaveLength(1);
      expect(text((await store.get("race"))?.body)).toBe(`writer ${winners[0]}`);
    });

    it("64 read-add-swap loops lose no addition", async () => {
      const store = await makeStore();
      await store.put("counter", "0");
      const addOne = async (): Promise<void> => {
        for (;;) {
          const found = await store.get("counter");
          if (!found) throw new Error("the counter is gone");
          const next = String(Number(text(found.body)) + 1);
          if ((await store.put("counter", next, { ifMatch: found.etag })).ok) return;
        }
      };
      await Promise.all(Array.from({ length: 64 }, addOne));
      expect(text((await store.get("counter"))?.body)).toBe("64");
    });
  });

  describe(`${name}: listing`, () => {
    // In the order of their bytes: "-" < "." < "/" < "0", upper case before lower case.
    const KEYS = ["B", "a", "b-c/x", "b.json", "b/1", "b/10", "b/2/y", "b/Z", "b0", "c"];

    it("gives the keys below a prefix in the order of their bytes, and only those", async () => {
      const store = await makeStore();
      for (const key of [...KEYS].reverse()) await store.put(key, key);
      expect(await store.list("")).toEqual({ keys: KEYS });
      expect(await store.list("b/")).toEqual({ keys: ["b/1", "b/10", "b/2/y", "b/Z"] });
      expect(await store.list("b/1")).toEqual({ keys: ["b/1", "b/10"] });
      expect(await store.list("b/2")).toEqual({ keys: ["b/2/y"] });
      expect(await store.list("b")).toEqual({
        keys: ["b-c/x", "b.json", "b/1", "b/10", "b/2/y", "b/Z", "b0"],
      });
      expect(await store.list("nothing/here")).toEqual({ keys: [] });
    });

    it("gives the same keys in pages of any size, and no empty last page", async () => {
      const store = await makeStore();
      for (const key of KEYS) await store.put(key, key);
      for (let limit = 1; limit <= KEYS.length + 1; limit++) {
        const pages: string[][] = [];
        let after: string | undefined;
        do {
          const page = await store.list("", { limit, ...(after === undefined ? {} : { after }) });
          pages.push(page.keys);
          after = page.next;
        } while (after !== undefined);
        expect(pages.flat()).toEqual(KEYS);
        expect(pages).toHaveLength(Math.ceil(KEYS.length / limit));
      }
    });

    it("starts after any string, a key or not", async () => {
      const store = await makeStore();
      for (const key of KEYS) await store.put(key, key);
      for (const after of ["", "a", "b/", "b/10", "b/2", "b/2/y", "b/3", "b~", "zzz"]) {
        expect(await store.list("", { after })).toEqual({
          keys: KEYS.filter((key) => key > after),
        });
      }
    });
  });

  describe(`${name}: keys`, () => {
    it.each([
      ["empty", "", "it is empty"],
      ["above the store", "../x", 'its part ".." starts with a dot'],
      ["above the store from inside", "a/../../x", 'its part ".." starts with a dot'],
      ["hidden", "a/.lock", 'its part ".lock" starts with a dot'],
      ["absolute", "/etc/passwd", 'it starts or ends with "/"'],
      ["a folder", "a/", 'it starts or ends with "/"'],
      ["with a NUL", "a\0b", "characters other than printable ASCII"],
      ["with a backslash", "a\\b", "characters other than printable ASCII"],
      ["not ASCII", "é", "characters other than printable ASCII"],
      ["longer than 1024", `${"abcdefg/".repeat(128)}x`, "more than 1024 characters"],
      ["with a part longer than 255", "x".repeat(256), "one part has more than 255 characters"],
    ])("refuses a key %s", async (_, key, reason) => {
      const store = await makeStore();
      for (const use of [
        () => store.get(key),
        () => store.put(key, "x"),
        () => store.put(key, "x", { ifAbsent: true }),
        () => store.delete(key),
      ]) {
        await expect(use()).rejects.toMatchObject({
          name: "StoreError",
          code: "WrongKey",
          message: expect.stringContaining(reason),
          fix: 'use parts joined by "/", such as "ledger/2026/11/24/entry.json"',
        });
      }
    });

    it("lists nothing outside the store", async () => {
      const store = await makeStore();
      await expect(store.list("../")).rejects.toMatchObject({ code: "WrongKey" });
      await expect(store.list("/etc/")).rejects.toMatchObject({ code: "WrongKey" });
    });
  });
}
