import { canonicalJson } from "../../core/digest.ts";
import { isKitError } from "../../core/errors.ts";
import { PromptBaseline } from "../../core/spec/prompt-baseline.ts";
import type { TrainingJob } from "../../core/spec/training-job.ts";
import type { KitContext } from "../context.ts";
import type { StoredBaseline } from "../kit.ts";
import { allKeys, readDocument } from "../store/document.ts";
import type { ObjectStore } from "../store/object-store.ts";

export const baselineKey = (digest: string): string => `baselines/${digest}.json`;

/** What two scores must have in common to be compared: loading, metric, label and length of an answer. */
export const scoredHow = ({ method, quantization, useCase, evaluation }: TrainingJob) => ({
  metric: useCase.metric,
  labelField: useCase.labelField ?? null,
  quantization: method === "qlora" ? quantization : null,
  maxNewTokens: evaluation.maxNewTokens,
});

/**
 * The baseline that a job has to beat: of those on the same test split, base, loading and scoring the best that is not too
 * old, for the best prompt that anyone found counts; where all are too old, the newest, and the gate says so.
 */
export async function baselineFor(
  { store, project, now }: KitContext,
  job: TrainingJob,
  testDigest: string,
): Promise<StoredBaseline | undefined> {
  const wanted = canonicalJson({
    base: job.base,
    method: job.method,
    testDigest,
    ...scoredHow(job),
  });
  const fitting = (await readableBaselines(store)).filter(
    ({ baseline: { base, method, testDigest: split, ...scored } }) => {
      const { metric, labelField, quantization, maxNewTokens } = scored;
      const how = { metric, labelField, quantization, maxNewTokens };
      return canonicalJson({ base, method, testDigest: split, ...how }) === wanted;
    },
  );
  const oldest = now().getTime() - project.platform.policy.baselineMaxAgeDays * 86_400_000;
  const fresh = fitting.filter(({ baseline }) => Date.parse(baseline.at) >= oldest);
  const byAge = fitting.sort((a, b) => (a.baseline.at < b.baseline.at ? 1 : -1));
  return fresh.sort((a, b) => b.baseline.score - a.baseline.score)[0] ?? byAge[0];
}

/** Every baseline of the store. One that cannot be read is no evidence for anybody, and stops nobody. */
async function readableBaselines(store: ObjectStore): Promise<StoredBaseline[]> {
  const found: StoredBaseline[] = [];
  for await (const key of allKeys(store, "baselines/")) {
    const digest = /^baselines\/([0-9a-f]{64})\.json$/.exec(key)?.[1];
    const baseline = digest ? await readable(store, key) : undefined;
    if (digest && baseline) found.push({ digest, baseline });
  }
  return found;
}

async function readable(store: ObjectStore, key: string): Promise<PromptBaseline | undefined> {
  try {
    return (await readDocument(store, key, PromptBaseline))?.value;
  } catch (error) {
    if (isKitError(error) && error.code === "DocumentCorrupt") return undefined;
    throw error;
  }
}
