import type { Metric } from "../spec/use-case.ts";
import { labelPairs, macroF1 } from "./metrics/macro-f1.ts";
import { scoreItem } from "./score-item.ts";

/** How answers are scored: a use case's metric and where its label stands. */
export interface Scoring {
  metric: Metric;
  labelField?: string | undefined;
}

/**
 * Score of many answers, 0 to 1: the mean of the items' scores; macro-F1 is computed over all items at once.
 *
 * @param expected right answers, in the order of `answers`
 * @throws RangeError without items, or with lists of different length
 */
export function scoreAnswers(
  { metric, labelField }: Scoring,
  expected: readonly string[],
  answers: readonly string[],
): number {
  if (expected.length === 0 || expected.length !== answers.length) {
    throw new RangeError(`cannot score ${answers.length} answers to ${expected.length} items`);
  }
  if (metric === "macro-f1") return macroF1([labelPairs(expected, answers, labelField)]);
  const scores = expected.map((right, i) =>
    scoreItem(metric, right, answers[i] as string, labelField),
  );
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
