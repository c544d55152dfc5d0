import { shortDigest } from "../core/digest.ts";
import type { GateFacts } from "../core/spec/gate-facts.ts";

export type Baseline = NonNullable<GateFacts["baseline"]>;

/** Why the facts hold no prompt score to compare with, in words; null when they do. */
export function baselineFault({ baseline, dataset, job, useCase }: GateFacts): string | null {
  if (baseline === null) return "no prompt was scored on this test split";
  if (baseline.testDigest !== dataset.testDigest) {
    return `the prompt baseline was scored on another test split (${shortDigest(baseline.testDigest)}, not ${shortDigest(dataset.testDigest)})`;
  }
  if (baseline.model !== job.model) {
    return `the prompt baseline was scored with ${baseline.model}, the job trains ${job.model}`;
  }
  if (baseline.metric !== useCase.metric) {
    return `the prompt baseline is scored by ${baseline.metric}, the use case by ${useCase.metric}`;
  }
  return null;
}

/** The score that the adapter has to beat, or null when there is none on the same model, metric and test split. */
export const comparableBaseline = (facts: GateFacts): Baseline | null =>
  baselineFault(facts) === null ? facts.baseline : null;
