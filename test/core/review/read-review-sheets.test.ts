import { describe, expect, it } from "vitest";
import { isKitError, SpecError } from "../../../core/errors.ts";
import { type ReturnedSheet, readReviewSheets } from "../../../core/review/read-review-sheets.ts";
import { reviewCase } from "../../support/review-case.ts";

const { key, fill } = reviewCase({ count: 4 });
const full = fill(0, () => "adapter");
const id = key.sheets[0]?.sheetId ?? "";
const returned = (text: string, rater = "ann"): ReturnedSheet => ({
  file: `${rater}.csv`,
  text,
  rater,
});
const lines = (change: (lines: string[]) => string[]) => change(full.split("\n")).join("\n");

function failure(sheets: readonly ReturnedSheet[]) {
  try {
    readReviewSheets(sheets, key);
  } catch (error) {
    if (isKitError(error)) return error;
    throw error;
  }
  throw new Error("no error was thrown");
}
const problems = (text: string) => {
  const error = failure([returned(text)]);
  return error instanceof SpecError
    ? error.problems.map(({ code, message, fix, file, line }) => [code, message, fix, file, line])
    : [error.code];
};

describe("readReviewSheets", () => {
  it("opens the sides with the key", () => {
    const ratings = readReviewSheets(
      [
        returned(full),
        returned(
          fill(1, () => "baseline"),
          "bo",
        ),
      ],
      key,
    );
    expect(ratings.map(({ rater, outcome }) => `${rater} ${outcome}`)).toEqual([
      ...Array(4).fill("ann adapter"),
      ...Array(4).fill("bo baseline"),
    ]);
    expect(new Set(ratings.map(({ itemId }) => itemId)).size).toBe(4);
  });

  it("takes two raters on copies of one sheet only where one alone was made", () => {
    const one = reviewCase({ count: 4, raters: 1 });
    const ann = returned(one.fill(0, () => "adapter"));
    const bo = returned(
      one.fill(0, () => "tie"),
      "bo",
    );
    expect(readReviewSheets([ann, bo], one.key)).toHaveLength(8);
    const two = [
      returned(full),
      returned(
        fill(0, () => "tie"),
        "bo",
      ),
    ];
    expect(failure(two)).toMatchObject({
      code: "SheetTwice",
      message: "ann and bo filled the same sheet, although several were made",
    });
  });

  it.each([
    ["gave the same file", returned(full).file, full],
    ["gave the same answers on the same sheet", "bo.csv", `${full.replaceAll(",", ";")}\n\n`],
  ])("refuses one person's sheet under two names: %s", (why, file, text) => {
    expect(failure([returned(full), { file, text, rater: "bo" }])).toMatchObject({
      code: "SheetTwice",
      message: `ann and bo ${why}`,
      fix: "give each rater a sheet of their own: `tunekit review export NAME --raters 2`",
      path: `ann.csv, ${file}`,
    });
  });

  it("takes what spreadsheets make of it: semicolons, tabs, byte-order mark, CR LF, case, blank rows, other columns", () => {
    const expected = readReviewSheets([returned(full)], key);
    const variants = [
      `\ufeff${full.replaceAll(",", ";").replaceAll("\n", "\r\n")}\r\n`,
      full.replaceAll(",", "\t"),
      full.replaceAll(",A,", ", a ,").replaceAll(",B,", ",b,").replace("choice", "Choice"),
      `${full}\n\n,,,\n`,
      full
        .split("\n")
        .map((line, i) => `${i === 0 ? "mood" : "fine; really"},${line}`)
        .join("\n"),
    ];
    for (const text of variants) expect(readReviewSheets([returned(text)], key)).toEqual(expected);
  });

  it("refuses a review that nobody answered", () => {
    const blank = full.replaceAll(/,(A|B),/g, ",,");
    const error = failure([returned(blank)]);
    expect(error.code).toBe("ReviewUnanswered");
    expect(error.message).toBe("no question of this review was answered");
    expect(error.fix).toBe('fill the column "choice" with A, B, tie, both bad, then import again');
    expect(error.path).toBe("ann.csv");
    expect(failure([returned("sheet,item,choice\n")]).code).toBe("ReviewUnanswered");
    expect(failure([]).code).toBe("ReviewUnanswered");
  });

  it("refuses sheets without a rater of their own", () => {
    for (const sheets of [[returned(full, "")], [returned(full), returned(full)]]) {
      expect(failure(sheets)).toMatchObject({
        code: "RaterUnnamed",
        fix: "name one rater a file, each once",
      });
    }
  });

  it("refuses what is no CSV", () => {
    expect(failure([returned('sheet,item,choice\n"s1,1,A')])).toMatchObject({
      code: "SheetUnreadable",
      fix: "save the sheet again as CSV (UTF-8)",
      path: "ann.csv",
    });
  });

  it.each(["", "PK\u0003\u0004 a workbook", "sheet,item\ns1,1"])(
    "refuses a file without its columns: %j",
    (text) => {
      const error = failure([returned(text)]);
      expect(error.code).toBe("SheetColumnMissing");
      expect(error.fix).toBe("keep the first line of the sheet: it names sheet, item, choice");
    },
  );

  it("names the line and the fix of every wrong row at once", () => {
    const text = lines(([header = "", first = "", second = "", third = ""]) => [
      header,
      first.replace(/,(A|B),/, ",maybe,"),
      second.replace(/,(A|B),/, ",,"),
      third.replace(id, "s00000000000"),
      `${id},9,A,"a note\nover two lines"`,
      second,
    ]);
    expect(problems(text)).toEqual([
      ["ChoiceUnknown", '"maybe" is no choice', "write one of A, B, tie, both bad", "ann.csv", 2],
      ["ChoiceMissing", "item 2 has no choice", "write one of A, B, tie, both bad", "ann.csv", 3],
      [
        "SheetUnknown",
        'sheet "s00000000000" does not belong here',
        `a file holds one sheet of this review: ${key.sheets.map(({ sheetId }) => sheetId).join(" or ")}`,
        "ann.csv",
        4,
      ],
      ["ItemUnknown", 'the sheet has no item "9"', "items go from 1 to 4", "ann.csv", 5],
      ["ItemDuplicate", "item 2 is there twice", "keep one row an item", "ann.csv", 7],
      ["ItemMissing", "item 3 is missing", `add its row to sheet ${id}`, "ann.csv", undefined],
      ["ItemMissing", "item 4 is missing", `add its row to sheet ${id}`, "ann.csv", undefined],
    ]);
  });

  it("refuses a sheet of another review, row by row", () => {
    const other = full.replaceAll(id, "s99999999999");
    expect(problems(other).map(([code, , , , line]) => [code, line])).toEqual([
      ["SheetUnknown", 2],
      ["SheetUnknown", 3],
      ["SheetUnknown", 4],
      ["SheetUnknown", 5],
    ]);
  });
});
