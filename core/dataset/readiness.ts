import type { Finding, ReadinessReport, Split } from "../spec/dataset.ts";
import { SEVERITIES, SPLITS } from "../spec/dataset.ts";
import { answers } from "./checks/answers.ts";
import type { Check } from "./checks/check.ts";
import { contradictionFindings, duplicateFindings } from "./checks/duplicates.ts";
import { languages } from "./checks/languages.ts";
import { createLineFaults } from "./checks/lines.ts";
import { personalData } from "./checks/personal-data.ts";
import { rowKeys } from "./checks/row-keys.ts";
import { sizeFindings, splitFindings } from "./checks/sizes.ts";
import { textFaults } from "./checks/text-faults.ts";
import { type TokenCounter, tokenLengths } from "./checks/token-lengths.ts";
import { distributionOf } from "./distribution.ts";
import { type DatasetFormat, isFault, parseRow, type RowFault } from "./formats.ts";
import { measureLeakage } from "./leakage.ts";
import {
  createRelatives,
  createSimilarity,
  type KeptRow,
  type ReadShingles,
  relate,
  TEXT_RULE,
  tornPairs,
  withoutDuplicates,
} from "./relatives.ts";
import { describeRow, type Row } from "./row.ts";
import { type Ratios, sideOf } from "./split.ts";
import { THRESHOLDS } from "./thresholds.ts";

export interface ReadinessOptions {
  salt: string;
  ratios: Ratios;
  /** The key that the user named; null: rows may have the key "group", and need not. */
  groupKey: string | null;
  /** Null when no base model is chosen yet; then tokens are not counted. */
  tokenizer: TokenCounter | null;
  /** `training.maxLength` of the job; null when there is none yet. */
  maxTokens: number | null;
  /** Test items that the use case's minimum gain needs; null when there is no use case yet. */
  testItemsNeeded: number | null;
}

/** A row of the finished split. */
export interface SplitItem {
  /** Its place among the valid rows of the file, from 0. */
  row: number;
  /** Line of the input file, from 1. */
  line: number;
  /** The row's own id, else the first 12 characters of its digest, else all of it: the first that is unique. */
  id: string;
  digest: string;
  group: string | undefined;
  split: Split;
  /** Digest of the cluster: the smallest digest among its rows. */
  cluster: string;
  /** Null when no tokenizer was given. */
  tokens: number | null;
}

export interface Readiness {
  report: ReadinessReport;
  /** In the order of their ids, so that the order of the input file does not matter. */
  items: SplitItem[];
}

/** Sees one line after the other, keeps no text, and judges at the end. */
export interface ReadinessCheck {
  /** Lines without content; they count as no row. */
  addOddity: ReturnType<typeof createLineFaults>["addOddity"];
  addInvalid(line: number, fault: RowFault): void;
  /** The text of one line. Returns the row when it is valid. */
  addLine(line: number, text: string): Row | undefined;
  /**
   * @param read reads a row again, by its place among the valid rows: pairs are verified on the texts.
   * @param more findings of checks that run elsewhere.
   */
  finish(read: ReadShingles, more: readonly Finding[]): Readiness;
}

export function createReadinessCheck(options: ReadinessOptions): ReadinessCheck {
  const lineFaults = createLineFaults();
  const relatives = createRelatives();
  const variety = answers();
  const tokens = options.tokenizer ? tokenLengths(options.tokenizer, options.maxTokens) : null;
  const checks: Check[] = [
    ...rowKeys(options.groupKey),
    variety,
    ...(tokens ? [tokens] : []),
    ...personalData(),
    languages(),
    ...textFaults(),
  ];
  const words: number[] = [];
  let format: DatasetFormat | undefined;

  return {
    addOddity: lineFaults.addOddity,
    addInvalid: lineFaults.addInvalid,
    addLine(line, text) {
      const parsed = parseRow(text, format);
      if (isFault(parsed)) {
        lineFaults.addInvalid(line, parsed);
        return undefined;
      }
      format = parsed.format;
      const row = describeRow(parsed, line, options.groupKey ?? "group");
      words.push(row.words.length);
      relatives.add(row);
      for (const check of checks) check.add(row);
      return row;
    },

    finish(read, more) {
      const { rows } = relatives;
      const similarity = createSimilarity(relatives, read);
      const related = relate(relatives, similarity);
      const torn = variety.areLabels()
        ? tornPairs(relatives, similarity, THRESHOLDS.contradictionSimilarity, THRESHOLDS.tornPairs)
        : [];
      const usable = withoutDuplicates(rows);
      const clusterIds = smallestDigests(rows, related.together.root);
      const items = itemsOf(
        usable,
        (row) => clusterIds.get(related.together.root(row.unit)) ?? row.digest,
        tokens?.totals ?? null,
        options,
      );
      const splits: (Split | undefined)[] = [];
      for (const { row, split } of items) splits[row] = split;
      const leakage = measureLeakage(relatives, (row) => splits[row], similarity);
      const nearClusters = new Set(relatives.firstRow.map((_, unit) => related.near.root(unit)))
        .size;
      const exactDuplicates = rows.length - usable.length;
      const nearDuplicates = rows.length - nearClusters;
      const largestCluster = largestOf(items.map(({ cluster }) => cluster));
      const contradicted = contradictionFindings(rows, torn);
      const { distinct1, distinct2, largestOutputShare, labelEntropyBits } = variety.facts();
      const counts = Object.fromEntries(
        SPLITS.map((split) => [split, items.filter((item) => item.split === split).length]),
      ) as Record<Split, number>;
      const findings = [
        ...lineFaults.findings(rows.length + lineFaults.invalid),
        ...sizeFindings(usable.length),
        ...duplicateFindings({
          rows: rows.length,
          exactDuplicates,
          nearDuplicates,
          nearClusters,
          largestCluster,
        }),
        ...contradicted.findings,
        ...more,
        ...checks.flatMap((check) => check.findings(rows.length)),
        ...(usable.length > 0 ? splitFindings(counts, leakage, options.testItemsNeeded) : []),
      ];
      const report: ReadinessReport = {
        schemaVersion: 1,
        format: format ?? "messages",
        rows: rows.length + lineFaults.invalid,
        invalidRows: lineFaults.invalid,
        usable: usable.length,
        exactDuplicates,
        nearDuplicates,
        clusters: clusterIds.size,
        largestCluster,
        contradictions: contradicted.contradictions,
        rule: TEXT_RULE,
        leakage,
        tokens: tokens ? distributionOf(tokens.totals) : null,
        words: distributionOf(words),
        diversity: {
          distinct1,
          distinct2,
          clusterRatio: rows.length === 0 ? 0 : nearClusters / rows.length,
          largestOutputShare,
          labelEntropyBits,
        },
        findings: findings.sort(
          (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
        ),
      };
      return { report, items };
    },
  };
}

/** Of every cluster the smallest digest: a name that does not depend on the order of the rows. */
function smallestDigests(rows: readonly KeptRow[], root: (unit: number) => number) {
  const smallest = new Map<number, string>();
  for (const { unit, digest } of rows) {
    const cluster = root(unit);
    const known = smallest.get(cluster);
    if (known === undefined || digest < known) smallest.set(cluster, digest);
  }
  return smallest;
}

function itemsOf(
  rows: readonly KeptRow[],
  clusterOf: (row: KeptRow) => string,
  tokens: readonly number[] | null,
  { salt, ratios }: ReadinessOptions,
): SplitItem[] {
  const uses = new Map<string, number>();
  const unique = (id: string): boolean => uses.get(id) === 1;
  for (const { id, digest } of rows) {
    for (const name of [id, digest.slice(0, 12)]) {
      if (name !== undefined) uses.set(name, (uses.get(name) ?? 0) + 1);
    }
  }
  return rows
    .map((kept) => {
      const { row, line, digest, group } = kept;
      const id = [kept.id, digest.slice(0, 12)].find((name) => name && unique(name)) ?? digest;
      const cluster = clusterOf(kept);
      const split = sideOf(cluster, salt, ratios);
      return { row, line, id, digest, group, split, cluster, tokens: tokens?.[row] ?? null };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function largestOf(clusters: readonly string[]): number {
  const sizes = new Map<string, number>();
  let largest = 0;
  for (const cluster of clusters) {
    const size = (sizes.get(cluster) ?? 0) + 1;
    sizes.set(cluster, size);
    largest = Math.max(largest, size);
  }
  return largest;
}
