import type { Problem } from "../core/errors.ts";
import { ENGINE_VERSION } from "../policies/engine-version.ts";
import type { KitContext } from "./context.ts";
import { readLedger } from "./ledger/ledger.ts";

export const REPORT_FORMATS = ["html", "csv", "json"] as const;

export interface ReportRequest {
  /** Calendar month in UTC: `2026-11`. */
  period: string;
  team?: string;
  format: (typeof REPORT_FORMATS)[number];
  /** Called for each entry that cannot be read, and is so missing from every total. */
  onProblem?: (problem: Problem) => void;
}

/** The finance report of a month. The report code and its chart library are loaded here, on first use. */
export async function report(
  context: KitContext,
  { period, team, format, onProblem }: ReportRequest,
): Promise<string> {
  const { buildFinanceReport, financeCsv, financeHtml, financeJson } = await import(
    "../reports/index.ts"
  );
  const { entries, problems } = await readLedger(context.store);
  for (const problem of problems) onProblem?.(problem);
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
  return { html: financeHtml, csv: financeCsv, json: financeJson }[format](model);
}
