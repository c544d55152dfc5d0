import type { Finding, Split } from "../../spec/dataset.ts";
import { SPLITS } from "../../spec/dataset.ts";
import { finding } from "../finding-codes.ts";
import type { Leakage } from "../leakage.ts";
import { THRESHOLDS } from "../thresholds.ts";

/** @param usable rows left after exact duplicates were dropped. */
export function sizeFindings(usable: number): Finding[] {
  const { tooFewRows, veryFewRows, fewRows } = THRESHOLDS;
  const rows = `${usable} usable ${usable === 1 ? "row" : "rows"}`;
  const facts = (threshold: number) => ({ value: usable, threshold, count: usable });
  if (usable < tooFewRows) {
    const message = `${rows}; at least ${tooFewRows} are needed`;
    return [finding("TooFewExamples", "blocking", message, facts(tooFewRows))];
  }
  if (usable < veryFewRows) {
    const message = `${rows}: enough to see whether tuning helps at all, not to rely on it`;
    return [finding("FewExamples", "warning", message, facts(veryFewRows))];
  }
  if (usable < fewRows) {
    const message = `${rows}: fewer than the typical ${fewRows}`;
    return [finding("FewExamples", "warning", message, facts(fewRows))];
  }
  return [];
}

/** @param testItemsNeeded test items that the use case's minimum gain needs; null when no use case was given. */
export function splitFindings(
  items: Readonly<Record<Split, number>>,
  leakage: Leakage,
  testItemsNeeded: number | null,
): Finding[] {
  const found: Finding[] = [];
  const leaks = leakage.testInTrain + leakage.testInValidation + leakage.validationInTrain;
  if (leaks > 0) {
    const message = `Relatives in two splits: ${leakage.testInTrain} test items in train, ${leakage.testInValidation} test items in validation, ${leakage.validationInTrain} validation items in train`;
    found.push(
      finding("Leakage", "blocking", message, { value: leaks, threshold: 0, count: leaks }),
    );
  }
  const empty = SPLITS.filter((split) => items[split] === 0);
  if (empty.length > 0) {
    found.push(
      finding("EmptySplit", "blocking", `No row landed in ${empty.join(" and ")}`, {
        value: 0,
        threshold: 1,
        count: empty.length,
      }),
    );
  }
  for (const [split, code] of [
    ["validation", "SmallValidation"],
    ["test", "SmallTest"],
  ] as const) {
    const count = items[split];
    if (count === 0 || count >= THRESHOLDS.splitItems) continue;
    const message = `${count} items in ${split}; fewer than ${THRESHOLDS.splitItems} tell little`;
    found.push(
      finding(code, "warning", message, { value: count, threshold: THRESHOLDS.splitItems, count }),
    );
  }
  if (testItemsNeeded !== null && items.test < testItemsNeeded) {
    const message = `${items.test} test items; the minimum gain needs ${testItemsNeeded} to be proven`;
    found.push(
      finding("TestTooSmallForGain", "warning", message, {
        value: items.test,
        threshold: testItemsNeeded,
        count: items.test,
      }),
    );
  }
  return found;
}
