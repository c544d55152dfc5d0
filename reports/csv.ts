import { stringify } from "csv-stringify/sync";
import { usdDecimal } from "../core/units.ts";
import type { Amount, Known } from "./amount.ts";
import { isUnknown } from "./amount.ts";
import type { FinanceReport } from "./model.ts";
import type { CostEstimate, DecisionRow } from "./sections/decisions.ts";
import { admittedOf, askedOf, blockedOf } from "./sections/decisions.ts";
import type { RefusalRow } from "./sections/refusals.ts";
import type { RunRow } from "./sections/runs.ts";
import { wasteOf } from "./sections/waste.ts";

/**
 * A money cell is a bigint of micro-USD, so that it is printed as an exact decimal and a negative one stays a number: only
 * text is ever escaped.
 */
type Cell = string | number | bigint | boolean | undefined;

/** In order. The six columns from `asked_usd` on are disjoint: each sums to its total of the report. */
const COLUMNS = [
  "record",
  "at",
  "id",
  "decision_id",
  "team",
  "use_case",
  "adapter",
  "requester",
  "verdict",
  "outcome",
  "reason_codes",
  "reason",
  "method",
  "tier",
  "asked_usd",
  "admitted_usd",
  "blocked_usd",
  "spent_usd",
  "committed_usd",
  "wasted_usd",
  "estimate_low_usd",
  "estimate_expected_usd",
  "estimate_high_usd",
  "variance_usd",
  "expected_gain",
  "expected_gain_low",
  "expected_gain_high",
  "realised_gain",
  "realised_gain_low",
  "realised_gain_high",
  "evaluation",
  "promotion",
  "approver",
  "adapter_version",
] as const;
type Row = Partial<Record<(typeof COLUMNS)[number], Cell>>;

/**
 * One row a decision, run and refusal by the data check (`record`), UTF-8 with header, CRLF (RFC 4180). Unknown is empty.
 * No cell can start a formula in a spreadsheet.
 */
export const financeCsv = (report: FinanceReport): string =>
  stringify(
    [
      ...report.decisions.rows.map(decisionRow),
      ...report.refusals.filter(({ by }) => by === "data check").map(checkRow),
      ...report.runs.rows.map((run) => runRow(run, report)),
    ],
    {
      header: true,
      columns: [...COLUMNS],
      record_delimiter: "windows",
      escape_formulas: true,
      cast: {
        bigint: (microUsd) => usdDecimal(Number(microUsd)),
        boolean: String,
      },
    },
  );

const known = <T>(value: Known<T>): T | undefined => (isUnknown(value) ? undefined : value);
const money = (amount: Known<Amount> | null | undefined): bigint | undefined => {
  const value = amount ? known(amount) : undefined;
  return value && BigInt(value.microUsd);
};

function decisionRow(row: DecisionRow): Row {
  return {
    record: "decision",
    at: row.at,
    id: row.decisionId,
    decision_id: row.decisionId,
    team: row.team,
    use_case: row.useCase,
    adapter: row.adapter,
    requester: row.requester,
    verdict: row.verdict,
    outcome: row.admitted ? "admitted" : "blocked",
    reason_codes: row.reasons.map(({ code }) => code).join(" "),
    reason: row.summary,
    method: row.method,
    asked_usd: money(askedOf(row)),
    admitted_usd: money(admittedOf(row)),
    blocked_usd: money(blockedOf(row)),
    ...estimateCells(row.estimate),
    approver: row.override?.approver,
  };
}

function checkRow(row: RefusalRow): Row {
  return {
    record: "data-check",
    at: row.at,
    id: row.id,
    team: row.team,
    use_case: row.useCase,
    adapter: row.adapter,
    requester: row.requester,
    outcome: "refused",
    reason_codes: row.reasons.map(({ code }) => code).join(" "),
    reason: row.message,
  };
}

function runRow(run: RunRow, { waste }: FinanceReport): Row {
  const [expected, realised] = [known(run.expectedGain), known(run.realisedGain)];
  return {
    record: "run",
    at: known(run.settledAt) ?? known(run.startedAt),
    id: run.runId,
    decision_id: run.decisionId,
    team: run.team,
    use_case: run.useCase,
    adapter: run.adapter,
    outcome: run.outcome,
    reason: run.failure ?? undefined,
    method: known(run.method),
    tier: known(run.tier),
    spent_usd: money(run.actual),
    committed_usd: money(run.committed),
    wasted_usd: money(wasteOf(waste, run.runId)),
    ...estimateCells(run.estimate),
    variance_usd: money(run.variance),
    expected_gain: expected?.value,
    expected_gain_low: expected?.low,
    expected_gain_high: expected?.high,
    realised_gain: realised?.value,
    realised_gain_low: realised?.low,
    realised_gain_high: realised?.high,
    evaluation: realised?.verdict,
    promotion: run.promotion,
    adapter_version: known(run.version),
  };
}

function estimateCells(estimate: Known<CostEstimate>): Row {
  const cost = known(estimate);
  return {
    estimate_low_usd: money(cost?.low),
    estimate_expected_usd: money(cost?.expected),
    estimate_high_usd: money(cost?.high),
  };
}
