import { z } from "zod";
import { sha256 } from "../../core/digest.ts";
import { InputError, StoreError } from "../../core/errors.ts";
import { Dataset, Example, ReadinessReport, type Split } from "../../core/spec/dataset.ts";
import { readDocument } from "../store/document.ts";
import type { ObjectStore } from "../store/object-store.ts";

/** A test item also carries its near-duplicate cluster, for the statistics. */
const Item = Example.extend({ cluster: z.string().optional() });
export type Item = z.output<typeof Item>;

/** Items of a frozen split. @throws as `readSplitBody` */
export async function readSplit(
  store: ObjectStore,
  dataset: string,
  split: Split,
): Promise<Item[]> {
  return Buffer.from(await readSplitBody(store, dataset, split))
    .toString("utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => Item.parse(JSON.parse(line)));
}

/**
 * The bytes of a frozen split, which must be those that were frozen: a test split that lost a line gives another score.
 * @throws InputError `DatasetMissing`; StoreError `DatasetDamaged`
 */
export async function readSplitBody(
  store: ObjectStore,
  digest: string,
  split: Split,
): Promise<Uint8Array> {
  const { dataset } = await readDataset(store, digest);
  const key = `datasets/${digest}/${split}.jsonl`;
  const object = await store.get(key);
  if (!object) throw missing(store, key);
  if (sha256(object.body) === dataset.splits[split].digest) return object.body;
  throw new StoreError("DatasetDamaged", `the ${split} split is not the one that was frozen`, {
    path: `${store.url}/${key}`,
    fix: "delete this file and run `tunekit check` on the data: the same data gives the same split",
  });
}

/** A frozen dataset with its readiness report. @throws InputError `DatasetMissing` */
export async function readDataset(
  store: ObjectStore,
  digest: string,
): Promise<{ dataset: Dataset; readiness: ReadinessReport }> {
  const folder = `datasets/${digest}`;
  const dataset = await readDocument(store, `${folder}/dataset.json`, Dataset);
  const readiness = await readDocument(store, `${folder}/readiness.json`, ReadinessReport);
  if (!dataset) throw missing(store, `${folder}/dataset.json`);
  if (!readiness) throw missing(store, `${folder}/readiness.json`);
  return { dataset: dataset.value, readiness: readiness.value };
}

const missing = (store: ObjectStore, key: string): InputError =>
  new InputError("DatasetMissing", "this dataset is not in the store", {
    path: `${store.url}/${key}`,
    fix: "run `tunekit check` on the data: the same data and salt give the same digest",
  });
