import { html } from "hono/html";
import { formatPercent } from "../../core/units.ts";
import { isUnknown } from "../amount.ts";
import type { ReportCharts } from "../charts/charts.ts";
import type { FinanceReport } from "../model.ts";
import { admittedOf, askedOf, blockedOf } from "../sections/decisions.ts";
import type { Markup } from "./cells.ts";
import { amount, amountCell, day, named, table, tag, totalCell } from "./cells.ts";
import { figure } from "./figure.ts";

export function figures({ summary, budgets }: FinanceReport): Markup {
  const cell = (name: string, label: string, value: Parameters<typeof amount>[0], small: string) =>
    html`<div data-figure="${name}"><dt>${label}</dt><dd class="value">${amount(value)}</dd><dd class="small">${small}</dd></div>`;
  const { asked, admitted, blocked, spent, committed, remaining } = summary;
  const unknowns = asked.unknowns > 0 ? `, and ${asked.unknowns} of unknown cost` : "";
  return html`<dl class="figures">
${cell("asked", "Asked", asked, `expected cost${unknowns}`)}
${cell("admitted", "Admitted", admitted, "expected cost")}
${cell("blocked", "Blocked", blocked, "expected cost; not a saving")}
${cell("spent", "Spent", spent, committed.microUsd === 0 ? "actual cost" : `actual; ${committed.shown} more committed`)}
${cell("remaining", "Remaining", remaining, isUnknown(remaining) ? "no budget set" : `of a budget of ${budgets.limit.shown}`)}
</dl>`;
}

export const budgetsPart = ({ budgets, runs }: FinanceReport): Markup => html`<h2>Budget</h2>
${
  budgets.rows.length === 0
    ? html`<p>No team asked for anything, and no budget is set.</p>`
    : table(
        "USD. Remaining is budget minus spent minus committed.",
        [
          "Team",
          { number: "Budget" },
          { number: "Spent" },
          { number: "Committed" },
          { number: "Remaining" },
        ],
        budgets.rows.map(
          (row) =>
            html`<th scope="row">${row.team}</th>${amountCell(row.limit)}${amountCell(
              row.spent,
              "team-spent",
            )}${amountCell(row.committed, "team-committed")}${amountCell(row.remaining)}`,
        ),
        html`<tr><th scope="row">Total</th>${totalCell(budgets.limit)}${totalCell(runs.spent, "team-spent")}${totalCell(runs.committed, "team-committed")}${totalCell(budgets.remaining)}</tr>`,
      )
}`;

export function decisionsPart({ decisions }: FinanceReport, charts: ReportCharts): Markup {
  const { all, byVerdict, byReason, rows } = decisions;
  if (rows.length === 0)
    return html`<h2>Decisions</h2><p>The gate decided nothing in this period.</p>`;
  const repeated = all.decisions - all.counted;
  return html`<h2>Decisions</h2>
<p>The cost gate compares what a run is expected to gain with what it costs. Blocked money is shown for control, not as a saving: it says what was not spent, not what would have been lost.</p>
${figure(charts.verdicts)}
${table(
  "By verdict, expected cost in USD",
  [
    "Verdict",
    { number: "Decisions" },
    { number: "Asked" },
    { number: "Admitted" },
    { number: "Blocked" },
  ],
  byVerdict.map(
    (row) =>
      html`<th scope="row">${tag(row.verdict)}</th><td class="n">${row.decisions}</td>${totalCell(row.asked)}${totalCell(row.admitted)}${totalCell(row.blocked)}`,
  ),
  html`<tr><th scope="row">Total</th><td class="n">${all.decisions}</td>${totalCell(all.asked)}${totalCell(all.admitted)}${totalCell(all.blocked)}</tr>`,
)}
${figure(charts.reasons)}
${
  byReason.length === 0
    ? ""
    : table(
        "By reason. A decision counts under each of its reasons; its money under the first, so that the sum is the blocked total.",
        [
          "Reason",
          { number: "Decisions" },
          { number: "Of them blocked" },
          { number: "Blocked, USD" },
        ],
        byReason.map(
          (row) =>
            html`<th scope="row">${named(row.title, html`<code>${row.code}</code>`)}</th><td class="n">${row.decisions}</td><td class="n">${row.blockedDecisions}</td>${amountCell(row.blocked, "reason-blocked")}`,
        ),
        html`<tr><th scope="row">Total</th><td></td><td></td>${totalCell(all.blocked, "reason-blocked")}</tr>`,
      )
}
${table(
  `Every decision, expected cost in USD.${
    repeated > 0
      ? ` ${repeated} repeated an earlier or later one on the same job; their money is not counted twice.`
      : ""
  }`,
  ["Day", "Adapter", "Verdict", { number: "Asked" }, { number: "Admitted" }, { number: "Blocked" }],
  rows.map(
    (row) =>
      html`<td>${day(row.at)}</td><td>${named(row.adapter, row.team, row.requester)}</td><td>${tag(row.verdict)}<span class="sub">${row.summary}</span></td>${
        row.counted
          ? html`${amountCell(askedOf(row), "asked")}${amountCell(admittedOf(row), "admitted")}${amountCell(blockedOf(row), "blocked")}`
          : html`<td class="n" colspan="3"><span class="sub">repeats another decision</span></td>`
      }`,
  ),
  html`<tr><th scope="row" colspan="3">Total</th>${totalCell(all.asked, "asked")}${totalCell(all.admitted, "admitted")}${totalCell(all.blocked, "blocked")}</tr>`,
)}`;
}

export const wastePart = ({ waste }: FinanceReport): Markup => html`<h2>Waste</h2>
<p>${
  isUnknown(waste.share)
    ? "Nothing was spent, so nothing was wasted."
    : `${waste.all.shown} USD, ${formatPercent(waste.share, 1)} of what was spent.`
} A failed run is not always avoidable; it is named so that it can be asked about.</p>
${table(
  "Actual cost in USD",
  ["What", { number: "Runs" }, { number: "USD" }],
  waste.byKind.map(
    ({ kind, runs, amount: sum }) =>
      html`<th scope="row">${
        kind === "stranded" ? named("stranded", "unused GPUs of a node that a run paid for") : kind
      }</th><td class="n">${runs}</td>${amountCell(sum, "wasted")}`,
  ),
  html`<tr><th scope="row">Total</th><td></td>${totalCell(waste.all, "wasted")}</tr>`,
)}`;
