import { ENGINE_VERSION } from "../policies/engine-version.ts";
import type { KitContext } from "./context.ts";
import { readLedger } from "./ledger/ledger.ts";

export const REPORT_FORMATS = ["html", "csv", "json"] as const;

export interface ReportRequest {
  /** Calendar month in UTC: `2026-11`. */
  period: string;
  team?: string;
  format: (typeof REPORT_FORMATS)[number];
}

/** The finance report of a month. The report code and its chart library are loaded here, on first use. */
export async function report(
  context: KitContext,
  { period, team, format }: ReportRequest,
): Promise<string> {
  const { buildFinanceReport, financeCsv, financeHtml, financeJson } = await import(
    "../reports/index.ts"
  );
  const { entries, problems } = await readLedger(context.store);
  const command = [
    "tunekit report",
    `--period ${period}`,
    ...(team ? [`--team ${team}`] : []),
    `--format ${format}`,
  ].join(" ");
  const model = buildFinanceReport(entries, {
    period,
    now: context.now().toISOString(),
    budgets: context.project.platform.teams.flatMap(({ name, monthlyBudget }) =>
      monthlyBudget === null ? [] : [{ team: name, period, limitMicroUsd: monthlyBudget }],
    ),
    command,
    engineVersion: ENGINE_VERSION,
    ...(team ? { team } : {}),
  });
  void problems;
  return { html: financeHtml, csv: financeCsv, json: financeJson }[format](model);
}
