import type { Finding } from "../../spec/dataset.ts";
import { formatPercent } from "../../units.ts";
import { finding } from "../finding-codes.ts";
import { createPlaces } from "../places.ts";
import type { KeptRow } from "../relatives.ts";
import { THRESHOLDS } from "../thresholds.ts";

const counted = (count: number, all: number, what: string): string =>
  `${count} of ${all} ${what} (${formatPercent(count / all, 1)})`;

/** Duplicates and what they do to the split. */
export function duplicateFindings(facts: {
  rows: number;
  exactDuplicates: number;
  nearDuplicates: number;
  /** Clusters by text alone. */
  nearClusters: number;
  /** Rows of the largest cluster that must stay together. */
  largestCluster: number;
}): Finding[] {
  const { rows, exactDuplicates, nearDuplicates, nearClusters, largestCluster } = facts;
  const found: Finding[] = [];
  if (exactDuplicates > 0) {
    const [value, threshold] = [exactDuplicates / rows, THRESHOLDS.exactDuplicateShare];
    const message = `${counted(exactDuplicates, rows, "rows")} say the same as another one and were dropped`;
    const severity = value > threshold ? "warning" : "info";
    found.push(
      finding("ExactDuplicates", severity, message, { value, threshold, count: exactDuplicates }),
    );
  }
  if (nearDuplicates > 0) {
    const [value, threshold] = [nearDuplicates / rows, THRESHOLDS.nearDuplicateShare];
    const message = `${counted(nearDuplicates, rows, "rows")} ask nearly the same as another one`;
    const severity = value > threshold ? "warning" : "info";
    found.push(
      finding("NearDuplicates", severity, message, { value, threshold, count: nearDuplicates }),
    );
  }
  if (rows > 0 && nearClusters / rows < THRESHOLDS.clusterRatio) {
    const message = `${rows} rows are variations of ${nearClusters} texts`;
    const [value, threshold] = [nearClusters / rows, THRESHOLDS.clusterRatio];
    found.push(finding("LowDiversity", "warning", message, { value, threshold, count: rows }));
  }
  if (rows > 0 && largestCluster > 1 && largestCluster / rows > THRESHOLDS.largestClusterShare) {
    const message = `${counted(largestCluster, rows, "rows")} must stay in one split, so the ratios cannot be met`;
    const [value, threshold] = [largestCluster / rows, THRESHOLDS.largestClusterShare];
    found.push(
      finding("LargeCluster", "warning", message, { value, threshold, count: largestCluster }),
    );
  }
  return found;
}

/** Inputs that have more than one answer, and pairs of nearly equal inputs with different labels. */
export function contradictionFindings(
  rows: readonly KeptRow[],
  torn: readonly (readonly [a: number, b: number])[],
): { contradictions: number; findings: Finding[] } {
  const answers = new Map<number, number>();
  const mixed = new Set<number>();
  for (const { input, answer } of rows) {
    const first = answers.get(input);
    if (first === undefined) answers.set(input, answer);
    else if (first !== answer) mixed.add(input);
  }
  const findings: Finding[] = [];
  if (mixed.size > 0) {
    const places = createPlaces();
    for (const { input, line } of rows) if (mixed.has(input)) places.add(line);
    const [value, threshold] = [mixed.size / answers.size, THRESHOLDS.contradictionShare];
    const message = `${counted(mixed.size, answers.size, "inputs")} have more than one answer`;
    findings.push(
      finding("Contradictions", value > threshold ? "blocking" : "warning", message, {
        value,
        threshold,
        count: mixed.size,
        lines: places.lines,
      }),
    );
  }
  if (torn.length > 0) {
    const units = new Set(torn.flat());
    const places = createPlaces();
    for (const { unit, line } of rows) if (units.has(unit)) places.add(line);
    const message = `${torn.length === THRESHOLDS.tornPairs ? "At least " : ""}${torn.length} pairs of inputs are at least ${THRESHOLDS.contradictionSimilarity} similar but have different labels`;
    findings.push(
      finding("NearContradictions", "warning", message, {
        value: torn.length,
        threshold: 0,
        count: torn.length,
        lines: places.lines,
      }),
    );
  }
  return { contradictions: mixed.size, findings };
}
