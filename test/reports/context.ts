import type { ReportContext } from "../../reports/index.ts";

/** What the tests of this folder tell a report beside the ledger. */
export const CONTEXT: ReportContext = {
  period: "2026-11",
  now: "2026-11-24T10:00:00.000Z",
  budgets: [{ team: "support", period: "2026-11", limitMicroUsd: 500_000_000 }],
  command: "tunekit report --period 2026-11",
  engineVersion: "0.1.0",
};
