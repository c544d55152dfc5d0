import { PromptBaseline } from "../../core/spec/prompt-baseline.ts";
import type { TrainingJob } from "../../core/spec/training-job.ts";
import type { StoredBaseline } from "../kit.ts";
import { allKeys, readDocument } from "../store/document.ts";
import type { ObjectStore } from "../store/object-store.ts";

export const baselineKey = (digest: string): string => `baselines/${digest}.json`;

/** Every stored baseline of a frozen test split. */
export async function baselinesOf(
  store: ObjectStore,
  testDigest: string,
): Promise<StoredBaseline[]> {
  const found: StoredBaseline[] = [];
  for await (const key of allKeys(store, "baselines/")) {
    const baseline = (await readDocument(store, key, PromptBaseline))?.value;
    const digest = /^baselines\/([0-9a-f]{64})\.json$/.exec(key)?.[1];
    if (baseline && digest && baseline.testDigest === testDigest) found.push({ digest, baseline });
  }
  return found;
}

/** The newest baseline that answers for a job: same test split, base, loading and metric. */
export async function baselineFor(
  store: ObjectStore,
  job: Pick<TrainingJob, "base" | "method" | "useCase">,
  testDigest: string,
): Promise<StoredBaseline | undefined> {
  const fitting = (await baselinesOf(store, testDigest)).filter(
    ({ baseline }) =>
      baseline.base.model === job.base.model &&
      baseline.base.revision === job.base.revision &&
      baseline.method === job.method &&
      baseline.metric === job.useCase.metric,
  );
  return fitting.sort((a, b) => (a.baseline.at < b.baseline.at ? 1 : -1))[0];
}
