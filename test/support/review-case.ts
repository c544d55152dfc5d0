import { makeReviewSheets, type ReviewRequest } from "../../core/review/review-sheet.ts";

/** Forty items; the arms answer alike on every fourth, so thirty differ. */
export const reviewRequest: ReviewRequest = {
  report: { id: "01JDXXXXXXXXXXXXXXXXXXXXXX", adapter: "support-triage", version: "a".repeat(64) },
  items: Array.from({ length: 40 }, (_, i) => ({
    id: `item-${i}`,
    question: `What is ${i} + ${i}?`,
  })),
  predictions: Array.from({ length: 40 }, (_, i) => [
    { id: `item-${i}`, arm: "base", output: "no idea" },
    { id: `item-${i}`, arm: "prompted-base", output: i % 4 === 0 ? "the same" : `prompt ${i}` },
    { id: `item-${i}`, arm: "adapter", output: i % 4 === 0 ? " the same\n" : `adapter ${i}` },
  ]).flat(),
  seed: "5d8f0c1b7a9e4326",
  raters: 2,
  count: 8,
};

/** The review as made, and a function that fills in one sheet by what its rater prefers for each item. */
export function reviewCase(changes: Partial<ReviewRequest> = {}) {
  const review = makeReviewSheets({ ...reviewRequest, ...changes });
  const fill = (
    sheet: number,
    prefer: (itemId: string) => "adapter" | "baseline" | "tie" | "both bad",
  ) => {
    const key = review.key.sheets[sheet];
    if (!key) throw new Error(`no sheet ${sheet}`);
    const rows = key.items.map(({ itemNumber, id, adapterSide }) => {
      const wanted = prefer(id);
      const other = adapterSide === "A" ? "B" : "A";
      const choice = wanted === "adapter" ? adapterSide : wanted === "baseline" ? other : wanted;
      return `${key.sheetId},${itemNumber},${choice},`;
    });
    return ["sheet,item,choice,note", ...rows].join("\n");
  };
  return { ...review, fill };
}
