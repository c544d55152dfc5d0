import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { digestOf, sha256 } from "../../../core/digest.ts";
import { Dataset, Example, ReadinessReport, SPLITS } from "../../../core/spec/dataset.ts";
import { checkDataset } from "../../../sdk/dataset/check.ts";
import { freezeDataset } from "../../../sdk/dataset/freeze.ts";
import { loadTokenizer } from "../../../sdk/dataset/tokenizer.ts";
import { fileStore } from "../../../sdk/store/file-store.ts";
import type { ObjectStore } from "../../../sdk/store/object-store.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const word = (n: number): string =>
  n.toString().replace(/\d/g, (digit) => "abcdefghij".charAt(Number(digit)));

/** Rows of a hundred customers; a different answer for every other row. */
const rows = (count: number): string[] =>
  Array.from({ length: count }, (_, n) =>
    JSON.stringify({
      customer: `c${n % 100}`,
      prompt: `Parcel ${word(n)} of ${word(7 * n)} is ${word(13 * n)} late and ${word(17 * n)} torn`,
      completion: n % 2 ? "refund" : "resend",
    }),
  );

function write(lines: readonly string[]): string {
  const file = join(temporaryFolder(), "tickets.jsonl");
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

const text = async (store: ObjectStore, key: string): Promise<string> =>
  Buffer.from((await store.get(key))?.body ?? []).toString("utf8");

describe("freezeDataset", () => {
  it("writes splits, report and record under the digest of the splits", async () => {
    const store = fileStore(temporaryFolder());
    const file = write(rows(300));
    const check = await checkDataset({ file, groupKey: "customer" });
    const dataset = await freezeDataset(store, check);
    expect(dataset).toMatchObject({
      name: "tickets",
      salt: "tunekit",
      audit: null,
      trainTokens: null,
    });
    expect(dataset.digest).toBe(digestOf({ salt: dataset.salt, splits: dataset.splits }));
    const folder = `datasets/${dataset.digest}`;
    expect((await store.list("datasets/")).keys).toEqual(
      ["dataset.json", "readiness.json", "test.jsonl", "train.jsonl", "validation.jsonl"].map(
        (name) => `${folder}/${name}`,
      ),
    );
    expect(Dataset.parse(JSON.parse(await text(store, `${folder}/dataset.json`)))).toEqual(dataset);
    const report = JSON.parse(await text(store, `${folder}/readiness.json`));
    expect(ReadinessReport.parse(report)).toEqual(check.report);
    expect(dataset.readinessDigest).toBe(digestOf(report));

    const groups = new Map<string, string>();
    let items = 0;
    for (const split of SPLITS) {
      const body = await text(store, `${folder}/${split}.jsonl`);
      const lines = body
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(dataset.splits[split]).toEqual({
        digest: sha256(body),
        items: lines.length,
        bytes: Buffer.byteLength(body),
      });
      expect(lines.map(({ id }) => id)).toEqual(lines.map(({ id }) => id).sort());
      for (const line of lines) {
        expect(Example.parse(line).messages).toHaveLength(2);
        expect(Object.keys(line)).toEqual([
          "id",
          "messages",
          "group",
          ...(split === "test" ? ["cluster"] : []),
        ]);
        expect(groups.get(line.group) ?? split).toBe(split);
        groups.set(line.group, split);
      }
      items += lines.length;
    }
    expect(items).toBe(check.report.usable);
  });

  it("gives the same digest for the rows in another order, and repeating it changes nothing", async () => {
    const store = fileStore(temporaryFolder());
    const lines = rows(200);
    const first = await freezeDataset(
      store,
      await checkDataset({ file: write(lines), groupKey: "customer" }),
    );
    const stored = await text(store, `datasets/${first.digest}/train.jsonl`);
    const turned = await checkDataset({ file: write(lines.reverse()), groupKey: "customer" });
    expect((await freezeDataset(store, turned)).digest).toBe(first.digest);
    expect(await freezeDataset(store, turned)).toEqual(await freezeDataset(store, turned));
    expect(await text(store, `datasets/${first.digest}/train.jsonl`)).toBe(stored);
    expect((await store.list("datasets/")).keys).toHaveLength(5);
  });

  it("another salt is another dataset", async () => {
    const store = fileStore(temporaryFolder());
    const file = write(rows(200));
    const one = await freezeDataset(store, await checkDataset({ file }));
    const two = await freezeDataset(store, await checkDataset({ file, salt: "again" }));
    expect(two.digest).not.toBe(one.digest);
  });

  it("keeps an audit until another one comes", async () => {
    const store = fileStore(temporaryFolder());
    const check = await checkDataset({ file: write(rows(200)) });
    const audit = { sampled: 50, correct: 49, by: "mia", at: "2026-11-24T09:00:00.000Z" };
    expect((await freezeDataset(store, check, { audit })).audit).toEqual(audit);
    expect((await freezeDataset(store, check)).audit).toEqual(audit);
    const later = { ...audit, correct: 50 };
    expect((await freezeDataset(store, check, { audit: later })).audit).toEqual(later);
  });

  it("counts the tokens of the train split", async () => {
    const tokenizer = await loadTokenizer(
      join(import.meta.dirname, "../../golden/tiny-tokenizer"),
      "tiny",
    );
    const check = await checkDataset({ file: write(rows(200)), tokenizer });
    const dataset = await freezeDataset(fileStore(temporaryFolder()), check);
    const train = check.items
      .filter(({ split }) => split === "train")
      .map(({ tokens }) => tokens ?? 0);
    expect(dataset.trainTokens).toEqual({
      total: train.reduce((a, b) => a + b),
      longest: Math.max(...train),
      tokenizer: "tiny",
    });
    expect(check.report.tokens?.total).toBeGreaterThan(dataset.trainTokens?.total ?? 0);
  });

  it("refuses what blocks, with its code and fix, and writes nothing", async () => {
    const store = fileStore(temporaryFolder());
    const file = write(rows(30));
    await expect(freezeDataset(store, await checkDataset({ file }))).rejects.toMatchObject({
      name: "InputError",
      code: "TooFewExamples",
      fix: "collect more examples, or improve the prompt instead",
      path: file,
    });
    expect((await store.list("")).keys).toEqual([]);
  });

  it("notices that the file was changed after the check", async () => {
    const lines = rows(200);
    const file = write(lines);
    const check = await checkDataset({ file });
    writeFileSync(file, `${lines.map((line) => line.replace("late", "LATE")).join("\n")}\n`);
    await expect(freezeDataset(fileStore(temporaryFolder()), check)).rejects.toMatchObject({
      code: "FileChanged",
      fix: "run `tunekit check` again",
    });
  });

  it("does not mind rows that were added after the check", async () => {
    const file = write(rows(200));
    const check = await checkDataset({ file });
    appendFileSync(file, `${rows(201).at(-1)}\n`);
    const dataset = await freezeDataset(fileStore(temporaryFolder()), check);
    expect(SPLITS.reduce((sum, split) => sum + dataset.splits[split].items, 0)).toBe(
      check.report.usable,
    );
  });

  it("loses to a writer of the same record with an error that says so", async () => {
    const store = fileStore(temporaryFolder());
    const check = await checkDataset({ file: write(rows(200)) });
    const { digest } = await freezeDataset(store, check);
    const key = `datasets/${digest}/dataset.json`;
    const racing: ObjectStore = {
      ...store,
      async get(wanted) {
        const found = await store.get(wanted);
        if (wanted === key) await store.put(key, `${await text(store, key)} `);
        return found;
      },
    };
    const audit = { sampled: 1, correct: 1, by: "mia", at: "2026-11-24T09:00:00.000Z" };
    await expect(freezeDataset(racing, check, { audit })).rejects.toMatchObject({
      name: "StoreError",
      code: "DatasetWriteLost",
      fix: "run the check again",
    });
  });
});
