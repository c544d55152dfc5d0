import { stringify } from "csv-stringify/sync";
import type { ReviewSheet } from "./review-sheet.ts";

export const SHEET_COLUMNS = [
  "sheet",
  "item",
  "question",
  "answer A",
  "answer B",
  "choice",
  "note",
] as const;

/**
 * The sheet as CSV for any spreadsheet: fill `choice` with A, B, tie or both bad. With byte-order mark, so that Excel reads
 * UTF-8; a cell that would start a formula is made text by a leading apostrophe.
 */
export function sheetCsv({ sheetId, rows }: ReviewSheet): string {
  const cells = rows.map((row) => [
    sheetId,
    row.itemNumber,
    row.question,
    row.answerA,
    row.answerB,
    "",
    "",
  ]);
  return stringify([[...SHEET_COLUMNS], ...cells], { bom: true, escape_formulas: true });
}
