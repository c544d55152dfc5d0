import { z } from "zod";
import { digestOf, sha256 } from "../digest.ts";
import { InputError } from "../errors.ts";
import type { Arm, Prediction } from "../spec/evaluation-job.ts";
import type { EvaluationReport } from "../spec/evaluation-report.ts";
import { DigestField } from "../spec/fields.ts";

/** What a rater can say of two answers. */
export const CHOICES = ["A", "B", "tie", "both bad"] as const;
export type Choice = (typeof CHOICES)[number];

export interface ReviewRow {
  /** From 1, in the order of this sheet. */
  itemNumber: number;
  question: string;
  answerA: string;
  answerB: string;
}

/** What one rater sees. Nothing in it tells which arm gave which answer. */
export interface ReviewSheet {
  /** Ties a filled-in sheet to its key. Starts with a letter, so that no spreadsheet takes it for a number. */
  sheetId: string;
  rows: ReviewRow[];
}

/** Which side is which; kept from the raters until they are done. `evaluations/<id>/review/key.json` */
export const ReviewKey = z.object({
  schemaVersion: z.literal(1),
  evaluationId: z.string(),
  adapter: z.string(),
  version: DigestField,
  baseline: z.string(),
  seed: z.string(),
  /** Digest of the sheets as handed out; of several handings-out, of their digests. */
  sheetDigest: DigestField,
  sheets: z.array(
    z.object({
      sheetId: z.string(),
      items: z.array(
        z.object({ itemNumber: z.number().int(), id: z.string(), adapterSide: z.enum(["A", "B"]) }),
      ),
    }),
  ),
});
export type ReviewKey = z.output<typeof ReviewKey>;

export interface ReviewRequest {
  report: Pick<EvaluationReport, "id" | "adapter" | "version">;
  /** Test items with the question as a person should read it. */
  items: readonly { id: string; question: string }[];
  predictions: readonly Pick<Prediction, "id" | "arm" | "output">[];
  /** Random text of at least 16 characters, such as 32 hex digits. It alone decides order and sides. */
  seed: string;
  /** Sheets to make, one a rater; several show whether people agree. @default 2 */
  raters?: number;
  /** Items to judge, the same for every rater. @default 25 */
  count?: number;
}

const BASELINE = "prompted-base" satisfies Arm;

/**
 * A blind comparison of the adapter with the best prompt: one sheet a rater, and the key that opens them.
 *
 * Only items on which the two answers differ are asked, since the others are ties before anyone looks. Which of them,
 * their order and the side of each answer are sha256 draws from the seed. Every sheet has the same items with its own
 * order and sides, so that a habit of preferring the left side cannot pass for agreement.
 *
 * @throws InputError ReviewSeedTooShort, ReviewSizeInvalid, NothingToReview
 */
export function makeReviewSheets(request: ReviewRequest): {
  sheets: ReviewSheet[];
  key: ReviewKey;
} {
  const { report, seed, raters = 2, count = 25 } = request;
  requireFairDraw(seed, raters, count);
  const draw = (...parts: string[]) => sha256(JSON.stringify([seed, ...parts]));
  const asked = inOrderOf(differingItems(request), ({ id }) => draw("item", id)).slice(0, count);
  const pages = Array.from({ length: raters }, (_, sheet) => {
    const items = inOrderOf(asked, ({ id }) => draw("order", `${sheet}`, id)).map((item, index) => {
      const adapterSide: "A" | "B" = draw("side", `${sheet}`, item.id) < "8" ? "A" : "B";
      return { ...item, itemNumber: index + 1, adapterSide };
    });
    const rows = items.map(({ itemNumber, question, adapter, baseline, adapterSide }) => ({
      itemNumber,
      question,
      answerA: adapterSide === "A" ? adapter : baseline,
      answerB: adapterSide === "A" ? baseline : adapter,
    }));
    return { items, rows, sheetId: `s${digestOf({ sheet, rows }).slice(0, 11)}` };
  });
  const sheets = pages.map(({ sheetId, rows }) => ({ sheetId, rows }));
  return {
    sheets,
    key: {
      schemaVersion: 1,
      evaluationId: report.id,
      adapter: report.adapter,
      version: report.version,
      baseline: BASELINE,
      seed,
      sheetDigest: digestOf(sheets),
      sheets: pages.map(({ sheetId, items }) => ({
        sheetId,
        items: items.map(({ itemNumber, id, adapterSide }) => ({ itemNumber, id, adapterSide })),
      })),
    },
  };
}

/** The key that opens sheets already out and new ones too: asking for other sheets makes none of the first unknown. */
export function keyOfBoth(first: ReviewKey, second: ReviewKey): ReviewKey {
  const known = new Set(first.sheets.map(({ sheetId }) => sheetId));
  const added = second.sheets.filter(({ sheetId }) => !known.has(sheetId));
  if (added.length === 0) return first;
  return {
    ...first,
    sheets: [...first.sheets, ...added],
    sheetDigest: digestOf([first.sheetDigest, second.sheetDigest]),
  };
}

function requireFairDraw(seed: string, raters: number, count: number): void {
  if (seed.length < 16) {
    throw new InputError("ReviewSeedTooShort", "the seed of a blind review could be guessed", {
      fix: "pass at least 16 random characters, and keep them in the key alone",
    });
  }
  for (const [what, value] of Object.entries({ raters, items: count })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new InputError("ReviewSizeInvalid", `a review cannot have ${value} ${what}`, {
      fix: "pass a whole number from 1 up",
    });
  }
}

function differingItems({ items, predictions }: ReviewRequest) {
  const outputs = new Map(
    predictions.map(({ arm, id, output }) => [`${arm}/${id}`, output.trim()]),
  );
  const differing = items.flatMap(({ id, question }) => {
    const [adapter, baseline] = [outputs.get(`adapter/${id}`), outputs.get(`${BASELINE}/${id}`)];
    if (adapter === undefined || baseline === undefined || adapter === baseline) return [];
    return [{ id, question, adapter, baseline }];
  });
  if (differing.length > 0) return differing;
  throw new InputError("NothingToReview", "adapter and best prompt answer every item alike", {
    fix: "there is nothing for a person to compare: the adapter changes no answer",
  });
}

function inOrderOf<T>(values: readonly T[], rank: (value: T) => string): T[] {
  return values
    .map((value) => ({ value, at: rank(value) }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ value }) => value);
}
