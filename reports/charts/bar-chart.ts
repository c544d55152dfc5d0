import type { Chart } from "./chart.ts";
import { COLOURS, ROW_HEIGHT, rowName } from "./chart.ts";
import { renderChart } from "./render.ts";

export interface BarRow {
  label: string;
  group: "admitted" | "blocked";
  usd: number;
  /** What stands at the end of the bar. */
  text: string;
}

/** USD as horizontal bars, in the order given. */
export function barChart(
  chart: Pick<Chart, "id" | "title" | "description">,
  rows: readonly BarRow[],
): Promise<Chart> {
  const y = { field: "label", type: "nominal" as const, sort: null, axis: null };
  const x = {
    field: "usd",
    type: "quantitative" as const,
    title: "USD, expected cost",
    stack: null,
    // room for the words at the end of the longest bar
    scale: { domainMin: 0, domainMax: 1.25 * Math.max(...rows.map(({ usd }) => usd), 1e-6) },
    axis: { tickCount: 5 },
  };
  const groups = ["admitted", "blocked"] as const;
  return renderChart(
    {
      ...chart,
      key: groups
        .filter((group) => rows.some((row) => row.group === group))
        .map((group) => ({ mark: group, means: group })),
    },
    {
      height: { step: ROW_HEIGHT },
      data: { values: [...rows] },
      layer: [
        rowName(y),
        {
          mark: { type: "bar", height: 18, cornerRadiusEnd: 3 },
          encoding: {
            y,
            x,
            color: {
              field: "group",
              type: "nominal",
              scale: { domain: [...groups], range: [COLOURS.admitted, COLOURS.blocked] },
              legend: null,
            },
          },
        },
        {
          mark: { type: "text", align: "left", dx: 6, fontSize: 12, color: COLOURS.ink },
          encoding: { y, x, text: { field: "text", type: "nominal" } },
        },
      ],
    },
  );
}
