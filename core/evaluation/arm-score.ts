import type { Arm, Prediction } from "../spec/evaluation-job.ts";
import type { ArmScore } from "../spec/evaluation-report.ts";
import { METRICS } from "../spec/use-case.ts";
import { wilsonInterval } from "../stats/wilson.ts";
import { parseAnswer, unwrapAnswer } from "./json-answer.ts";
import { isCutOff } from "./metrics/cut-off.ts";
import { isEmptyAnswer } from "./metrics/empty-answer.ts";
import { fieldAccuracy } from "./metrics/json-fields.ts";
import { jsonValidity } from "./metrics/json-validity.ts";
import { type Scoring, scoreAnswers } from "./score-answers.ts";
import { METRIC_RULES } from "./score-item.ts";
import type { TestItem } from "./test-item.ts";

/**
 * Score of one arm, with every other metric that the expected answers allow.
 *
 * The interval is Wilson's at 95 % with one observation a cluster: cautious, as if the items of a cluster said nothing
 * new. For a score between right and wrong it is wider than needed, and for macro-F1 it is an approximation.
 *
 * `metrics` holds, beside the other metrics by name: `json-validity`, `empty-rate`, `cut-off-rate`, `field:<name>` for
 * each field of JSON answers, and `unwrapped`: the use case's metric on the JSON found inside the answer. None decides.
 *
 * @param predictions in the order of the items
 */
export function scoreArm(
  arm: Arm,
  items: readonly TestItem[],
  predictions: readonly Prediction[],
  scoring: Scoring,
): ArmScore {
  const expected = items.map((item) => item.expected);
  const outputs = predictions.map(({ output }) => output);
  const score = scoreAnswers(scoring, expected, outputs);
  const clusters = new Set(items.map(({ cluster }) => cluster)).size;
  const emptyAnswers = outputs.filter(isEmptyAnswer).length;
  const cutOff = predictions.filter(({ finishReason }) => isCutOff(finishReason)).length;
  return {
    arm,
    items: items.length,
    score,
    interval: wilsonInterval(score * clusters, clusters),
    metrics: {
      ...otherMetrics(expected, outputs, scoring),
      ...jsonMetrics(expected, outputs, scoring),
      "empty-rate": emptyAnswers / items.length,
      "cut-off-rate": cutOff / items.length,
    },
    emptyAnswers,
    cutOff,
    meanOutputTokens: mean(predictions.map(({ outputTokens }) => outputTokens)),
    meanLatencyMs: mean(predictions.map(({ latencyMs }) => latencyMs)),
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function otherMetrics(
  expected: readonly string[],
  outputs: readonly string[],
  { metric: main, labelField }: Scoring,
): Record<string, number> {
  const hasLabels = labelField !== undefined || METRIC_RULES[main].labels;
  const possible = METRICS.filter(
    (metric) =>
      metric !== main &&
      (hasLabels || !METRIC_RULES[metric].labels) &&
      expected.every((text) => METRIC_RULES[metric].fits(text, labelField)),
  );
  return Object.fromEntries(
    possible.map((metric) => [metric, scoreAnswers({ metric, labelField }, expected, outputs)]),
  );
}

function jsonMetrics(
  expected: readonly string[],
  outputs: readonly string[],
  scoring: Scoring,
): Record<string, number> {
  if (expected.some((text) => parseAnswer(text) === undefined)) return {};
  const fields = Object.entries(fieldAccuracy(expected, outputs));
  return {
    "json-validity": mean(outputs.map(jsonValidity)),
    unwrapped: scoreAnswers(scoring, expected, outputs.map(unwrapAnswer)),
    ...Object.fromEntries(fields.map(([field, share]) => [`field:${field}`, share])),
  };
}
