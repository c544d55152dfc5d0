import { type Digest, sha256 } from "../../core/digest.ts";
import { Prediction } from "../../core/spec/evaluation-job.ts";
import { EvaluationReport, ReviewRecord } from "../../core/spec/evaluation-report.ts";
import type { StoredReview } from "../kit.ts";
import { allKeys, readDocument } from "../store/document.ts";
import type { ObjectStore } from "../store/object-store.ts";

export const evaluationKeys = (id: string) => {
  const folder = `evaluations/${id}`;
  return {
    folder,
    report: `${folder}/report.json`,
    predictions: `${folder}/predictions.jsonl`,
    reviews: `${folder}/review/`,
    reviewKey: `${folder}/review/key.json`,
    review: (digest: string) => `${folder}/review/${digest}.json`,
  };
};

/** Every evaluation on a test split, oldest first. */
export async function evaluationsOf(
  store: ObjectStore,
  testDigest: string,
): Promise<EvaluationReport[]> {
  const reports: EvaluationReport[] = [];
  for await (const key of allKeys(store, "evaluations/")) {
    if (!/^evaluations\/[^/]+\/report\.json$/.test(key)) continue;
    const report = (await readDocument(store, key, EvaluationReport))?.value;
    if (report?.testDigest === testDigest) reports.push(report);
  }
  return reports.sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** The newest evaluation of exactly this version. */
export async function evaluationOfVersion(
  store: ObjectStore,
  testDigest: string,
  version: string,
): Promise<EvaluationReport | undefined> {
  return (await evaluationsOf(store, testDigest))
    .filter((report) => report.version === version)
    .at(-1);
}

/** The answers that an evaluation was scored on, and the digest of their file. */
export async function predictionsOf(
  store: ObjectStore,
  id: string,
): Promise<{ predictions: Prediction[]; digest: Digest }> {
  const text = Buffer.from(
    (await store.get(evaluationKeys(id).predictions))?.body ?? "",
  ).toString();
  const lines = text.split("\n").filter(Boolean);
  return {
    predictions: lines.map((line) => Prediction.parse(JSON.parse(line))),
    digest: sha256(text),
  };
}

/** Human reviews of an evaluation, oldest first. */
export async function reviewsOf(store: ObjectStore, evaluationId: string): Promise<StoredReview[]> {
  const reviews: StoredReview[] = [];
  for await (const key of allKeys(store, evaluationKeys(evaluationId).reviews)) {
    const digest = /\/([0-9a-f]{64})\.json$/.exec(key)?.[1];
    const review = digest ? (await readDocument(store, key, ReviewRecord))?.value : undefined;
    if (digest && review) reviews.push({ digest, review });
  }
  return reviews.sort((a, b) => (a.review.at < b.review.at ? -1 : 1));
}
