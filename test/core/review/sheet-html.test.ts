import { createHash } from "node:crypto";
import { createContext, runInContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { readReviewSheets } from "../../../core/review/read-review-sheets.ts";
import { sheetHtml } from "../../../core/review/sheet-html.ts";
import { reviewCase } from "../../support/review-case.ts";

const { sheets, key } = reviewCase({ raters: 1 });
const sheet = sheets[0] ?? { sheetId: "", rows: [] };
const page = sheetHtml(sheet);
const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? "";

describe("sheetHtml", () => {
  it("asks every item with the four choices and a note", () => {
    expect(page.match(/<fieldset /g)).toHaveLength(8);
    expect(page.match(/type="radio"/g)).toHaveLength(32);
    expect(page.match(/<textarea /g)).toHaveLength(8);
    for (const { question, answerA, answerB } of sheet.rows) {
      expect(page).toContain(`<pre class="question">${question}</pre>`);
      expect(page).toContain(`<strong>A</strong><pre>${answerA}</pre>`);
      expect(page).toContain(`<strong>B</strong><pre>${answerB}</pre>`);
    }
  });

  it("escapes everything that a model may say", () => {
    const attack = `</pre><script>alert(1)</script><img src=x onerror="x">&'`;
    const attacked = sheetHtml({
      ...sheet,
      rows: [{ itemNumber: 1, question: attack, answerA: attack, answerB: attack }],
    });
    expect(attacked.match(/<script/g)).toHaveLength(1);
    expect(attacked).not.toContain("<img");
    expect(attacked).toContain("&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
  });

  it("loads nothing, sends nothing, and may run its one script alone", () => {
    expect(page).not.toMatch(/https?:|src=|<link|@import|url\(/);
    const hash = createHash("sha256").update(script).digest("base64");
    expect(page).toContain(
      `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`,
    );
  });

  it("saves a CSV that reads back, notes that look like formulas included", () => {
    const context = createContext({});
    runInContext(script, context);
    const rows = sheet.rows.map(({ itemNumber }) => ({
      item: String(itemNumber),
      choice: itemNumber === 1 ? "both bad" : "B",
      note: itemNumber === 1 ? '=1+1, "odd"\nsecond line' : "",
    }));
    const csv = runInContext(
      `csvOf(${JSON.stringify(sheet.sheetId)}, ${JSON.stringify(rows)})`,
      context,
    ) as string;
    const ratings = readReviewSheets([{ file: "saved.csv", text: csv, rater: "ann" }], key);
    expect(ratings).toHaveLength(8);
    expect(ratings[0]).toMatchObject({ outcome: "both bad", note: `'=1+1, "odd"\nsecond line` });
    expect(ratings.slice(1).map(({ outcome }) => outcome)).toEqual(
      key.sheets[0]?.items
        .slice(1)
        .map(({ adapterSide }) => (adapterSide === "B" ? "adapter" : "baseline")),
    );
  });
});
