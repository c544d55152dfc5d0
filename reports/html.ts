import { html, raw } from "hono/html";
import { isUnknown } from "./amount.ts";
import { reportCharts } from "./charts/charts.ts";
import type { Markup } from "./html/cells.ts";
import { table } from "./html/cells.ts";
import { budgetsPart, decisionsPart, figures, wastePart } from "./html/money-sections.ts";
import { overridesPart, refusalsPart, runsPart } from "./html/run-sections.ts";
import { STYLE } from "./html/style.ts";
import type { FinanceReport } from "./model.ts";

/** Forbids what the page does not need: scripts, and anything from another place. */
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** One self-contained page: no script, nothing fetched, light and dark, A4 when printed. */
export async function financeHtml(report: FinanceReport): Promise<string> {
  const charts = await reportCharts(report);
  const { period, team } = report;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">
<meta name="color-scheme" content="light dark">
<title>Fine-tuning costs, ${period.label}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<header>
<p class="eyebrow">Finance report · fine-tuning</p>
<h1>${period.label}</h1>
<p class="facts">${team ?? "All teams"} · as of ${asOf(period.now)} · ${priceBooks(report)} · USD to ${report.places} decimals</p>
</header>
<p class="lead">${report.summary.sentence}</p>
${figures(report)}
<div class="notes">${report.summary.notes.map((note) => html`<p>${note}</p>`)}</div>
${budgetsPart(report)}
${decisionsPart(report, charts)}
${runsPart(report, charts)}
${refusalsPart(report)}
${overridesPart(report)}
${wastePart(report)}
${unknownsPart(report)}
${annexPart(report)}
</main>
</body>
</html>
`;
  return String(await page);
}

const asOf = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;

const priceBooks = ({ annex }: FinanceReport): string =>
  isUnknown(annex.priceBooks)
    ? "price book not recorded"
    : `price book ${annex.priceBooks.join(", ")}`;

const unknownsPart = ({ unknowns }: FinanceReport): Markup => html`<h2>Unknown</h2>
${
  unknowns.length === 0
    ? html`<p>Every figure of this report is known.</p>`
    : table(
        "Shown as – and in no total.",
        ["Figure", "Why", "Where"],
        unknowns.map(
          ({ figure, reason, where }) =>
            html`<th scope="row">${figure}</th><td>${reason}</td><td>${where.map((name) => html`<code>${name}</code> `)}</td>`,
        ),
      )
}`;

const annexPart = ({ annex }: FinanceReport): Markup => html`<h2>How to read and check this</h2>
<dl class="words">${annex.definitions.map(
  ({ word, meaning }) => html`<dt>${word}</dt><dd>${meaning}</dd>`,
)}</dl>
<h3>Method</h3>
${annex.method.map((sentence) => html`<p class="note">${sentence}</p>`)}
<h3>Reproduce</h3>
<dl class="words">
<dt>Command</dt><dd><code>${annex.command}</code></dd>
<dt>Ledger entries</dt><dd>${annex.entries}</dd>
<dt>Digest of the entries</dt><dd><code>${annex.entriesDigest}</code></dd>
<dt>Price books</dt><dd>${isUnknown(annex.priceBooks) ? `– (${annex.priceBooks.unknown})` : annex.priceBooks.join(", ")}</dd>
<dt>Version</dt><dd>engine ${annex.engineVersion}</dd>
</dl>`;
