import type { Metric } from "../spec/use-case.ts";
import { parseAnswer } from "./json-answer.ts";
import { exactMatch } from "./metrics/exact-match.ts";
import { jsonEquality } from "./metrics/json-equality.ts";
import { jsonFields } from "./metrics/json-fields.ts";
import { labelAccuracy, labelOf } from "./metrics/label-accuracy.ts";

interface MetricRule {
  /** Score of one answer, 0 to 1. Parsed as served: no fence is stripped and nothing is mended. */
  score(expected: string, answer: string, labelField?: string): number;
  /** Whether an expected answer can be scored at all. */
  fits(expected: string, labelField?: string): boolean;
  /** What the expected answers must be, for people. */
  needs: string;
  /** Whether answers are taken as labels of a few classes. */
  labels: boolean;
}

const isJson = (expected: string): boolean => parseAnswer(expected) !== undefined;
const JSON_ANSWERS = { fits: isJson, needs: "answers that are JSON", labels: false };
const LABELS: MetricRule = {
  score: labelAccuracy,
  fits: (expected, labelField) => labelOf(expected, labelField) !== null,
  needs: "answers that carry a label",
  labels: true,
};

/** One row a metric: adding a metric without its rule does not compile. */
export const METRIC_RULES: Record<Metric, MetricRule> = {
  "exact-match": { score: exactMatch, fits: () => true, needs: "any text", labels: false },
  "json-equality": { score: jsonEquality, ...JSON_ANSWERS },
  "json-fields": { score: jsonFields, ...JSON_ANSWERS },
  "label-accuracy": LABELS,
  // F1 belongs to a whole arm; one item contributes whether its label is right.
  "macro-f1": LABELS,
};

/** Score of one answer, 0 to 1, strictly as served. */
export function scoreItem(
  metric: Metric,
  expected: string,
  answer: string,
  labelField?: string,
): number {
  return METRIC_RULES[metric].score(expected, answer, labelField);
}
