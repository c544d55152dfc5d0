/** The real mails: what the check finds, that it finds all near-duplicates there are, and that the order does not matter. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClusters } from "../../../core/dataset/clusters.ts";
import { isFault, parseRow } from "../../../core/dataset/formats.ts";
import { measureLeakage } from "../../../core/dataset/leakage.ts";
import {
  createRelatives,
  createSimilarity,
  NEAR_SIMILARITY,
  type Relatives,
} from "../../../core/dataset/relatives.ts";
import { describeRow, nearWords } from "../../../core/dataset/row.ts";
import { shinglesOf } from "../../../core/dataset/shingles.ts";
import { DEFAULT_RATIOS, sideOf } from "../../../core/dataset/split.ts";
import { installedPackage, writeMails } from "../../../examples/demo/mails.ts";
import { checkDataset, type DatasetCheck } from "../../../sdk/dataset/check.ts";

const folder = mkdtempSync(join(tmpdir(), "tunekit-mails-"));
const file = join(folder, "mails.jsonl");
let lines: string[];
let check: DatasetCheck;
let relatives: Relatives;
let similarity: (a: number, b: number) => number;

beforeAll(async () => {
  await writeMails({ out: file });
  lines = readFileSync(file, "utf8").trim().split("\n");
  check = await checkDataset({ file });
  relatives = createRelatives();
  lines.forEach((line, at) => {
    const row = parseRow(line, "messages");
    if (isFault(row)) throw new Error(row.detail);
    relatives.add(describeRow(row, at + 1, "group"));
  });
  similarity = createSimilarity(relatives, (row) => shinglesOf(nearWords(messages(row))));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const messages = (row: number) => JSON.parse(lines[row] as string).messages;

/**
 * All pairs of distinct texts with Jaccard >= t, found without MinHash: when the shingles of every set are put in one common
 * order, rarest first, two such sets share one of their first |A| - ceil(t |A|) + 1 (Bayardo, Ma, Srikant 2007, "Scaling Up
 * All Pairs Similarity Search").
 */
function allPairs(sets: readonly ReadonlySet<string>[], t: number): Set<string> {
  const shingles = new Map<string, { id: number; uses: number }>();
  for (const set of sets) {
    for (const item of set) {
      const known = shingles.get(item);
      if (known) known.uses += 1;
      else shingles.set(item, { id: shingles.size, uses: 1 });
    }
  }
  const index = new Map<number, number[]>();
  const pairs = new Set<string>();
  sets.forEach((set, b) => {
    // uses first, then id, in one number: rarest first; a shingle of one text alone leads nowhere
    const order = Float64Array.from(set, (item) => {
      const { uses, id } = shingles.get(item) as { id: number; uses: number };
      return uses * 2 ** 32 + id;
    }).sort();
    const seen = new Set<number>();
    for (const key of order.subarray(0, set.size - Math.ceil(t * set.size) + 1)) {
      if (key < 2 * 2 ** 32) continue;
      const others = index.get(key) ?? [];
      for (const a of others) seen.add(a);
      others.push(b);
      index.set(key, others);
    }
    for (const a of seen) {
      const other = sets[a] as ReadonlySet<string>;
      let both = 0;
      for (const item of other) if (set.has(item)) both += 1;
      if (both / (set.size + other.size - both) >= t) pairs.add(`${a} ${b}`);
    }
  });
  return pairs;
}

describe("the mails in full", () => {
  it("gives the counts of the stated text rule", () => {
    expect(check.report).toMatchObject({
      format: "messages",
      rows: 6046,
      invalidRows: 0,
      usable: 5923,
      exactDuplicates: 123,
      nearDuplicates: 683,
      clusters: 5363,
      largestCluster: 13,
      contradictions: 0,
      words: { min: 3, median: 194, max: 24_739 },
    });
    expect(check.report.rule).toContain("Jaccard similarity of their 5-word shingles >= 0.8");
    expect(check.report.diversity.largestOutputShare).toBeCloseTo(4150 / 6046, 10);
  });

  it("finds what mails are full of", () => {
    const counts = Object.fromEntries(
      check.report.findings.map(({ code, severity, count }) => [code, [severity, count]]),
    );
    expect(counts).toEqual({
      DominantAnswer: ["blocking", 4150],
      ExactDuplicates: ["warning", 123],
      NearDuplicates: ["warning", 683],
      EmailAddress: ["warning", 3634],
      PhoneNumber: ["warning", 572],
      IpAddress: ["warning", 359],
      Mojibake: ["warning", 155],
      HtmlRemains: ["warning", 1138],
      ControlCharacters: ["info", 27],
    });
  });

  it("proposes at least 99 % of the near-duplicate pairs, and keeps none that is not one", () => {
    const sets = relatives.firstRow.map((row) => shinglesOf(nearWords(messages(row))));
    const truth = allPairs(sets, NEAR_SIMILARITY);
    const found = [...relatives.sketches.pairs()].filter(([a, b]) => similarity(a, b) >= 0.8);
    const wrong = found.filter(([a, b]) => !truth.has(`${a} ${b}`));
    expect(truth.size).toBeGreaterThan(500);
    expect(wrong).toEqual([]);
    expect(new Set(found.map(String)).size).toBe(found.length);
    expect(found.length / truth.size).toBeGreaterThanOrEqual(0.99);

    // the check skips pairs whose texts are already in one cluster; that changes no cluster
    const clusters = createClusters();
    for (const _ of sets) clusters.add();
    for (const [a, b] of found) clusters.join(a, b);
    expect(new Set(sets.map((_, unit) => clusters.root(unit))).size).toBe(check.report.clusters);
  });

  it("leaks nothing where a split by row leaks 1 test mail in 20", () => {
    expect(check.report.leakage).toEqual({
      testInTrain: 0,
      testInValidation: 0,
      validationInTrain: 0,
    });
    const byRow = (row: number) =>
      sideOf(relatives.rows[row]?.digest ?? "", "tunekit", DEFAULT_RATIOS);
    const test = relatives.rows.filter(({ row }) => byRow(row) === "test").length;
    const leakage = measureLeakage(relatives, byRow, similarity);
    expect(leakage.testInTrain / test).toBeGreaterThan(0.05);
  });

  it("splits 80/10/10", () => {
    const sizes = ["train", "validation", "test"].map(
      (split) => check.items.filter((item) => item.split === split).length,
    );
    expect(sizes).toEqual([4785, 579, 559]);
  });

  it("gives the same report and split whatever the order of the rows", async () => {
    const part = lines.slice(0, 600);
    const [forth, back] = [join(folder, "forth.jsonl"), join(folder, "back.jsonl")];
    writeFileSync(forth, `${part.join("\n")}\n`);
    writeFileSync(back, `${[...part].reverse().join("\n")}\n`);
    const [one, two] = [await checkDataset({ file: forth }), await checkDataset({ file: back })];
    const split = ({ items }: DatasetCheck) =>
      items.map(({ id, digest, split, cluster }) => ({ id, digest, split, cluster }));
    const facts = ({ report }: DatasetCheck) => ({
      ...report,
      findings: report.findings.map(({ code, severity, value, count }) => ({
        code,
        severity,
        value,
        count,
      })),
    });
    expect(split(two)).toEqual(split(one));
    expect(facts(two)).toEqual(facts(one));
  });
});

describe("the mails of the demo", () => {
  it("are short, masked and half spam, and nothing in them blocks", async () => {
    const packageFolder = join(folder, "package");
    for (const group of ["easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2"]) {
      const to = join(packageFolder, "data", group);
      mkdirSync(to, { recursive: true });
      const from = join(installedPackage(), "data", group);
      const mails = readdirSync(from).filter((name) => name.endsWith(".txt"));
      for (const name of mails.slice(0, 150)) symlinkSync(join(from, name), join(to, name));
    }
    const out = join(folder, "short.jsonl");
    const options = { packageFolder, out, characters: 100, limit: 400 };
    expect(await writeMails(options)).toEqual({ ham: 200, spam: 200 });
    const written = readFileSync(out, "utf8");
    expect(await writeMails(options)).toEqual({ ham: 200, spam: 200 });
    expect(readFileSync(out, "utf8")).toBe(written);

    const { report } = await checkDataset({ file: out });
    expect(report).toMatchObject({ rows: 400, invalidRows: 0, contradictions: 0 });
    expect(report.findings.filter(({ severity }) => severity === "blocking")).toEqual([]);
    expect(report.findings.map(({ code }) => code)).not.toContain("EmailAddress");
  });
});
