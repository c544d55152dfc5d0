import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { budgetTotals } from "../../../core/spec/budget.ts";
import { readBudget, release, reserve, settle } from "../../../sdk/budget/budget.ts";
import { fileStore } from "../../../sdk/store/file-store.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const SCRIPT = join(import.meta.dirname, "../../support/budget-process.ts");
const run = promisify(execFile);
const KEY = "budgets/support/2026-11.json";
const place = (runId: string) => ({ team: "support", period: "2026-11", runId });
const newStore = () => fileStore(join(temporaryFolder(), "store"));
const totals = async (store: ReturnType<typeof fileStore>) =>
  budgetTotals(await readBudget(store, "support", "2026-11"));

describe("reserve", () => {
  it("grants up to the limit and refuses one micro-dollar more, with the figures", async () => {
    const store = newStore();
    await reserve(store, place("a"), 600_000, 1_000_000);
    await settle(store, place("a"), 500_000);
    await reserve(store, place("b"), 300_000, 1_000_000);
    expect(await reserve(store, place("c"), 200_001, 1_000_000)).toEqual({
      granted: false,
      limitMicroUsd: 1_000_000,
      actualMicroUsd: 500_000,
      committedMicroUsd: 300_000,
      afterThisMicroUsd: 1_000_001,
    });
    expect(await totals(store)).toEqual({ actual: 500_000, committed: 300_000 });
    expect(await reserve(store, place("c"), 200_000, 1_000_000)).toEqual({
      granted: true,
      limitMicroUsd: 1_000_000,
      actualMicroUsd: 500_000,
      committedMicroUsd: 300_000,
      afterThisMicroUsd: 1_000_000,
    });
  });

  it("records what is held where no limit is set", async () => {
    const store = newStore();
    const answer = await reserve(store, place("a"), 5_000_000, null);
    expect(answer).toMatchObject({ granted: true, limitMicroUsd: null });
    expect(await totals(store)).toEqual({ actual: 0, committed: 5_000_000 });
  });

  it("writes nothing for a run that is refused, or released without having held", async () => {
    const store = newStore();
    expect((await reserve(store, place("a"), 2, 1)).granted).toBe(false);
    await release(store, place("a"));
    expect((await store.list("")).keys).toEqual([]);
  });

  it("repeated, keeps what the run holds, even where it would no longer be granted", async () => {
    const store = newStore();
    await reserve(store, place("a"), 100, 100);
    expect(await reserve(store, place("a"), 999, 50)).toMatchObject({
      granted: true,
      afterThisMicroUsd: 100,
    });
    expect(await totals(store)).toEqual({ actual: 0, committed: 100 });
    await settle(store, place("a"), 80);
    expect(await reserve(store, place("a"), 100, 100)).toMatchObject({
      granted: true,
      afterThisMicroUsd: 80,
    });
    expect(await totals(store)).toEqual({ actual: 80, committed: 0 });
  });

  it("after a release asks anew", async () => {
    const store = newStore();
    await reserve(store, place("a"), 60, 100);
    await release(store, place("a"));
    await reserve(store, place("b"), 60, 100);
    expect((await reserve(store, place("a"), 60, 100)).granted).toBe(false);
    expect((await reserve(store, place("a"), 40, 100)).granted).toBe(true);
    expect(await totals(store)).toEqual({ actual: 0, committed: 100 });
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    "refuses %d",
    async (amount) => {
      const store = newStore();
      const wrong = (what: string) => ({
        name: "InputError",
        code: "WrongAmount",
        message: `${amount} cannot be ${what}: it is no amount of micro-USD`,
        fix: "give a whole number of micro-USD, zero or more",
      });
      await expect(reserve(store, place("a"), amount, null)).rejects.toMatchObject(
        wrong("reserved"),
      );
      await expect(settle(store, place("a"), amount)).rejects.toMatchObject(wrong("settled"));
      expect((await store.list("")).keys).toEqual([]);
    },
  );
});

describe("settle", () => {
  it("counts what was spent, above the limit and without a reservation too", async () => {
    const store = newStore();
    await reserve(store, place("a"), 100, 100);
    await settle(store, place("a"), 170);
    await settle(store, place("b"), 7);
    expect(await totals(store)).toEqual({ actual: 177, committed: 0 });
  });

  it("counts once when repeated, and a release after it gives nothing back", async () => {
    const store = newStore();
    await reserve(store, place("a"), 100, 100);
    await settle(store, place("a"), 70);
    await settle(store, place("a"), 70);
    await release(store, place("a"));
    expect(await totals(store)).toEqual({ actual: 70, committed: 0 });
  });

  it("refuses a second amount", async () => {
    const store = newStore();
    await settle(store, place("a"), 70);
    await expect(settle(store, place("a"), 71)).rejects.toMatchObject({
      name: "StoreError",
      code: "BudgetConflict",
      path: `${store.url}/${KEY}`,
      message: "run a was settled with 0.000070 USD, not 0.000071 USD",
      fix: "nothing was changed; the ledger has the settlement that counts",
    });
    expect(await totals(store)).toEqual({ actual: 70, committed: 0 });
  });
});

describe("a stored budget", () => {
  it.each([
    ["no JSON", "{", "a stored document cannot be read: it is no JSON"],
    [
      "half a micro-dollar",
      '{"schemaVersion":1,"team":"support","period":"2026-11","runs":{"a":{"state":"settled","reserved":1,"actual":0.5}}}',
      "a stored document cannot be read: runs.a.actual",
    ],
    [
      "no runs",
      '{"schemaVersion":1,"team":"support","period":"2026-11"}',
      "a stored document cannot be read: runs",
    ],
  ])("with %s stops every change and is left as it is", async (_, body, message) => {
    const store = newStore();
    await store.put(KEY, body);
    for (const use of [
      () => reserve(store, place("b"), 1, null),
      () => settle(store, place("b"), 1),
      () => release(store, place("b")),
    ]) {
      await expect(use()).rejects.toMatchObject({
        name: "StoreError",
        code: "DocumentCorrupt",
        path: `${store.url}/${KEY}`,
        message: expect.stringContaining(message),
        fix: "restore it from a backup, or move it aside; nothing was changed",
      });
    }
    expect(Buffer.from((await store.get(KEY))?.body ?? []).toString()).toBe(body);
  });

  it("keeps keys that a newer version wrote", async () => {
    const store = newStore();
    await store.put(
      KEY,
      '{"schemaVersion":1,"team":"support","period":"2026-11","owner":"ana","runs":{"a":{"state":"reserved","reserved":5,"actual":null,"tier":"a100-40"}}}',
    );
    await settle(store, place("a"), 4);
    expect(JSON.parse(Buffer.from((await store.get(KEY))?.body ?? []).toString())).toMatchObject({
      owner: "ana",
      runs: { a: { state: "settled", reserved: 5, actual: 4, tier: "a100-40" } },
    });
  });
});

describe("any sequence of calls", () => {
  type Step = { call: "reserve" | "settle" | "release"; run: string; amount: number };
  const LIMIT = 100;
  const step: fc.Arbitrary<Step> = fc.record({
    call: fc.constantFrom("reserve", "settle", "release"),
    run: fc.constantFrom("a", "b", "c"),
    amount: fc.integer({ min: 0, max: 70 }),
  });
  const sum = (amounts: Map<string, number>) => [...amounts.values()].reduce((a, b) => a + b, 0);

  it("leaves the totals of two sets, the held and the spent, with each step done twice", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const store = newStore();
        const [held, spent] = [new Map<string, number>(), new Map<string, number>()];
        for (const { call, run, amount } of steps) {
          if (call === "reserve") {
            const known = held.has(run) || spent.has(run);
            const fits = sum(held) + sum(spent) + amount <= LIMIT;
            for (const _ of "twice") {
              const { granted } = await reserve(store, place(run), amount, LIMIT);
              expect(granted).toBe(known || fits);
            }
            if (!known && fits) held.set(run, amount);
          } else if (call === "release") {
            for (const _ of "twice") await release(store, place(run));
            held.delete(run);
          } else if ((spent.get(run) ?? amount) === amount) {
            for (const _ of "twice") await settle(store, place(run), amount);
            held.delete(run);
            spent.set(run, amount);
          } else {
            await expect(settle(store, place(run), amount)).rejects.toMatchObject({
              code: "BudgetConflict",
            });
          }
          expect(await totals(store)).toEqual({ actual: sum(spent), committed: sum(held) });
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe("many at once", () => {
  it("64 reservations never pass the limit by a micro-dollar", async () => {
    const store = newStore();
    const limit = 10 * 1_000_003 + 1_000_002; // ten fit; the eleventh is one micro-dollar too much
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        reserve(store, place(`run-${index}`), 1_000_003, limit),
      ),
    );
    expect(answers.filter(({ granted }) => granted)).toHaveLength(10);
    expect(await totals(store)).toEqual({ actual: 0, committed: 10 * 1_000_003 });
  });

  it("nor do 64 in four processes", async () => {
    const root = temporaryFolder();
    const outputs = await Promise.all(
      [0, 16, 32, 48].map((first) =>
        run(process.execPath, [
          SCRIPT,
          root,
          "reserve",
          String(first),
          "16",
          "1000003",
          "11000032",
        ]),
      ),
    );
    const granted = outputs.flatMap(({ stdout }) => JSON.parse(stdout) as number[]);
    const budget = await readBudget(fileStore(root), "support", "2026-11");
    expect(granted).toHaveLength(10);
    expect(Object.keys(budget.runs).sort()).toEqual(granted.map((id) => `run-${id}`).sort());
    expect(budgetTotals(budget)).toEqual({ actual: 0, committed: 10 * 1_000_003 });
  });
});

describe("kill -9 at any moment", () => {
  it("loses nothing and counts nothing twice once the work is repeated", async () => {
    const root = temporaryFolder();
    const work = [SCRIPT, root, "loop", "0", "24", "1000"];
    for (let round = 0; round < 5; round++) {
      const child = spawn(process.execPath, work, { stdio: ["ignore", "pipe", "inherit"] });
      let seen = 0;
      child.stdout.on("data", (dots: Buffer) => {
        seen += dots.length;
        if (seen > round * 3) child.kill("SIGKILL");
      });
      await once(child, "exit");
    }
    await run(process.execPath, work);
    const spent = Array.from({ length: 24 }, (_, index) => index).filter(
      (index) => index % 3 !== 0,
    );
    const budget = await readBudget(fileStore(root), "support", "2026-11");
    expect(Object.keys(budget.runs)).toHaveLength(24);
    expect(budgetTotals(budget)).toEqual({
      actual: spent.reduce((total, index) => total + 1000 + index, 0),
      committed: 0,
    });
  });
});
