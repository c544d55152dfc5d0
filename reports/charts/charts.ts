import { isUnknown } from "../amount.ts";
import type { FinanceReport } from "../model.ts";
import type { RunRow } from "../sections/runs.ts";
import type { BarRow } from "./bar-chart.ts";
import { barChart } from "./bar-chart.ts";
import type { Chart } from "./chart.ts";
import { MAX_ROWS } from "./chart.ts";
import type { RangeRow } from "./range-chart.ts";
import { rangeChart } from "./range-chart.ts";

export interface ReportCharts {
  verdicts?: Chart;
  reasons?: Chart;
  costs?: Chart;
  gains?: Chart;
}

/** The figures of a report. One without a single row to draw is left out. */
export async function reportCharts(report: FinanceReport): Promise<ReportCharts> {
  const charts: ReportCharts = {};
  const verdicts = verdictRows(report);
  if (verdicts.length > 0) {
    charts.verdicts = await barChart(
      {
        id: "figure-verdicts",
        title: "Expected cost by verdict",
        description: `Expected cost in USD of what was asked for, by the gate's verdict. ${spoken(verdicts)}`,
      },
      verdicts,
    );
  }
  const reasons = reasonRows(report);
  if (reasons.length > 0) {
    charts.reasons = await barChart(
      {
        id: "figure-reasons",
        title: "Blocked cost by main reason",
        description: `Expected cost in USD of blocked jobs, each under its first reason. ${spoken(reasons)}`,
      },
      reasons,
    );
  }
  const costs = costRows(report.runs.rows);
  if (costs.length > 0) {
    charts.costs = await rangeChart(
      {
        id: "figure-costs",
        title: "Cost of each run: estimate against actual",
        description: `For each run that succeeded the 80 % interval of its estimated cost, the expected cost and the actual cost in USD. ${report.runs.inside} of ${report.runs.judged} actual costs lie inside their interval.${shortened(costs, report)}`,
      },
      costs.slice(0, MAX_ROWS),
      { title: "USD", zeroLine: false, actual: "actual" },
    );
  }
  const gains = gainRows(report.runs.rows);
  if (gains.length > 0) {
    charts.gains = await rangeChart(
      {
        id: "figure-gains",
        title: "Gain over the best prompt: expected against realised",
        description: `For each evaluated run the 80 % interval of the expected gain, the expected gain, and the realised gain with its interval, in points. The dashed line is no gain.${shortened(gains, report)}`,
      },
      gains.slice(0, MAX_ROWS),
      { title: "points gained over the best prompt", zeroLine: true, actual: "realised" },
    );
  }
  return charts;
}

const usd = (amount: { microUsd: number }): number => amount.microUsd / 1e6;

const spoken = (rows: readonly BarRow[]): string =>
  `${rows.map(({ label, group, text }) => `${label}, ${group}: ${text}`).join("; ")}.`;

const shortened = (rows: readonly RangeRow[], report: FinanceReport): string =>
  rows.length > MAX_ROWS
    ? ` The ${MAX_ROWS} dearest of ${report.runs.rows.length} runs are drawn; the table has all.`
    : "";

function verdictRows({ decisions }: FinanceReport): BarRow[] {
  return decisions.byVerdict.flatMap((row) =>
    (["admitted", "blocked"] as const)
      .filter((group) => row[group].microUsd > 0)
      .map((group) => ({
        label: `${row.verdict}, ${group}`,
        group,
        usd: usd(row[group]),
        text: `${row[group].shown} USD`,
      })),
  );
}

function reasonRows({ decisions }: FinanceReport): BarRow[] {
  return decisions.byReason
    .filter(({ blocked }) => blocked.microUsd > 0)
    .slice(0, MAX_ROWS)
    .map(({ title, blocked }) => ({
      label: title,
      group: "blocked",
      usd: usd(blocked),
      text: `${blocked.shown} USD`,
    }));
}

/** Names may repeat and a band of the axis may not: the end of the run's id tells two runs apart. */
const labelOf = ({ adapter, runId }: RunRow): string => `${adapter} · ${runId.slice(-6)}`;

const byCost = (a: RunRow, b: RunRow): number => costOf(b) - costOf(a);
const costOf = ({ actual }: RunRow): number => (isUnknown(actual) ? 0 : actual.microUsd);

function costRows(runs: readonly RunRow[]): RangeRow[] {
  return [...runs].sort(byCost).flatMap((run) => {
    const { estimate, actual, withinInterval } = run;
    if (isUnknown(estimate) || isUnknown(actual) || isUnknown(withinInterval)) return [];
    const { low, expected, high } = estimate;
    return [
      {
        label: labelOf(run),
        low: usd(low),
        expected: usd(expected),
        high: usd(high),
        actual: usd(actual),
      },
    ];
  });
}

function gainRows(runs: readonly RunRow[]): RangeRow[] {
  return [...runs].sort(byCost).flatMap((run) => {
    const { expectedGain: expected, realisedGain: realised } = run;
    if (isUnknown(expected) || isUnknown(realised)) return [];
    return [
      {
        label: labelOf(run),
        low: 100 * expected.low,
        expected: 100 * expected.value,
        high: 100 * expected.high,
        actual: 100 * realised.value,
        actualLow: 100 * realised.low,
        actualHigh: 100 * realised.high,
      },
    ];
  });
}
