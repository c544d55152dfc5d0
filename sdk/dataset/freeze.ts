import { contentDigest } from "../../core/dataset/row.ts";
import { digestOf, sha256 } from "../../core/digest.ts";
import { InputError, StoreError } from "../../core/errors.ts";
import { Dataset, SPLITS, type Split } from "../../core/spec/dataset.ts";
import { readDocument } from "../store/document.ts";
import type { ObjectStore } from "../store/object-store.ts";
import type { DatasetCheck } from "./check.ts";
import { fileChanged, openRowReader, type RowReader } from "./row-reader.ts";

export interface FreezeOptions {
  /** A person looked at a sample of the rows. */
  audit?: Dataset["audit"];
}

/** `datasets/<digest>/<file>` */
export const datasetKey = (digest: string, file: string): string => `datasets/${digest}/${file}`;

/**
 * Writes the split of a checked file into the store: `train.jsonl`, `validation.jsonl`, `test.jsonl`, `readiness.json`, and
 * `dataset.json` last. A split line is `{"id", "messages"[, "group"]}`, in the order of the ids, so that the same rows give
 * the same bytes in whatever order the file has them; lines of the test split carry `"cluster"` too, which the evaluation
 * resamples by. One split is held in memory at a time.
 *
 * Repeating it is safe: split files are named by their content and never change; a later check of the same rows replaces
 * report and record, and keeps an audit unless it brings one.
 *
 * @throws InputError with the code and the fix of the first blocking finding; `FileChanged` when the file is no longer the one
 * that was checked. StoreError `DatasetWriteLost` when another check of the same rows wrote at the same moment.
 */
export async function freezeDataset(
  store: ObjectStore,
  check: DatasetCheck,
  options: FreezeOptions = {},
): Promise<Dataset> {
  refuseBlocked(check);
  const reader = openRowReader(check.file);
  try {
    const summaries = SPLITS.map((split) => {
      const body = splitBody(check, split, reader);
      const items = check.items.filter((item) => item.split === split).length;
      return [split, { digest: sha256(body), items, bytes: Buffer.byteLength(body) }] as const;
    });
    const splits = Object.fromEntries(summaries) as Dataset["splits"];
    const digest = digestOf({ salt: check.salt, splits });
    const readiness = `${JSON.stringify(check.report, null, 2)}\n`;
    for (const split of SPLITS) {
      const key = datasetKey(digest, `${split}.jsonl`);
      await store.put(key, splitBody(check, split, reader), { ifAbsent: true });
    }
    await replace(store, datasetKey(digest, "readiness.json"), () => readiness);
    await readDocument(store, datasetKey(digest, "dataset.json"), Dataset); // a corrupt one is not replaced
    const record = await replace(store, datasetKey(digest, "dataset.json"), (stored) => {
      const known = stored === undefined ? null : Dataset.parse(JSON.parse(stored)).audit;
      const dataset: Dataset = {
        schemaVersion: 1,
        digest,
        name: check.name,
        salt: check.salt,
        splits,
        readinessDigest: digestOf(check.report),
        trainTokens: trainTokens(check),
        audit: options.audit ?? known,
      };
      return `${JSON.stringify(dataset, null, 2)}\n`;
    });
    return Dataset.parse(JSON.parse(record));
  } finally {
    reader.close();
  }
}

function refuseBlocked({ report, file }: DatasetCheck): void {
  const blocking = report.findings.find(({ severity }) => severity === "blocking");
  if (blocking) {
    throw new InputError(blocking.code, blocking.message, { fix: blocking.fix, path: file });
  }
}

function splitBody({ file, items }: DatasetCheck, split: Split, reader: RowReader): string {
  const lines: string[] = [];
  for (const item of items) {
    if (item.split !== split) continue;
    const messages = reader.read(item);
    if (contentDigest(messages) !== item.digest) throw fileChanged(file);
    const { id, group, cluster } = item;
    const line = {
      id,
      messages,
      ...(group === undefined ? {} : { group }),
      ...(split === "test" ? { cluster } : {}),
    };
    lines.push(`${JSON.stringify(line)}\n`);
  }
  return lines.join("");
}

function trainTokens({ items, tokenizer }: DatasetCheck): Dataset["trainTokens"] {
  if (tokenizer === null) return null;
  const train = items.filter((item) => item.split === "train");
  return {
    total: train.reduce((sum, { tokens }) => sum + (tokens ?? 0), 0),
    longest: items.reduce((longest, { tokens }) => Math.max(longest, tokens ?? 0), 0),
    tokenizer,
  };
}

/** Puts what `make` makes of what is stored, unless that is the same. Returns what is stored afterwards. */
async function replace(
  store: ObjectStore,
  key: string,
  make: (stored: string | undefined) => string,
): Promise<string> {
  const stored = await store.get(key);
  const before = stored && Buffer.from(stored.body).toString("utf8");
  const after = make(before);
  if (before === after) return after;
  const outcome = await store.put(
    key,
    after,
    stored ? { ifMatch: stored.etag } : { ifAbsent: true },
  );
  if (!outcome.ok) {
    throw new StoreError("DatasetWriteLost", `${key} was written by someone else just now`, {
      fix: "run the check again",
      path: `${store.url}/${key}`,
    });
  }
  return after;
}
