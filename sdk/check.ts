import { DEFAULT_RATIOS, type Ratios } from "../core/dataset/split.ts";
import { InputError } from "../core/errors.ts";
import type { KitContext } from "./context.ts";
import { type CheckOptions, checkDataset } from "./dataset/check.ts";
import { freezeDataset } from "./dataset/freeze.ts";
import { loadTokenizer } from "./dataset/tokenizer.ts";
import { rememberSource } from "./evidence/dataset-of-job.ts";
import type { CheckOutcome } from "./kit.ts";
import { baseModelFolder } from "./local/base-model.ts";
import { dryStore } from "./store/dry-store.ts";

export interface CheckRequest
  extends Omit<CheckOptions, "file" | "ratios" | "tokenizer" | "onProgress"> {
  /** Base model whose tokenizer counts. */
  base?: string;
  /** `"80/10/10"` */
  ratios?: string;
  /** False: a dry run. @default true */
  store?: boolean;
  onProgress?: (text: string) => void;
}

/** Checks a file and, when no finding blocks, freezes its split in the store. */
export async function check(
  context: KitContext,
  file: string,
  request: CheckRequest = {},
): Promise<CheckOutcome> {
  const { base, ratios, store = true, onProgress, ...options } = request;
  const checked = await checkDataset({
    ...options,
    file,
    ratios: parseRatios(ratios),
    ...(base
      ? { tokenizer: await loadTokenizer(baseModelFolder(context.project.platform, base), base) }
      : {}),
    onProgress: ({ lines }) => onProgress?.(`${lines.toLocaleString("en")} lines`),
  });
  const { report } = checked;
  const blocking = report.findings.filter(({ severity }) => severity === "blocking");
  if (blocking.length > 0) return { report, dataset: undefined, blocking };
  const dataset = await freezeDataset(store ? context.store : dryStore, checked);
  if (store) await rememberSource(context.store, file, dataset.digest);
  return { report, dataset, blocking };
}

function parseRatios(text: string | undefined): Ratios {
  if (text === undefined) return DEFAULT_RATIOS;
  const parts = text.split("/").map(Number);
  const [train = 0, validation = 0, test = 0] = parts;
  if (parts.length === 3 && parts.every((part) => part > 0) && train + validation + test === 100) {
    return { train: train / 100, validation: validation / 100, test: test / 100 };
  }
  throw new InputError("RatiosWrong", `"${text}" are no ratios`, {
    path: "--ratios",
    fix: "write three parts that add up to 100, such as 70/10/20",
  });
}
