import { html } from "hono/html";
import { formatPercent } from "../../core/units.ts";
import { isUnknown } from "../amount.ts";
import type { ReportCharts } from "../charts/charts.ts";
import type { FinanceReport } from "../model.ts";
import type { ReasonInWords } from "../sections/decisions.ts";
import type { RunRow } from "../sections/runs.ts";
import type { Markup } from "./cells.ts";
import {
  amount,
  amountCell,
  dash,
  day,
  gainCell,
  named,
  signedPercent,
  table,
  tag,
  textOr,
  totalCell,
} from "./cells.ts";
import { figure } from "./figure.ts";

export function runsPart({ runs }: FinanceReport, charts: ReportCharts): Markup {
  if (runs.rows.length === 0)
    return html`<h2>Runs</h2><p>No run was open or settled in this period.</p>`;
  return html`<h2>Runs</h2>
<h3>What they cost</h3>
<p>${accuracy(runs)}</p>
${figure(charts.costs)}
${table(
  "USD. The interval should hold four runs of five. Variance is actual minus expected, of runs that succeeded.",
  [
    "Run",
    "Outcome",
    { number: "Expected" },
    { number: "Actual" },
    { number: "Variance" },
    { number: "Committed" },
  ],
  runs.rows.map(
    (run) =>
      html`<th scope="row">${named(
        run.adapter,
        html`${run.team} · ${textOr(run.method)} · ${textOr(run.tier)}`,
        html`<code>${run.runId}</code>`,
      )}</th><td>${tag(run.outcome)}${run.failure && run.failure !== run.outcome ? html`<span class="sub">${run.failure}</span>` : ""}</td>${estimateCell(run)}${amountCell(
        run.actual,
        "spent",
      )}<td class="n">${amount(run.variance)}<span class="sub">${
        isUnknown(run.varianceShare) ? "" : signedPercent(run.varianceShare)
      }</span></td>${amountCell(run.committed ?? undefined, "committed")}`,
  ),
  html`<tr><th scope="row" colspan="2">Total${
    runs.estimated.microUsd > 0
      ? html`<span class="sub">expected: the runs with a variance</span>`
      : ""
  }</th>${totalCell(runs.estimated)}${totalCell(runs.spent, "spent")}${totalCell(runs.variance)}${totalCell(runs.committed, "committed")}</tr>`,
)}
<h3>What they gained</h3>
<p>Points of the metric on unseen test items, adapter minus the base model with its best prompt. Below zero the prompt was better.</p>
${figure(charts.gains)}
${table(
  "Gain in points with its interval. A result that is negative or cannot be told apart from zero is printed as it is.",
  [
    "Run",
    { number: "Expected gain" },
    { number: "Realised gain" },
    "Evaluation",
    { number: "Cost per point" },
    "Adapter now",
  ],
  runs.rows.map(
    (run) =>
      html`<th scope="row">${named(run.adapter, html`<code>${run.runId}</code>`)}</th>${gainCell(
        run.expectedGain,
      )}${gainCell(run.realisedGain)}<td>${evaluation(run)}</td><td class="n">${textOr(run.usdPerPoint)}</td><td>${run.promotion}${
        isUnknown(run.version)
          ? ""
          : html`<span class="sub"><code>${run.version.slice(0, 12)}</code></span>`
      }</td>`,
  ),
)}`;
}

const accuracy = ({ judged, inside }: FinanceReport["runs"]): string =>
  judged === 0
    ? "No run that succeeded has an estimate to be held against."
    : `${inside} of ${judged} ${judged === 1 ? "run" : "runs"} that succeeded (${formatPercent(
        inside / judged,
      )}) cost what the 80 % interval of the estimate said.`;

const estimateCell = ({ estimate }: RunRow): Markup =>
  html`<td class="n">${
    isUnknown(estimate)
      ? dash(estimate)
      : html`${amount(estimate.expected)}<span class="sub">${estimate.low.shown} to ${estimate.high.shown}</span>`
  }</td>`;

function evaluation({ realisedGain: gain }: RunRow): Markup {
  if (isUnknown(gain)) return dash(gain);
  const score = (fraction: number) => (100 * fraction).toFixed(1);
  return html`${tag(gain.verdict)}<span class="sub">${gain.metric} on ${gain.items} items: adapter ${score(
    gain.scores.adapter,
  )}, best prompt ${score(gain.scores.prompt)}, base ${score(gain.scores.base)}${
    gain.evaluations > 1 ? `; latest of ${gain.evaluations} evaluations` : ""
  }</span>`;
}

export const refusalsPart = ({ refusals }: FinanceReport): Markup => html`<h2>Refusals</h2>
${
  refusals.length === 0
    ? html`<p>Nothing was refused.</p>`
    : table(
        "What did not start, and why. Expected cost in USD.",
        ["Day", "Adapter", "Refused by", "Why", { number: "Blocked" }],
        refusals.map(
          (row) =>
            html`<td>${day(row.at)}</td><td>${named(row.adapter, row.team, row.requester)}</td><td>${row.by}</td><td>${row.message}<ul class="reasons">${row.reasons.map(reason)}</ul></td>${amountCell(row.blocked, "refused")}`,
        ),
      )
}`;

const reason = ({ title, fix, code }: ReasonInWords): Markup =>
  html`<li><span class="sub">${title} (<code>${code}</code>). Next: ${fix}.</span></li>`;

export const overridesPart = ({ overrides }: FinanceReport): Markup => html`<h2>Overrides</h2>
${
  overrides.length === 0
    ? html`<p>No refusal was overridden.</p>`
    : table(
        "Let through against the gate's verdict. Expected cost in USD.",
        ["Day", "Adapter", "Let through by", "Reason given", "Outcome", { number: "Expected" }],
        overrides.map(
          (row) =>
            html`<td>${day(row.at)}</td><td>${named(row.adapter, row.team)}</td><td>${named(
              row.letThroughBy,
              `asked by ${row.requester}`,
            )}</td><td>${row.reason}<span class="sub">verdict: ${row.verdict}</span></td><td>${row.outcome}</td>${amountCell(row.expected)}`,
        ),
      )
}`;
