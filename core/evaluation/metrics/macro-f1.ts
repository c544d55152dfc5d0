import { labelOf } from "./label-accuracy.ts";

/** Expected and answered label as numbers of one list; `answered` is -1 for no label or one that is never expected. */
export interface LabelPair {
  expected: number;
  answered: number;
}

/** Labels of the items in order, against those of the answers. */
export function labelPairs(
  expected: readonly string[],
  answers: readonly string[],
  labelField?: string,
): LabelPair[] {
  const labels = expected.map((text) => labelOf(text, labelField));
  const numbers = new Map([...new Set(labels)].map((label, number) => [label, number]));
  return labels.map((label, i) => ({
    expected: numbers.get(label) as number,
    answered: numbers.get(labelOf(answers[i] ?? "", labelField)) ?? -1,
  }));
}

/**
 * Mean over the expected labels of F1 = 2·tp / (2·tp + fp + fn): every label counts the same, however rare. Labels that
 * no item expects are left out of the mean, so that correcting an answer can only raise it.
 */
export function macroF1(groups: readonly (readonly LabelPair[])[]): number {
  const right: number[] = [];
  const expectedCount: number[] = [];
  const answeredCount: number[] = [];
  for (const pairs of groups) {
    for (const { expected, answered } of pairs) {
      expectedCount[expected] = (expectedCount[expected] ?? 0) + 1;
      if (answered >= 0) answeredCount[answered] = (answeredCount[answered] ?? 0) + 1;
      if (answered === expected) right[expected] = (right[expected] ?? 0) + 1;
    }
  }
  let sum = 0;
  let labels = 0;
  for (const [label, count = 0] of expectedCount.entries()) {
    if (count === 0) continue;
    // 2·tp + fp + fn is what was expected plus what was answered.
    sum += (2 * (right[label] ?? 0)) / (count + (answeredCount[label] ?? 0));
    labels++;
  }
  return labels === 0 ? 0 : sum / labels;
}
