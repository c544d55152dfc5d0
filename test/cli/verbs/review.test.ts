import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { reviewText } from "../../../cli/verbs/review.ts";
import type { StoredReview } from "../../../sdk/index.ts";

const stored = (counts: Partial<StoredReview["review"]>): StoredReview => ({
  digest: "d".repeat(64),
  review: {
    schemaVersion: 1,
    evaluationId: "e",
    adapter: "mail-label",
    version: "a".repeat(64),
    baseline: "prompt",
    raters: ["ana", "ben"],
    items: 36,
    adapterWins: 40,
    baselineWins: 12,
    ties: 15,
    bothBad: 5,
    winRate: 50 / 72,
    interval: { low: 0.53, high: 0.82 },
    signTest: 0.012,
    kappa: 0.61,
    sheetDigest: "b".repeat(64),
    at: "2026-11-24T09:30:00.000Z",
    ...counts,
  },
});

it("a review counts items and ratings apart: two raters give two ratings of one item", () => {
  const two = stripVTControlCharacters(reviewText(stored({})));
  expect(two).toContain(
    "36 items, 72 ratings: adapter better 40, prompt better 12, ties 15, both bad 5",
  );
  const one = { raters: ["ana"], items: 1, adapterWins: 1, baselineWins: 0, ties: 0, bothBad: 0 };
  expect(stripVTControlCharacters(reviewText(stored(one)))).toContain("1 item, 1 rating: ");
});
