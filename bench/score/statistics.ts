import type { Range } from "../../core/units.ts";

/** One figure that was measured, beside its prediction. */
export interface Compared {
  id: string;
  source: string;
  predicted: Range;
  measured: number;
}

const percent = (share: number): number => Number((100 * share).toFixed(2));

export const errorOf = ({ predicted, measured }: Compared): number =>
  predicted.expected / measured - 1;

const shareOf = (rows: readonly Compared[], holds: (row: Compared) => boolean): number =>
  percent(rows.filter(holds).length / rows.length);

/** Value below which a share of the absolute errors lies: the order statistic, not interpolated. */
function absoluteError(rows: readonly Compared[], share: number): number {
  const sorted = rows.map((row) => Math.abs(errorOf(row))).sort((a, b) => a - b);
  return percent(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number);
}

const covered = (rows: readonly Compared[]): number =>
  shareOf(
    rows,
    ({ predicted, measured }) => predicted.low <= measured && measured <= predicted.high,
  );

/** All in percent of the measured value. */
export const memoryStatistics = (rows: readonly Compared[]) =>
  rows.length === 0
    ? { n: 0 }
    : {
        n: rows.length,
        medianAbsPct: absoluteError(rows, 0.5),
        p90AbsPct: absoluteError(rows, 0.9),
        underBy10Pct: shareOf(rows, (row) => errorOf(row) < -0.1),
        worst: worst(rows),
        coverage80: covered(rows),
        upperExceededBy10Pct: shareOf(
          rows,
          ({ predicted, measured }) => measured > 1.1 * predicted.high,
        ),
      };

export const speedStatistics = (rows: readonly Compared[]) =>
  rows.length === 0
    ? { n: 0 }
    : {
        n: rows.length,
        medianAbsPct: absoluteError(rows, 0.5),
        p90AbsPct: absoluteError(rows, 0.9),
        within2x: shareOf(rows, (row) => Math.abs(Math.log2(1 + errorOf(row))) <= 1),
        coverage80: covered(rows),
      };

function worst(rows: readonly Compared[]): { id: string; errorPct: number } {
  const row = rows.reduce((a, b) => (Math.abs(errorOf(b)) > Math.abs(errorOf(a)) ? b : a));
  return { id: row.id, errorPct: percent(errorOf(row)) };
}
