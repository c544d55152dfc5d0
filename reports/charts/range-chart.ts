import type { Chart, Mark } from "./chart.ts";
import { COLOURS, ROW_HEIGHT, rowName } from "./chart.ts";
import { renderChart } from "./render.ts";

/** What was forecast with its interval, and what came: one row each. */
export interface RangeRow {
  label: string;
  low: number;
  expected: number;
  high: number;
  actual: number;
  /** Interval of the actual, when it is itself an estimate. */
  actualLow?: number;
  actualHigh?: number;
}

const LOG_FROM = 30;

/** Intervals as bars, expectations as ticks, actuals as dots: a hollow diamond lies outside its forecast interval. */
export async function rangeChart(
  chart: Pick<Chart, "id" | "title" | "description">,
  rows: readonly RangeRow[],
  axis: { title: string; zeroLine: boolean; actual: string },
): Promise<Chart> {
  const data = rows.map((row) => ({
    ...row,
    place: row.low <= row.actual && row.actual <= row.high ? "inside" : "outside",
  }));
  const values = data.flatMap(({ low, high, actual }) => [low, high, actual]);
  const log =
    !axis.zeroLine &&
    Math.min(...values) > 0 &&
    Math.max(...values) > LOG_FROM * Math.min(...values);
  const x = (field: keyof RangeRow) => ({
    field,
    type: "quantitative" as const,
    title: log ? `${axis.title}, logarithmic` : axis.title,
    scale: log
      ? { type: "log" as const, padding: 14 }
      : axis.zeroLine
        ? { zero: true, padding: 14 }
        : { domainMin: 0, domainMax: 1.03 * Math.max(...values, 1e-6) },
    axis: { tickCount: 6 },
  });
  const y = { field: "label", type: "nominal" as const, sort: null, axis: null };
  const key: { mark: Mark; means: string }[] = [
    { mark: "interval", means: "80 % interval of the forecast" },
    { mark: "expected", means: "expected" },
    { mark: "actual", means: `${axis.actual}, inside the interval` },
    { mark: "outside", means: `${axis.actual}, outside it` },
  ];
  return renderChart(
    { ...chart, key },
    {
      height: { step: ROW_HEIGHT },
      data: { values: data },
      layer: [
        rowName(y),
        ...(axis.zeroLine
          ? [
              {
                data: { values: [{ zero: 0 }] },
                mark: { type: "rule" as const, color: COLOURS.ink, strokeDash: [3, 3] },
                encoding: { x: { field: "zero", type: "quantitative" as const } },
              },
            ]
          : []),
        {
          mark: { type: "bar", color: COLOURS.interval, height: 14, cornerRadius: 3 },
          encoding: { y, x: x("low"), x2: { field: "high" } },
        },
        {
          mark: { type: "tick", color: COLOURS.ink, thickness: 2, size: 20 },
          encoding: { y, x: x("expected") },
        },
        {
          mark: { type: "rule", strokeWidth: 2 },
          encoding: { y, x: x("actualLow"), x2: { field: "actualHigh" }, color: placeColour },
          transform: [{ filter: "isValid(datum.actualLow)" }],
        },
        {
          mark: { type: "point", filled: true, color: COLOURS.actual, size: 90, opacity: 1 },
          encoding: { y, x: x("actual") },
          transform: [{ filter: "datum.place === 'inside'" }],
        },
        {
          mark: {
            type: "point",
            shape: "diamond",
            fill: "var(--paper)",
            stroke: COLOURS.outside,
            strokeWidth: 2.5,
            size: 110,
            opacity: 1,
          },
          encoding: { y, x: x("actual") },
          transform: [{ filter: "datum.place === 'outside'" }],
        },
      ],
    },
  );
}

const placeColour = {
  field: "place",
  type: "nominal" as const,
  scale: { domain: ["inside", "outside"], range: [COLOURS.actual, COLOURS.outside] },
  legend: null,
};
