import { describe, expect, it } from "vitest";
import { type Rating, readReviewSheets } from "../../../core/review/read-review-sheets.ts";
import { reviewRecord } from "../../../core/review/review-record.ts";
import { ReviewRecord } from "../../../core/spec/evaluation-report.ts";
import { wilsonInterval } from "../../../core/stats/wilson.ts";
import { reviewCase } from "../../support/review-case.ts";

const { key, fill } = reviewCase({ count: 20 });
const at = "2026-11-24T09:30:00.000Z";
const items = key.sheets[0]?.items.map(({ id }) => id) ?? [];
/** The first `n` items of the review in a fixed order. */
const among = (from: number, to: number) => (id: string) => {
  const index = items.indexOf(id);
  return index >= from && index < to;
};
const rate = (rater: string, prefer: (index: number) => Rating["outcome"]): Rating[] =>
  items.map((itemId, i) => ({ rater, itemId, outcome: prefer(i), note: "" }));

describe("reviewRecord", () => {
  it("counts one rater", () => {
    const sheet = fill(0, (id) =>
      among(0, 12)(id)
        ? "adapter"
        : among(12, 15)(id)
          ? "baseline"
          : among(15, 18)(id)
            ? "tie"
            : "both bad",
    );
    const record = reviewRecord(
      readReviewSheets([{ file: "ann.csv", text: sheet, rater: "ann" }], key),
      key,
      at,
    );
    expect(ReviewRecord.parse(record)).toEqual(record);
    expect(record).toMatchObject({
      evaluationId: key.evaluationId,
      adapter: "support-triage",
      version: "a".repeat(64),
      baseline: "prompted-base",
      raters: ["ann"],
      items: 20,
      adapterWins: 12,
      baselineWins: 3,
      ties: 3,
      bothBad: 2,
      winRate: 14.5 / 20,
      kappa: null,
      sheetDigest: key.sheetDigest,
      at,
    });
    expect(record.interval).toEqual(wilsonInterval(14.5, 20));
    // scipy.stats.binomtest(12, 15).pvalue
    expect(record.signTest).toBeCloseTo(0.03515625, 10);
  });

  it("does not take two raters of one item for two observations", () => {
    const one = reviewRecord(
      rate("ann", (i) => (i < 14 ? "adapter" : "baseline")),
      key,
      at,
    );
    const two = reviewRecord(
      [
        ...rate("bo", (i) => (i < 14 ? "adapter" : "baseline")),
        ...rate("ann", (i) => (i < 14 ? "adapter" : "baseline")),
      ],
      key,
      at,
    );
    expect(two).toMatchObject({ raters: ["ann", "bo"], items: 20, adapterWins: 28, kappa: 1 });
    expect([two.winRate, two.interval, two.signTest]).toEqual([
      one.winRate,
      one.interval,
      one.signTest,
    ]);
  });

  it("measures how far raters agree", () => {
    // table [[8, 2], [4, 6]]: observed .7, expected .5
    const ann = rate("ann", (i) => (i < 10 ? "adapter" : "baseline"));
    const bo = rate("bo", (i) => (i < 8 || (i >= 10 && i < 14) ? "adapter" : "baseline"));
    const record = reviewRecord([...ann, ...bo], key, at);
    expect(record.kappa).toBeCloseTo(0.4, 12);
    // Split items cancel out: 8 won, 6 lost, 6 open.
    expect(record.signTest).toBeCloseTo(0.790527, 6);
    const cy = rate("cy", (i) => (i < 10 ? "adapter" : "baseline"));
    // pairs ann-bo .4, ann-cy 1, bo-cy .4
    expect(reviewRecord([...ann, ...bo, ...cy], key, at).kappa).toBeCloseTo(0.6, 12);
  });

  it("refuses no ratings", () => {
    expect(() => reviewRecord([], key, at)).toThrow(
      expect.objectContaining({
        code: "ReviewUnanswered",
        fix: "hand out the sheets and import them when they are filled in",
      }),
    );
  });
});
