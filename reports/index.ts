export type { Amount, Known, Unknown } from "./amount.ts";
export { isKnown, isUnknown } from "./amount.ts";
export { financeCsv } from "./csv.ts";
export { financeHtml } from "./html.ts";
export { financeJson } from "./json.ts";
export type { FinanceReport, ReportContext } from "./model.ts";
export { buildFinanceReport } from "./model.ts";
export type { BudgetLimit } from "./sections/budgets.ts";
