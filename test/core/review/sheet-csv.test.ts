import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { readReviewSheets } from "../../../core/review/read-review-sheets.ts";
import { SHEET_COLUMNS, sheetCsv } from "../../../core/review/sheet-csv.ts";
import { reviewCase } from "../../support/review-case.ts";

const row = { itemNumber: 1, question: "q", answerA: "a", answerB: "b" };

describe("sheetCsv", () => {
  it("comes back through any CSV reader as it was, with empty choices", () => {
    const nasty = {
      ...row,
      question: 'He said "no",\nthen left; äöü 日本',
      answerA: "a\tb",
      answerB: "",
    };
    const csv = sheetCsv({ sheetId: "s1", rows: [nasty] });
    expect(csv.startsWith("\ufeff")).toBe(true);
    expect(parse(csv, { bom: true })).toEqual([
      [...SHEET_COLUMNS],
      ["s1", "1", nasty.question, nasty.answerA, "", "", ""],
    ]);
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1+1", "=cmd|' /C calc'!A0"])(
    "starts no formula with %j",
    (text) => {
      const csv = sheetCsv({
        sheetId: "s1",
        rows: [{ ...row, question: text, answerA: text, answerB: text }],
      });
      const [, cells = []] = parse(csv, { bom: true, relax_quotes: true });
      expect(cells.slice(2, 5)).toEqual([`'${text}`, `'${text}`, `'${text}`]);
    },
  );

  it("can be filled in and read back", () => {
    const { sheets, key } = reviewCase({ raters: 1 });
    const [sheet] = sheets;
    if (!sheet) throw new Error("no sheet");
    const filled = sheetCsv(sheet).replaceAll(",,\n", ",A,seen\n");
    const ratings = readReviewSheets([{ file: "ann.csv", text: filled, rater: "ann" }], key);
    expect(ratings.map(({ rater, note }) => [rater, note])).toEqual(Array(8).fill(["ann", "seen"]));
    expect(ratings.map(({ outcome }) => outcome)).toEqual(
      key.sheets[0]?.items.map(({ adapterSide }) => (adapterSide === "A" ? "adapter" : "baseline")),
    );
  });
});
