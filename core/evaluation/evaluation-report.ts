import { type Digest, digestOf } from "../digest.ts";
import { InputError } from "../errors.ts";
import { ARMS, type EvaluationJob, type Prediction } from "../spec/evaluation-job.ts";
import type { ArmScore, Comparison, EvaluationReport } from "../spec/evaluation-report.ts";
import { formatPercent, formatPoints } from "../units.ts";
import { scoreArm } from "./arm-score.ts";
import { arrangePredictions } from "./arrange-predictions.ts";
import { compareArms } from "./compare-arms.ts";
import { evaluationFindings, type FindingFacts } from "./findings.ts";
import type { Scoring } from "./score-answers.ts";
import { METRIC_RULES } from "./score-item.ts";
import type { TestItem } from "./test-item.ts";
import { type Judgement, judge } from "./verdict.ts";

export interface EvaluationInput
  extends Pick<
    FindingFacts,
    "training" | "leakage" | "adapterEffect" | "trainingSeeds" | "testUses"
  > {
  id: string;
  /** ISO 8601 in UTC. */
  at: string;
  /** Who evaluates. */
  by: string;
  job: EvaluationJob;
  /** The frozen test split, in any order. */
  items: readonly TestItem[];
  testDigest: Digest;
  /** Every line of `predictions.jsonl`, and the digest of the file. */
  predictions: readonly Prediction[];
  predictionsDigest: Digest;
  /** Smallest gain over the best prompt, a fraction, that the lower bound must reach. */
  minGain: number;
  /** One-sided confidence of that bound. @default 0.95, the gate's policy default */
  confidence?: number;
}

/**
 * Scores the three arms on the same items and judges the adapter against the best prompt; the comparison with the bare
 * base model is the second of a fixed sequence and cannot turn a refusal into a pass. Same input, same bytes.
 *
 * @throws InputError when predictions are missing, doubled or foreign (arrangePredictions), or when an expected answer
 *   cannot be scored by the metric: ExpectedAnswerUnusable
 */
export function buildEvaluationReport(input: EvaluationInput): EvaluationReport {
  const { job, minGain, confidence = 0.95 } = input;
  const scoring = { metric: job.metric, labelField: job.labelField };
  const items = [...input.items].sort((a, b) => (a.id < b.id ? -1 : 1));
  const predictions = arrangePredictions(items, input.predictions);
  requireUsable(items, scoring);

  const outputs = (arm: (typeof ARMS)[number]) => predictions[arm].map(({ output }) => output);
  const compareWith = (baselineName: "prompted-base" | "base") =>
    compareArms({
      items,
      adapter: outputs("adapter"),
      baseline: outputs(baselineName),
      baselineName,
      scoring,
      confidence,
      seed: job.seed,
    });
  const arms = ARMS.map((arm) => scoreArm(arm, items, predictions[arm], scoring));
  const primary = compareWith("prompted-base");
  const comparisons = [primary, compareWith("base")];
  const judgement = judge(primary, minGain);
  return {
    schemaVersion: 1,
    id: input.id,
    at: input.at,
    by: input.by,
    job,
    adapter: job.adapter,
    version: job.version,
    testDigest: input.testDigest,
    promptDigest: digestOf(job.prompt),
    minGain,
    arms,
    comparisons,
    ...judgement,
    summary: summarise(judgement, primary, arms, minGain),
    findings: evaluationFindings({ ...input, arms, comparisons }),
    adapterEffect: input.adapterEffect,
    trainingSeeds: input.trainingSeeds,
    testUses: input.testUses,
    predictionsDigest: input.predictionsDigest,
  };
}

function requireUsable(items: readonly TestItem[], { metric, labelField }: Scoring): void {
  const rule = METRIC_RULES[metric];
  const bad = items.filter(({ expected }) => !rule.fits(expected, labelField));
  const [first] = bad;
  if (!first) return;
  const field = labelField && rule.labels ? ` in field "${labelField}"` : "";
  throw new InputError(
    "ExpectedAnswerUnusable",
    `metric ${metric} needs ${rule.needs}${field}; ${bad.length} of ${items.length} expected answers cannot be scored, first item "${first.id}"`,
    {
      fix: "choose a metric that fits the answers, or correct the examples",
      path: "useCase.metric",
    },
  );
}

function summarise(
  { verdict, moreItemsNeeded }: Judgement,
  { difference, interval, confidence }: Comparison,
  arms: readonly ArmScore[],
  minGain: number,
): string {
  const adapter = arms.find(({ arm }) => arm === "adapter") as ArmScore;
  const gain = `${formatPoints(Math.abs(difference))} ${difference < 0 ? "below" : "above"} the best prompt`;
  const range = `${formatPercent(confidence)} interval ${(interval.low * 100).toFixed(1)} to ${(interval.high * 100).toFixed(1)}`;
  const facts = `The adapter scores ${formatPercent(adapter.score, 1)} on ${adapter.items} test items, ${gain} (${range})`;
  const asked = minGain > 0 ? `the ${formatPoints(minGain)} asked for` : "zero";
  switch (verdict) {
    case "pass":
      return `${facts}: even the lower end ${minGain > 0 ? "reaches" : "is above"} ${asked}.`;
    case "fail":
      return `${facts}: even the upper end is below ${asked}.`;
    case "inconclusive":
      return `${facts}: this cannot tell whether the gain reaches ${asked}; ${
        moreItemsNeeded === null
          ? "no number of further items would tell while the gain stays exactly there"
          : `about ${moreItemsNeeded} more test items would, if the gain stays as it is`
      }.`;
  }
}
