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
 *
 * @param weights how often the items of each group count; once when left out
 */
export function macroF1(
  groups: readonly (readonly LabelPair[])[],
  weights?: Readonly<Float64Array>,
): number {
  const right: number[] = [];
  const given: number[] = [];
  const add = (sums: number[], label: number, weight: number) => {
    sums[label] = (sums[label] ?? 0) + weight;
  };
  const labels = new Set<number>();
  for (const [i, pairs] of groups.entries()) {
    const weight = weights?.[i] ?? 1;
    for (const { expected, answered } of pairs) {
      labels.add(expected);
      // 2·tp + fp + fn is what was expected plus what was answered.
      add(given, expected, weight);
      if (answered >= 0) add(given, answered, weight);
      if (answered === expected) add(right, expected, weight);
    }
  }
  let sum = 0;
  for (const label of labels) sum += (2 * (right[label] ?? 0)) / (given[label] ?? 0);
  return labels.size === 0 ? 0 : sum / labels.size;
}
