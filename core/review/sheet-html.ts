import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { CHOICES, type ReviewRow, type ReviewSheet } from "./review-sheet.ts";

/** Collects the choices and saves them as the CSV that `readReviewSheets` takes. The only script that the page may run. */
const SCRIPT = `
const quote = (text) => '"' + (/^[=+\\-@\\t\\r]/.test(text) ? "'" : "") + text.replaceAll('"', '""') + '"';
const csvOf = (sheet, rows) =>
  ["sheet,item,choice,note", ...rows.map((row) => [sheet, row.item, row.choice, row.note].map(quote).join(","))].join("\\n") + "\\n";
const rowsOf = (form) =>
  [...form.querySelectorAll("fieldset")].map((item) => ({
    item: item.dataset.item,
    choice: item.querySelector("input:checked")?.value ?? "",
    note: item.querySelector("textarea").value,
  }));
globalThis.document?.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const sheet = event.target.dataset.sheet;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csvOf(sheet, rowsOf(event.target))], { type: "text/csv" }));
  link.download = "review-" + sheet + ".csv";
  link.click();
});
`;

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
fieldset { margin: 2rem 0; border: 1px solid #8888; border-radius: .5rem; }
legend { font-weight: 600; padding: 0 .5rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; font: inherit; }
.question { max-height: 20rem; overflow: auto; }
.answers { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin: 1rem 0; }
.answers > div { border: 1px solid #8888; border-radius: .5rem; padding: .75rem; }
label { margin-right: 1.5rem; }
textarea { display: block; width: 100%; box-sizing: border-box; margin-top: .75rem; font: inherit; }
button { font: inherit; padding: .5rem 1.5rem; }
`;

/**
 * The sheet as one HTML page to rate offline: loads nothing, sends nothing, and saves a CSV. Its content security policy
 * names the one script by hash, so no text of a question or answer can run.
 */
export function sheetHtml(sheet: ReviewSheet): string {
  const hash = createHash("sha256").update(SCRIPT).digest("base64");
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${raw(hash)}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Blind review ${sheet.sheetId}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<h1>Which answer is better?</h1>
<p>${sheet.rows.length} questions, two answers each. Judge them on their own, without talking to another
rater. Nothing leaves this page until you save; send the saved file back.</p>
<form data-sheet="${sheet.sheetId}">
${sheet.rows.map(question)}
<button>Save review-${sheet.sheetId}.csv</button>
</form>
<script>${raw(SCRIPT)}</script>
</body>
</html>
`;
  return page.toString();
}

const question = (row: ReviewRow) => html`<fieldset data-item="${row.itemNumber}">
<legend>${row.itemNumber}</legend>
<pre class="question">${row.question}</pre>
<div class="answers">
<div><strong>A</strong><pre>${row.answerA}</pre></div>
<div><strong>B</strong><pre>${row.answerB}</pre></div>
</div>
${CHOICES.map(
  (choice) =>
    html`<label><input type="radio" name="item-${row.itemNumber}" value="${choice}" required> ${choice}</label>`,
)}
<textarea aria-label="Note on question ${row.itemNumber}" placeholder="Note (optional)" rows="1"></textarea>
</fieldset>
`;
