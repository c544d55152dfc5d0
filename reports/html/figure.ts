import { html, raw } from "hono/html";
import type { Chart, Mark } from "../charts/chart.ts";
import type { Markup } from "./cells.ts";

const MARKS: Record<Mark, string> = {
  interval: '<rect y="2" width="18" height="8" rx="2" fill="var(--interval)"/>',
  expected: '<path d="M9 0V12" stroke="var(--ink)" stroke-width="2"/>',
  actual: '<circle cx="9" cy="6" r="4.5" fill="var(--blue)"/>',
  outside:
    '<path d="M9 1L14 6L9 11L4 6Z" fill="var(--paper)" stroke="var(--orange)" stroke-width="2"/>',
  admitted: '<rect y="2" width="18" height="8" rx="2" fill="var(--blue)"/>',
  blocked: '<rect y="2" width="18" height="8" rx="2" fill="var(--orange)"/>',
};

/** A chart with its title and the key of its marks; nothing when there is no chart. */
export const figure = (chart: Chart | undefined): Markup | "" =>
  chart
    ? html`<figure><figcaption>${chart.title}</figcaption>${raw(chart.svg)}
<ul class="key">${chart.key.map(
        ({ mark, means }) =>
          html`<li><svg viewBox="0 0 18 12" aria-hidden="true">${raw(MARKS[mark])}</svg>${means}</li>`,
      )}</ul></figure>`
    : "";
