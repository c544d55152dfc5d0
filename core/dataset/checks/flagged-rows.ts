import { formatPercent } from "../../units.ts";
import { FINDINGS, type FindingCode, finding } from "../finding-codes.ts";
import { createPlaces } from "../places.ts";
import type { Row } from "../row.ts";
import type { Check } from "./check.ts";

/**
 * A fault that a row has or has not.
 *
 * @param severity for a share of the rows; asked only when there is at least one.
 * @param threshold the share that `severity` cuts at, for the report; 0 when one row is enough.
 */
export function flaggedRows(
  code: FindingCode,
  has: (row: Row) => boolean,
  severity: (share: number) => "blocking" | "warning" | "info",
  threshold = 0,
): Check {
  const places = createPlaces();
  return {
    add(row) {
      if (has(row)) places.add(row.line);
    },
    findings(rows) {
      if (places.count === 0) return [];
      const share = places.count / rows;
      const message = `${FINDINGS[code].title}: ${places.count} of ${rows} rows (${formatPercent(share, 1)})`;
      return [
        finding(code, severity(share), message, {
          value: share,
          threshold,
          count: places.count,
          lines: places.lines,
        }),
      ];
    },
  };
}
