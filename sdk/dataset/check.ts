import { basename, extname } from "node:path";
import type { TokenCounter } from "../../core/dataset/checks/token-lengths.ts";
import { createReadinessCheck, type SplitItem } from "../../core/dataset/readiness.ts";
import { nearWords } from "../../core/dataset/row.ts";
import { shinglesOf } from "../../core/dataset/shingles.ts";
import { checkRatios, DEFAULT_RATIOS, type Ratios } from "../../core/dataset/split.ts";
import type { ReadinessReport } from "../../core/spec/dataset.ts";
import { readLines } from "./read-lines.ts";
import { openRowReader, type RowPlace } from "./row-reader.ts";
import { createSecretScan } from "./secrets.ts";

/** Anyone who checks the same rows gets the same split, unless they ask for another one. */
export const DEFAULT_SALT = "tunekit";

/** Lines between two calls of `onProgress`. */
const PROGRESS_LINES = 1000;

export interface CheckOptions {
  file: string;
  /** For people. @default the file's name without folder and ending */
  name?: string;
  /** Another salt is another split. @default "tunekit" */
  salt?: string;
  /** @default 80/10/10 */
  ratios?: Ratios;
  /**
   * Key of each row whose equal values must stay in one split: customer, thread, document. To name one that no row has is
   * a blocking finding. @default "group", which rows may have
   */
  groupKey?: string;
  /** Without one, tokens are not counted. */
  tokenizer?: TokenCounter;
  /** `training.maxLength`; without it, rows are counted but not judged by their length. */
  maxTokens?: number;
  /** Test items that the use case's minimum gain needs. */
  testItemsNeeded?: number;
  /** Checked at each line. */
  signal?: AbortSignal;
  onProgress?: (progress: { lines: number; bytes: number }) => void;
}

/** What was found, and everything that is needed to write the splits from the same file. */
export interface DatasetCheck {
  file: string;
  name: string;
  salt: string;
  tokenizer: string | null;
  report: ReadinessReport;
  /** Rows of the split in the order of their ids, each with its place in the file. */
  items: (SplitItem & RowPlace)[];
}

/**
 * Checks a JSON-lines file and splits it. The file is read once from start to end; texts of likely near-duplicates are read
 * again to verify them. Memory grows by about a kilobyte a row, however long the rows are.
 *
 * @throws InputError `FileMissing`, `FileIsFolder`, `FileUnreadable`, `FileChanged`, `RatiosWrong`. Everything else that can
 * be wrong with a file is a finding. The reason of `signal` when it is aborted.
 */
export async function checkDataset(options: CheckOptions): Promise<DatasetCheck> {
  const { file, salt = DEFAULT_SALT, tokenizer = null } = options;
  const check = createReadinessCheck({
    salt,
    ratios: checkRatios(options.ratios ?? DEFAULT_RATIOS),
    groupKey: options.groupKey ?? null,
    tokenizer,
    maxTokens: options.maxTokens ?? null,
    testItemsNeeded: options.testItemsNeeded ?? null,
  });
  const secrets = createSecretScan();
  const places: RowPlace[] = [];

  for await (const line of readLines(file)) {
    options.signal?.throwIfAborted();
    const { number, offset, bytes, text } = line;
    if (number % PROGRESS_LINES === 0) options.onProgress?.({ lines: number, bytes: offset });
    if (line.byteOrderMark) check.addOddity(number, "ByteOrderMark");
    if (line.carriageReturn) check.addOddity(number, "CarriageReturns");
    if (text === undefined) {
      check.addInvalid(number, { code: line.fault ?? "NotUtf8", detail: `${bytes} bytes` });
    } else if (text.trim() === "") {
      check.addOddity(number, "BlankLines");
    } else if (places.length === 0 && startsArray(text)) {
      check.addInvalid(number, { code: "NotJsonLines", detail: "an array starts here" });
      break;
    } else {
      const row = check.addLine(number, text);
      if (!row) continue;
      places.push({ offset, bytes });
      await secrets.add(number, row.text);
    }
  }

  const found = await secrets.findings();
  options.signal?.throwIfAborted();
  const reader = openRowReader(file);
  try {
    const place = (row: number): RowPlace => places[row] as RowPlace;
    const { report, items } = check.finish(
      (row) => shinglesOf(nearWords(reader.read(place(row)))),
      found,
    );
    return {
      file,
      name: options.name ?? basename(file, extname(file)),
      salt,
      tokenizer: tokenizer?.name ?? null,
      report,
      items: items.map((item) => ({ ...item, ...place(item.row) })),
    };
  } finally {
    reader.close();
  }
}

/** A file of objects in one array, on one line or pretty-printed. */
const startsArray = (line: string): boolean => /^\s*\[\s*(?:\{|$)/.test(line);
