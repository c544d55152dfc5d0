import { statSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { canonicalJson, type Digest } from "../../core/digest.ts";
import { InputError } from "../../core/errors.ts";
import { DigestField } from "../../core/spec/fields.ts";
import type { TrainingJob } from "../../core/spec/training-job.ts";
import { fileDigest } from "../local/fingerprint.ts";
import { readDocument } from "../store/document.ts";
import type { ObjectStore } from "../store/object-store.ts";

/** Which frozen split a file was last checked into, so that a plan need not check it again. */
const Source = z.object({ schemaVersion: z.literal(1), dataset: DigestField });

const sourceKey = (file: Digest): string => `datasets/by-source/${file}.json`;

export async function rememberSource(
  store: ObjectStore,
  file: string,
  dataset: Digest,
): Promise<void> {
  await store.put(sourceKey(await fileDigest(file)), canonicalJson({ schemaVersion: 1, dataset }));
}

/**
 * The dataset that a job names: the digest of a frozen split, or the file and, when it was checked before, its split.
 * @throws InputError `FileMissing`, `FileIsFolder`
 */
export async function datasetOfJob(
  store: ObjectStore,
  job: TrainingJob,
  folder: string,
): Promise<{ file?: string; digest?: Digest }> {
  if ("digest" in job.dataset) return { digest: job.dataset.digest };
  const file = resolve(folder, job.dataset.path);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory()) {
    throw new InputError("FileIsFolder", "the job's data file is a folder", {
      path: file,
      fix: "write the JSON-lines file inside it to dataset.path",
    });
  }
  if (!found) {
    throw new InputError("FileMissing", "the job's data file is not there", {
      path: file,
      fix: "correct dataset.path; it is relative to the job file",
    });
  }
  const digest = (await readDocument(store, sourceKey(await fileDigest(file)), Source))?.value
    .dataset;
  return { file, ...(digest ? { digest } : {}) };
}
