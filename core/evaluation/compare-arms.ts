import type { Arm } from "../spec/evaluation-job.ts";
import type { Comparison } from "../spec/evaluation-report.ts";
import type { Metric } from "../spec/use-case.ts";
import { clusterBootstrap } from "../stats/bootstrap.ts";
import { mcnemarExact } from "../stats/mcnemar.ts";
import { minimumDetectableGain } from "../stats/power.ts";
import { type LabelPair, labelPairs, macroF1 } from "./metrics/macro-f1.ts";
import type { Scoring } from "./score-answers.ts";
import { scoreItem } from "./score-item.ts";
import type { TestItem } from "./test-item.ts";

export interface ComparisonQuestion {
  items: readonly TestItem[];
  /** Answers of the candidate and of the baseline, in the order of the items, which the interval depends on. */
  adapter: readonly string[];
  baseline: readonly string[];
  baselineName: Arm;
  scoring: Scoring;
  /** One-sided confidence of the lower bound, as the gate's policy states it: 0.95. */
  confidence: number;
  seed: number;
}

/** What the items of one cluster contribute to the difference. */
interface PairedCluster {
  size: number;
  /** Sum over the items of candidate's score minus baseline's. */
  gain: number;
  adapter: LabelPair[];
  baseline: LabelPair[];
}

/**
 * Candidate minus baseline on the same items.
 *
 * The interval is two-sided at 2·confidence - 1, so that each end alone holds with `confidence`; whole clusters are
 * weighted. Macro-F1 is no mean of items: each draw computes both arms' F1 anew. Wins and losses are items where
 * one arm scores higher than the other, for macro-F1 by the label being right, and the exact McNemar test is on them.
 * The minimum detectable gain is in shares of such items, at the observed share of losses, counting a cluster as one item.
 */
export function compareArms(question: ComparisonQuestion): Comparison {
  const { items, adapter, baseline, scoring, confidence, seed } = question;
  const { metric, labelField } = scoring;
  const gains = items.map(
    ({ expected }, i) =>
      scoreItem(metric, expected, adapter[i] as string, labelField) -
      scoreItem(metric, expected, baseline[i] as string, labelField),
  );
  const wins = gains.filter((gain) => gain > 0).length;
  const losses = gains.filter((gain) => gain < 0).length;
  const clusters = pairClusters(question, gains);
  const sizes = clusters.map(({ size }) => size);
  const difference = differenceOf(clusters, metric);
  const twoSided = Number((2 * confidence - 1).toFixed(9));
  return {
    baseline: question.baselineName,
    difference: difference(new Float64Array(clusters.length).fill(1)),
    interval: clusterBootstrap({ sizes, difference, seed, confidence: twoSided }),
    confidence: twoSided,
    wins,
    losses,
    ties: items.length - wins - losses,
    pValue: mcnemarExact(wins, losses),
    minimumDetectableGain: minimumDetectableGain({
      items: clusters.length,
      broken: losses / items.length,
    }),
  };
}

function pairClusters(question: ComparisonQuestion, gains: readonly number[]): PairedCluster[] {
  const { items, scoring } = question;
  const expected = items.map((item) => item.expected);
  const withLabels = scoring.metric === "macro-f1";
  const pairsOf = (answers: readonly string[]) =>
    withLabels ? labelPairs(expected, answers, scoring.labelField) : [];
  const [adapter, baseline] = [pairsOf(question.adapter), pairsOf(question.baseline)];
  const clusters = new Map<string, PairedCluster>();
  for (const [i, item] of items.entries()) {
    const cluster = clusters.get(item.cluster) ?? { size: 0, gain: 0, adapter: [], baseline: [] };
    clusters.set(item.cluster, cluster);
    cluster.size++;
    cluster.gain += gains[i] as number;
    if (withLabels) {
      cluster.adapter.push(adapter[i] as LabelPair);
      cluster.baseline.push(baseline[i] as LabelPair);
    }
  }
  return [...clusters.values()];
}

/** The difference of the arms as a function of how often each cluster counts. */
function differenceOf(clusters: readonly PairedCluster[], metric: Metric) {
  if (metric === "macro-f1") {
    const adapter = clusters.map((cluster) => cluster.adapter);
    const baseline = clusters.map((cluster) => cluster.baseline);
    return (weights: Float64Array) => macroF1(adapter, weights) - macroF1(baseline, weights);
  }
  return (weights: Float64Array) => {
    let gain = 0;
    let size = 0;
    for (const [i, cluster] of clusters.entries()) {
      const weight = weights[i] as number;
      gain += weight * cluster.gain;
      size += weight * cluster.size;
    }
    return gain / size;
  };
}
