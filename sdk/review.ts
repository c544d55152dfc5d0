import { randomBytes } from "node:crypto";
import { digestOf } from "../core/digest.ts";
import { InputError } from "../core/errors.ts";
import { type ReturnedSheet, readReviewSheets } from "../core/review/read-review-sheets.ts";
import { reviewRecord } from "../core/review/review-record.ts";
import {
  keyOfBoth,
  makeReviewSheets,
  ReviewKey,
  type ReviewSheet,
} from "../core/review/review-sheet.ts";
import type { EvaluationReport } from "../core/spec/evaluation-report.ts";
import type { KitContext } from "./context.ts";
import { evaluationKeys, evaluationOfVersion, predictionsOf } from "./evidence/evaluations.ts";
import { readSplit } from "./evidence/splits.ts";
import type { StoredReview } from "./kit.ts";
import { resolveVersion, showVersion } from "./registry/adapter-versions.ts";
import { readDocument, writeOnce } from "./store/document.ts";
import { swapDocument } from "./store/swap.ts";

export interface ReviewRequest {
  /** Alias or digest. */
  version: string;
  raters: number;
  /** Items that every rater judges. */
  items: number;
}

/**
 * Blind A/B sheets of the newest evaluation of a version. Which side is the adapter's is drawn here, once an evaluation, and
 * kept in the store apart from the sheets; asking again gives the same sheets, and sheets already out stay known.
 */
export async function exportReview(
  context: KitContext,
  name: string,
  request: ReviewRequest,
): Promise<{ evaluationId: string; sheets: ReviewSheet[] }> {
  const report = await newestEvaluation(context, name, request.version);
  const keys = evaluationKeys(report.id);
  const items = await readSplit(context.store, report.job.dataset, "test");
  const { predictions } = await predictionsOf(context.store, report.id);
  const drawn = randomBytes(16).toString("hex");
  const make = (seed: string) =>
    makeReviewSheets({
      report,
      items: items.map(({ id, messages }) => ({ id, question: questionOf(messages) })),
      predictions,
      seed,
      raters: request.raters,
      count: request.items,
    });
  let sheets: ReviewSheet[] = [];
  await swapDocument(context.store, keys.reviewKey, ReviewKey, (stored) => {
    const made = make(stored?.seed ?? drawn);
    sheets = made.sheets;
    return stored ? keyOfBoth(stored, made.key) : made.key;
  });
  return { evaluationId: report.id, sheets };
}

/** Reads filled sheets back and stores what the people said. */
export async function importReview(
  context: KitContext,
  name: string,
  request: { version: string; sheets: readonly ReturnedSheet[] },
): Promise<StoredReview> {
  const report = await newestEvaluation(context, name, request.version);
  const keys = evaluationKeys(report.id);
  const key = await readDocument(context.store, keys.reviewKey, ReviewKey);
  if (!key) {
    throw new InputError("ReviewNotExported", "no sheet of this evaluation was ever handed out", {
      path: `${context.store.url}/${keys.reviewKey}`,
      fix: `run \`tunekit review export ${name}\` first`,
    });
  }
  const ratings = readReviewSheets(request.sheets, key.value);
  const review = reviewRecord(ratings, key.value, context.now().toISOString());
  const digest = digestOf(review);
  await writeOnce(context.store, keys.review(digest), review);
  return { digest, review };
}

async function newestEvaluation(
  context: KitContext,
  name: string,
  reference: string,
): Promise<EvaluationReport> {
  const version = await resolveVersion(context.store, name, reference);
  const { manifest } = await showVersion(context.store, name, version);
  const report = await evaluationOfVersion(context.store, manifest.data.splits.test, version);
  if (report) return report;
  throw new InputError(
    "NoEvaluation",
    "this version was not evaluated yet, so there are no answers to review",
    {
      path: `${name} ${version}`,
      fix: `run \`tunekit evaluate ${name}\` first`,
    },
  );
}

/** What the person is asked to judge an answer to: the chat without its answer. */
const questionOf = (messages: readonly { role: string; content: string }[]): string =>
  messages
    .slice(0, -1)
    .map(({ content }) => content)
    .join("\n\n");
