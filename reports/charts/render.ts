import { html, raw } from "hono/html";
import type { TopLevelSpec } from "vega-lite";
import type { Chart } from "./chart.ts";
import { COLOURS, WIDTH } from "./chart.ts";

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

const CONFIG: TopLevelSpec["config"] = {
  aria: false,
  background: "transparent",
  font: FONT,
  view: { stroke: null },
  axis: {
    labelColor: COLOURS.muted,
    labelFontSize: 12,
    titleColor: COLOURS.muted,
    titleFontSize: 12,
    titleFontWeight: "normal",
    gridColor: COLOURS.line,
    domainColor: COLOURS.line,
    tickColor: COLOURS.line,
  },
};

/**
 * Draws a Vega-Lite spec as an SVG string: no DOM, no canvas, the same bytes each time. The grammar is large, so it is
 * loaded when the first chart is drawn.
 */
export async function renderChart(
  chart: Omit<Chart, "svg">,
  spec: Omit<Extract<TopLevelSpec, { layer: unknown }>, "config">,
): Promise<Chart> {
  const [{ parse, View }, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const { spec: compiled } = compile({ width: WIDTH, ...spec, config: CONFIG } as TopLevelSpec);
  const view = new View(parse(compiled), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  const [, attributes, body] = /^<svg([^>]*)>(.*)$/s.exec(svg) as unknown as [
    string,
    string,
    string,
  ];
  const described = html`<svg${raw(attributes)} role="img" aria-labelledby="${chart.id}-title ${chart.id}-desc"><title id="${chart.id}-title">${chart.title}</title><desc id="${chart.id}-desc">${chart.description}</desc>${raw(body)}`;
  return { ...chart, svg: String(described) };
}
