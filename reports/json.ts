import type { FinanceReport } from "./model.ts";

/** The model itself, `schemaVersion` 1: exact amounts as six-decimal strings in `usd`, as integers in `microUsd`. */
export const financeJson = (report: FinanceReport): string =>
  `${JSON.stringify(report, null, 2)}\n`;
