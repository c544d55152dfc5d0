import type { Finding } from "../../spec/dataset.ts";
import { formatPercent } from "../../units.ts";
import { FINDINGS, type FindingCode, finding } from "../finding-codes.ts";
import type { RowFault } from "../formats.ts";
import { createPlaces, type Places } from "../places.ts";
import { THRESHOLDS } from "../thresholds.ts";

/** Lines that gave no row, and what was odd about the file itself. */
export interface LineFaults {
  /** A line that holds a row which cannot be used. */
  addInvalid(line: number, fault: RowFault): void;
  /** A line that was read in spite of it, or holds no row. */
  addOddity(line: number, code: "ByteOrderMark" | "CarriageReturns" | "BlankLines"): void;
  readonly invalid: number;
  /** @param rows rows of the file, valid or not. */
  findings(rows: number): Finding[];
}

export function createLineFaults(): LineFaults {
  const faults = new Map<FindingCode, { places: Places; detail: string }>();
  const oddities = new Map<FindingCode, Places>();
  let invalid = 0;
  return {
    get invalid() {
      return invalid;
    },
    addInvalid(line, { code, detail }) {
      invalid += 1;
      const known = faults.get(code) ?? { places: createPlaces(), detail };
      known.places.add(line);
      faults.set(code, known);
    },
    addOddity(line, code) {
      const places = oddities.get(code) ?? createPlaces();
      places.add(line);
      oddities.set(code, places);
    },
    findings(rows) {
      const share = invalid / Math.max(1, rows);
      const usual = share > THRESHOLDS.invalidShare ? "blocking" : "warning";
      const ofRows = [...faults].map(([code, { places, detail }]) => {
        const always = code === "AnswerMissing" || code === "NotJsonLines";
        const { count, lines } = places;
        const first = `line ${lines[0]}: ${detail}`;
        const others =
          count === 1 ? "" : `; ${count} rows in all (${formatPercent(count / rows, 1)})`;
        return finding(
          code,
          always ? "blocking" : usual,
          `${FINDINGS[code].title}, ${first}${others}`,
          { value: share, threshold: always ? 0 : THRESHOLDS.invalidShare, count, lines },
        );
      });
      const ofFile = [...oddities].map(([code, { count, lines }]) =>
        finding(code, "info", `${FINDINGS[code].title}, first on line ${lines[0]}`, {
          value: count,
          threshold: 0,
          count,
          lines,
        }),
      );
      const empty =
        rows === 0
          ? [finding("EmptyFile", "blocking", "The file holds no row", { value: 0, threshold: 1 })]
          : [];
      return [...empty, ...ofRows, ...ofFile];
    },
  };
}
