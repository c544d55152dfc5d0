import { describe, expect, it } from "vitest";
import { digestOf } from "../../../core/digest.ts";
import { InputError } from "../../../core/errors.ts";
import {
  makeReviewSheets,
  ReviewKey,
  type ReviewRequest,
} from "../../../core/review/review-sheet.ts";
import { reviewCase, reviewRequest } from "../../support/review-case.ts";

describe("makeReviewSheets", () => {
  const { sheets, key } = reviewCase();

  it("asks every rater the same items, in an order and on sides of their own", () => {
    const ids = key.sheets.map(({ items }) => items.map(({ id }) => id));
    expect(ids).toHaveLength(2);
    expect(new Set(ids[0]).size).toBe(8);
    expect(ids[0]?.toSorted()).toEqual(ids[1]?.toSorted());
    expect(ids[0]).not.toEqual(ids[1]);
    const sides = (sheet: number) =>
      new Map(key.sheets[sheet]?.items.map(({ id, adapterSide }) => [id, adapterSide]));
    expect([...sides(0)].some(([id, side]) => sides(1).get(id) !== side)).toBe(true);
  });

  it("shows the adapter on the side that the key names, and the prompt on the other", () => {
    for (const [s, sheet] of sheets.entries()) {
      for (const [r, row] of sheet.rows.entries()) {
        const opened = key.sheets[s]?.items[r];
        expect(row.itemNumber).toBe(r + 1);
        expect(opened?.itemNumber).toBe(r + 1);
        const number = opened?.id.replace("item-", "");
        expect(row.question).toBe(`What is ${number} + ${number}?`);
        const [adapter, baseline] =
          opened?.adapterSide === "A" ? [row.answerA, row.answerB] : [row.answerB, row.answerA];
        expect(adapter).toBe(`adapter ${number}`);
        expect(baseline).toBe(`prompt ${number}`);
      }
    }
  });

  it("leaves out items on which both answers are the same", () => {
    const all = reviewCase({ count: 100 }).key.sheets[0]?.items ?? [];
    expect(all).toHaveLength(30);
    expect(all.every(({ id }) => Number(id.replace("item-", "")) % 4 !== 0)).toBe(true);
  });

  it("puts the adapter on either side about equally often", () => {
    const left = [];
    for (let i = 0; i < 40; i++) {
      const { key } = reviewCase({ seed: `seed number ${i} of the test`, count: 30, raters: 1 });
      left.push(...(key.sheets[0]?.items ?? []).filter(({ adapterSide }) => adapterSide === "A"));
    }
    expect(left.length / 1200).toBeGreaterThan(0.45);
    expect(left.length / 1200).toBeLessThan(0.55);
  });

  it("is the same for the same seed, whatever the order of items and predictions, and another for another seed", () => {
    const { items, predictions } = reviewRequest;
    const shuffled = reviewCase({
      items: items.toReversed(),
      predictions: predictions.toReversed(),
    });
    expect(shuffled.sheets).toEqual(sheets);
    expect(reviewCase({ seed: "another seed of this test" }).sheets).not.toEqual(sheets);
  });

  it("keeps the secret in the key alone", () => {
    const text = JSON.stringify(sheets);
    for (const secret of [key.seed, "adapterSide", key.version, "support-triage", "item-"]) {
      expect(text).not.toContain(secret);
    }
    expect(ReviewKey.parse(JSON.parse(JSON.stringify(key)))).toEqual(key);
    expect(key.sheetDigest).toBe(digestOf(sheets));
    expect(sheets.map(({ sheetId }) => sheetId)).toEqual(key.sheets.map(({ sheetId }) => sheetId));
    for (const { sheetId } of sheets) expect(sheetId).toMatch(/^s[0-9a-f]{11}$/);
  });

  it.each([
    [
      "ReviewSeedTooShort",
      { seed: "7" },
      "pass at least 16 random characters, and keep them in the key alone",
    ],
    ["ReviewSizeInvalid", { raters: 0 }, "pass a whole number from 1 up"],
    ["ReviewSizeInvalid", { count: Number.NaN }, "pass a whole number from 1 up"],
    ["ReviewSizeInvalid", { count: 2.5 }, "pass a whole number from 1 up"],
    [
      "NothingToReview",
      { predictions: reviewRequest.predictions.map((p) => ({ ...p, output: "alike" })) },
      "there is nothing for a person to compare: the adapter changes no answer",
    ],
  ] as [string, Partial<ReviewRequest>, string][])("refuses: %s", (code, changes, fix) => {
    const make = () => makeReviewSheets({ ...reviewRequest, ...changes });
    expect(make).toThrow(InputError);
    expect(make).toThrow(expect.objectContaining({ code, fix }));
  });
});
