import { setImmediate } from "node:timers/promises";
import { DEFAULT_RATIOS, type Ratios } from "../core/dataset/split.ts";
import { InputError } from "../core/errors.ts";
import type { Dataset } from "../core/spec/dataset.ts";
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
  /** A person looked at a sample of the rows: how many, how many were right, and who. @default what an earlier check stored */
  audit?: Omit<NonNullable<Dataset["audit"]>, "at">;
  /** False: a dry run. @default true */
  store?: boolean;
  onProgress?: (text: string) => void;
}

/**
 * Checks a file and, when no finding blocks, freezes its split in the store.
 * @throws InputError `RatiosWrong`, `AuditWrong`, and those of `checkDataset` and `freezeDataset`; nothing is stored once `signal` is aborted
 */
export async function check(
  context: KitContext,
  file: string,
  request: CheckRequest = {},
): Promise<CheckOutcome> {
  const { base, ratios, store = true, onProgress, audit, ...options } = request;
  if (audit) refuseWrong(audit);
  const checked = await checkDataset({
    ...options,
    file,
    ratios: parseRatios(ratios),
    ...(base
      ? { tokenizer: await loadTokenizer(baseModelFolder(context.project.platform, base), base) }
      : {}),
    onProgress: ({ lines }) => onProgress?.(`${lines.toLocaleString("en")} lines`),
  });
  // Comparing rows held the thread. A Ctrl-C of that time is heard in the next turn of the event loop, which ends at the
  // second immediate; after it the split is stored.
  await setImmediate();
  await setImmediate();
  options.signal?.throwIfAborted();
  const { report } = checked;
  const blocking = report.findings.filter(({ severity }) => severity === "blocking");
  if (blocking.length > 0) return { report, dataset: undefined, blocking };
  const dataset = await freezeDataset(
    store ? context.store : dryStore(context.store),
    checked,
    audit ? { audit: { ...audit, at: context.now().toISOString() } } : {},
  );
  if (store) await rememberSource(context.store, file, dataset.digest);
  return { report, dataset, blocking };
}

function refuseWrong({ sampled, correct, by }: NonNullable<CheckRequest["audit"]>): void {
  const counts = Number.isSafeInteger(sampled) && Number.isSafeInteger(correct);
  if (!counts || sampled < 1 || correct < 0 || correct > sampled) {
    throw new InputError("AuditWrong", `${correct} right of ${sampled} is no result of an audit`, {
      path: "--audit",
      fix: "look at one row at least, and write how many were right, of how many: 98/100",
    });
  }
  if (by.trim() === "") {
    throw new InputError("AuditWrong", "the audit does not say who looked", {
      path: "--auditor",
      fix: "name the person: --auditor ana",
    });
  }
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
