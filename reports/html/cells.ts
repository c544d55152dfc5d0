import { html } from "hono/html";
import { formatPercent } from "../../core/units.ts";
import type { Amount, Known, Unknown } from "../amount.ts";
import { isUnknown } from "../amount.ts";
import type { Gain } from "../sections/runs.ts";
import type { Total } from "../totals.ts";

/** What `html` makes: escaped markup, ready. */
export type Markup = ReturnType<typeof html>;

export const dash = ({ unknown }: Unknown): Markup => html`<abbr title="${unknown}">–</abbr>`;

/** Exact decimal for machines in `value`, the model's string for people. */
export const amount = (value: Known<Amount>): Markup =>
  isUnknown(value) ? dash(value) : html`<data value="${value.usd}">${value.shown}</data>`;

/** A sum with the number of its unknown rows; one that lacks every row shows no zero. */
function sumOf(value: Known<Amount | Total>): Markup {
  if (isUnknown(value) || !("unknowns" in value) || value.unknowns === 0) return amount(value);
  const rest = html`<span class="sub">${value.microUsd === 0 ? "" : "+ "}${value.unknowns} unknown</span>`;
  return value.microUsd === 0
    ? html`<data value="${value.usd}">–</data>${rest}`
    : html`${amount(value)}${rest}`;
}

/** A money cell. `part` names the total that it is a part of. */
export const amountCell = (value: Known<Amount | Total> | undefined, part?: string): Markup =>
  html`<td class="n"${part ? html` data-part="${part}"` : ""}>${value ? sumOf(value) : ""}</td>`;

export const totalCell = (value: Total, name?: string): Markup =>
  html`<td class="n"${name ? html` data-total="${name}"` : ""}>${sumOf(value)}</td>`;

const signed = (text: string, value: number): string =>
  value > 0 ? `+${text}` : text.replace("-", "−");

/** `+5.8 %` */
export const signedPercent = (value: Known<number>): Markup =>
  isUnknown(value) ? dash(value) : html`${signed(formatPercent(value, 1), value)}`;

const points = (fraction: number): string => signed((100 * fraction).toFixed(1), fraction);

/** Points with their interval below: `+7.0` and `+4.3 to +9.7`. */
export const gainCell = (gain: Known<Gain>): Markup =>
  html`<td class="n">${
    isUnknown(gain)
      ? dash(gain)
      : html`${points(gain.value)}<span class="sub">${points(gain.low)} to ${points(gain.high)}</span>`
  }</td>`;

export const textOr = (value: Known<string>): Markup =>
  isUnknown(value) ? dash(value) : html`${value}`;

/** The day, and the instant on hover. */
export const day = (instant: string): Markup =>
  html`<time datetime="${instant}">${instant.slice(0, 10)}</time>`;

const GOOD = ["approve", "pilot", "succeeded", "pass", "admitted"];
const OPEN = ["running", "defer", "inconclusive"];

/** A word with a mark whose shape, not colour alone, says how it went. */
export const tag = (word: string): Markup =>
  html`<span class="tag${GOOD.includes(word) ? "" : OPEN.includes(word) ? " open" : " no"}">${word}</span>`;

/** A name with what it belongs to below. */
export const named = (name: string, ...below: readonly (string | Markup)[]): Markup =>
  html`${name}${below.map((line) => html`<span class="sub">${line}</span>`)}`;

/** A table that scrolls on a narrow screen instead of breaking the page. */
export const table = (
  caption: string,
  head: readonly (string | { number: string })[],
  rows: readonly Markup[],
  foot?: Markup,
): Markup => html`<div class="scroll"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((cell) =>
  typeof cell === "string"
    ? html`<th scope="col">${cell}</th>`
    : html`<th scope="col" class="n">${cell.number}</th>`,
)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row}</tr>\n`)}</tbody>
${foot ? html`<tfoot>${foot}</tfoot>` : ""}
</table></div>`;
