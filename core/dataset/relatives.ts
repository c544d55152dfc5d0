import { type Digest, sha256 } from "../digest.ts";
import { type Clusters, createClusters } from "./clusters.ts";
import { BANDS, chanceOfComparison, HASHES, minhash, ROWS } from "./minhash.ts";
import type { Row } from "./row.ts";
import { jaccard, SHINGLE_WORDS } from "./shingles.ts";
import { createSketches, type Sketches } from "./sketches.ts";

/** Jaccard similarity of two inputs' shingles from which they are near-duplicates. */
export const NEAR_SIMILARITY = 0.8;

/** The text rule in words, for the report. */
export const TEXT_RULE = [
  "Exact duplicates: all turns equal after NFKC, lower case and collapsing white space; digits count; one row of each is kept.",
  `Near-duplicates: the turns before the answer without the system turn, as words (NFKC, lower case, runs of digits as 0, punctuation dropped); true Jaccard similarity of their ${SHINGLE_WORDS}-word shingles >= ${NEAR_SIMILARITY}.`,
  "A near-duplicate is a row beyond the first one of its cluster, exact duplicates included.",
  `Pairs are proposed by MinHash (${HASHES} hashes, ${BANDS} bands x ${ROWS} rows), which proposes ${(100 * chanceOfComparison(NEAR_SIMILARITY)).toFixed(1)} % of the pairs at the threshold and more above it, and every one is verified on the texts.`,
  "Clusters join near-duplicates and rows of one group key, and land in one split as a whole.",
].join(" ");

/** What is kept of a row after its text is gone. */
export interface KeptRow {
  /** Its place among the valid rows, from 0. */
  row: number;
  line: number;
  digest: Digest;
  id: string | undefined;
  group: string | undefined;
  /** Numbers of its plain input, its plain answer and its distinct near-duplicate text. */
  input: number;
  answer: number;
  unit: number;
}

export interface Relatives {
  readonly rows: readonly KeptRow[];
  /** Distinct near-duplicate texts; `sketches` has one entry for each, `firstRow` a row that has it. */
  readonly sketches: Sketches;
  readonly firstRow: readonly number[];
  add(row: Row): void;
}

/** Collects what duplicates, clusters and contradictions are found by: about a kilobyte a row, however long the row. */
export function createRelatives(): Relatives {
  const rows: KeptRow[] = [];
  const firstRow: number[] = [];
  const sketches = createSketches();
  const [inputs, answers, units] = [createNumbers(), createNumbers(), createNumbers()];
  return {
    rows,
    sketches,
    firstRow,
    add({ line, digest, id, group, words, inputKey, answerKey }) {
      const unit = units(sha256(words.join(" ")));
      if (unit === firstRow.length) {
        firstRow.push(rows.length);
        sketches.add(minhash(words));
      }
      const [input, answer] = [inputs(inputKey), answers(answerKey)];
      rows.push({ row: rows.length, line, digest, id, group, input, answer, unit });
    },
  };
}

/** Numbers keys 0, 1, 2, … in the order of their first appearance. */
function createNumbers(): (key: string) => number {
  const numbers = new Map<string, number>();
  return (key) => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  };
}

/** Gives the shingles of a row, read again. */
export type ReadShingles = (row: number) => ReadonlySet<string>;

/** Shingles that may be held at a time while pairs are verified; some 5 MB. */
const CACHED_SHINGLES = 50_000;

/** Similarity of two units by their texts; the texts used last are kept, since pairs come in runs. */
export function createSimilarity(
  { firstRow }: Relatives,
  read: ReadShingles,
): (a: number, b: number) => number {
  const cache = new Map<number, ReadonlySet<string>>();
  let held = 0;
  function shingles(unit: number): ReadonlySet<string> {
    const known = cache.get(unit);
    const set = known ?? read(firstRow[unit] as number);
    cache.delete(unit);
    cache.set(unit, set);
    if (!known) held += set.size;
    for (const [oldest, { size }] of cache) {
      if (held <= CACHED_SHINGLES || oldest === unit) break;
      cache.delete(oldest);
      held -= size;
    }
    return set;
  }
  return (a, b) => jaccard(shingles(a), shingles(b));
}

export interface Related {
  /** Over units: near-duplicate texts. */
  near: Clusters;
  /** Over units: near-duplicate texts, and rows of one group. What a split may not tear apart. */
  together: Clusters;
}

/** Clusters of the rows seen so far. */
export function relate(
  { rows, sketches, firstRow }: Relatives,
  similarity: (a: number, b: number) => number,
): Related {
  const [near, together] = [createClusters(), createClusters()];
  for (const _ of firstRow) {
    near.add();
    together.add();
  }
  for (const [a, b] of sketches.pairs(near.root)) {
    if (similarity(a, b) < NEAR_SIMILARITY) continue;
    near.join(a, b);
    together.join(a, b);
  }
  const groups = new Map<string, number>();
  for (const { group, unit } of rows) {
    if (group === undefined) continue;
    const first = groups.get(group);
    if (first === undefined) groups.set(group, unit);
    else together.join(first, unit);
  }
  return { near, together };
}

/** Pairs of units that are at least `alike` similar but have different answers; no more than `most`. */
export function tornPairs(
  { rows, sketches }: Relatives,
  similarity: (a: number, b: number) => number,
  alike: number,
  most: number,
): [a: number, b: number][] {
  const answers = onlyAnswers(rows);
  const torn: [number, number][] = [];
  for (const [a, b] of sketches.pairs((unit) => answers[unit] ?? MIXED)) {
    if (answers[a] === undefined || answers[b] === undefined) continue;
    if (similarity(a, b) >= alike && torn.push([a, b]) === most) break;
  }
  return torn;
}

/** The group of units whose rows disagree. */
const MIXED = -1;

/** The answer of every unit; undefined where its rows disagree, which is a contradiction of its own. */
function onlyAnswers(rows: readonly KeptRow[]): (number | undefined)[] {
  const answers: (number | undefined)[] = [];
  for (const { unit, answer } of rows) {
    answers[unit] = unit in answers && answers[unit] !== answer ? undefined : answer;
  }
  return answers;
}

/** Of every set of exact duplicates the row with the smallest digest, then id, then group: no matter in which order. */
export function withoutDuplicates(rows: readonly KeptRow[]): KeptRow[] {
  const kept = new Map<number, KeptRow>();
  for (const row of rows) {
    const key = row.input * 2 ** 26 + row.answer;
    const other = kept.get(key);
    if (!other || precedes(row, other)) kept.set(key, row);
  }
  return [...kept.values()];
}

function precedes(a: KeptRow, b: KeptRow): boolean {
  if (a.digest !== b.digest) return a.digest < b.digest;
  if (a.id !== b.id) return (a.id ?? "") < (b.id ?? "");
  return (a.group ?? "") < (b.group ?? "");
}
