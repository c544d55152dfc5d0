import { z } from "zod";
import { InputError } from "../../core/errors.ts";
import { Dataset, Example, ReadinessReport, type Split } from "../../core/spec/dataset.ts";
import { readDocument } from "../store/document.ts";
import type { ObjectStore } from "../store/object-store.ts";

/** A test item also carries its near-duplicate cluster, for the statistics. */
const Item = Example.extend({ cluster: z.string().optional() });
export type Item = z.output<typeof Item>;

/** Items of a frozen split. @throws InputError `DatasetMissing` */
export async function readSplit(
  store: ObjectStore,
  dataset: string,
  split: Split,
): Promise<Item[]> {
  const key = `datasets/${dataset}/${split}.jsonl`;
  const object = await store.get(key);
  if (!object) throw missing(store, key);
  return Buffer.from(object.body)
    .toString("utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => Item.parse(JSON.parse(line)));
}

/** A frozen dataset with its readiness report. @throws InputError `DatasetMissing` */
export async function readDataset(
  store: ObjectStore,
  digest: string,
): Promise<{ dataset: Dataset; readiness: ReadinessReport }> {
  const folder = `datasets/${digest}`;
  const dataset = await readDocument(store, `${folder}/dataset.json`, Dataset);
  const readiness = await readDocument(store, `${folder}/readiness.json`, ReadinessReport);
  if (!dataset || !readiness) throw missing(store, `${folder}/dataset.json`);
  return { dataset: dataset.value, readiness: readiness.value };
}

const missing = (store: ObjectStore, key: string): InputError =>
  new InputError("DatasetMissing", "this dataset is not in the store", {
    path: `${store.url}/${key}`,
    fix: "run `tunekit check` on the data: the same data and salt give the same digest",
  });
