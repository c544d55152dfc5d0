import type { Verdict } from "../../core/spec/gate-decision.ts";
import { VERDICTS } from "../../core/spec/gate-decision.ts";
import type { ReasonCode } from "../../core/spec/reason-codes.ts";
import { REASONS } from "../../core/spec/reason-codes.ts";
import type { Amount, Known, Money } from "../amount.ts";
import { unknown } from "../amount.ts";
import type { Entry, LedgerView } from "../ledger-view.ts";
import type { Total } from "../totals.ts";
import { total } from "../totals.ts";

export interface ReasonInWords {
  code: string;
  title: string;
  fix: string;
}

export interface CostEstimate {
  low: Amount;
  expected: Amount;
  high: Amount;
}

/** One decision of the gate. */
export interface DecisionRow {
  decisionId: string;
  at: string;
  requester: string;
  team: string;
  useCase: string;
  adapter: string;
  method: string;
  jobDigest: string;
  verdict: Verdict;
  mode: string;
  admitted: boolean;
  reasons: ReasonInWords[];
  summary: string;
  estimate: Known<CostEstimate>;
  netBenefit: Known<Amount>;
  /** Chance that deploying pays, 0 to 1. */
  pWin: Known<number>;
  override: { approver: string; reason: string } | null;
  /** False when a later decision on the same job took its place: its money is not counted again. */
  counted: boolean;
}

export interface DecisionMoney {
  decisions: number;
  /** Of them counted in the money. */
  counted: number;
  asked: Total;
  admitted: Total;
  blocked: Total;
}

export interface DecisionsSection {
  rows: DecisionRow[];
  all: DecisionMoney;
  byVerdict: ({ verdict: Verdict } & DecisionMoney)[];
  /** A decision counts under each of its reasons; its money under the first reason alone, so that the sums tie. */
  byReason: (ReasonInWords & { decisions: number; blockedDecisions: number; blocked: Total })[];
}

/** Codes that say why a decision has no cost. */
const COST_UNKNOWN: readonly ReasonCode[] = [
  "PriceUnknown",
  "PriceStale",
  "SpotUnavailable",
  "DoesNotFitMemory",
];

export const reasonInWords = (code: ReasonCode): ReasonInWords => {
  const [title, fix] = REASONS[code];
  return { code, title, fix };
};

/** Keeps the money by reason complete: every blocked decision stands under one. */
const NO_REASON: ReasonInWords = {
  code: "NoReasonRecorded",
  title: "No reason was recorded",
  fix: "decide again with the current version",
};

function whyNoCost(entry: Entry<"decided">): string {
  const code = entry.codes.find((each) => COST_UNKNOWN.includes(each));
  return code ? REASONS[code][0] : "The decision records no cost estimate";
}

/**
 * The decisions whose money counts. Asking again for the same job is not asking for more: of one job's decisions those
 * count that led to a run; if none did, the last that was admitted; if none was, the last.
 */
function countedDecisions(view: LedgerView): Set<string> {
  const withRun = new Set(view.runs.map(({ decision }) => decision?.decisionId));
  const byJob = Map.groupBy(view.decisions, ({ team, jobDigest }) => `${team}\n${jobDigest}`);
  return new Set(
    [...byJob.values()].flatMap((decisions) => {
      const ran = decisions.filter(({ decisionId }) => withRun.has(decisionId));
      const last = decisions.findLast(({ admitted }) => admitted) ?? decisions.at(-1);
      return (ran.length > 0 ? ran : last ? [last] : []).map(({ decisionId }) => decisionId);
    }),
  );
}

/** The shown estimate of every decision that the report names, by decision id. */
export function estimatesOf(view: LedgerView, money: Money): Map<string, Known<CostEstimate>> {
  const counted = countedDecisions(view);
  const named = [
    ...view.decisions,
    ...view.runs.flatMap(({ decision }) => (decision ? [decision] : [])),
  ];
  const priced = [...new Map(named.map((entry) => [entry.decisionId, entry])).values()];
  const summed = priced.flatMap(({ decisionId, cost }) =>
    cost && counted.has(decisionId) ? [{ decisionId, expected: cost.expected }] : [],
  );
  const shown = money.rows(summed.map(({ expected }) => expected));
  const expected = new Map(summed.map(({ decisionId }, index) => [decisionId, shown[index]]));
  return new Map(
    priced.map((entry): [string, Known<CostEstimate>] => {
      const { decisionId, cost } = entry;
      if (!cost) return [decisionId, unknown(whyNoCost(entry))];
      return [
        decisionId,
        {
          low: money.low(cost.low),
          expected: expected.get(decisionId) ?? money.alone(cost.expected),
          high: money.high(cost.high),
        },
      ];
    }),
  );
}

export function decisionsSection(
  view: LedgerView,
  money: Money,
  estimates: ReadonlyMap<string, Known<CostEstimate>>,
): DecisionsSection {
  const counted = countedDecisions(view);
  const rows = view.decisions.map((entry): DecisionRow => {
    const { decisionId, netBenefit, pWin } = entry;
    return {
      decisionId,
      at: entry.at,
      requester: entry.actor,
      team: entry.team,
      useCase: entry.useCase,
      adapter: entry.adapter,
      method: entry.method,
      jobDigest: entry.jobDigest,
      verdict: entry.verdict,
      mode: entry.mode,
      admitted: entry.admitted,
      reasons:
        entry.codes.length > 0 || entry.admitted ? entry.codes.map(reasonInWords) : [NO_REASON],
      summary: entry.summary,
      estimate: estimates.get(decisionId) ?? unknown(whyNoCost(entry)),
      netBenefit:
        netBenefit === null
          ? unknown("The gate could not value this job")
          : money.alone(netBenefit),
      pWin: pWin ?? unknown("The gate could not value this job"),
      override: entry.override,
      counted: counted.has(decisionId),
    };
  });
  return {
    rows,
    all: moneyOf(rows, money),
    byVerdict: VERDICTS.map((verdict) => ({
      verdict,
      ...moneyOf(
        rows.filter((row) => row.verdict === verdict),
        money,
      ),
    })),
    byReason: reasonTable(rows, money),
  };
}

/** What a decision adds to the money asked for; undefined when it adds nothing. */
export const askedOf = (row: DecisionRow): Known<Amount> | undefined =>
  row.counted ? expectedOf(row.estimate) : undefined;
export const admittedOf = (row: DecisionRow): Known<Amount> | undefined =>
  row.admitted ? askedOf(row) : undefined;
export const blockedOf = (row: DecisionRow): Known<Amount> | undefined =>
  row.admitted ? undefined : askedOf(row);

const expectedOf = (estimate: Known<CostEstimate>): Known<Amount> =>
  "unknown" in estimate ? estimate : estimate.expected;

function moneyOf(rows: readonly DecisionRow[], money: Money): DecisionMoney {
  const sum = (of: (row: DecisionRow) => Known<Amount> | undefined) =>
    total(
      money,
      rows.map(of).filter((amount) => amount !== undefined),
    );
  return {
    decisions: rows.length,
    counted: rows.filter((row) => row.counted).length,
    asked: sum(askedOf),
    admitted: sum(admittedOf),
    blocked: sum(blockedOf),
  };
}

function reasonTable(rows: readonly DecisionRow[], money: Money): DecisionsSection["byReason"] {
  const reasons = new Map(
    rows.flatMap((row) => row.reasons.map((reason) => [reason.code, reason])),
  );
  return [...reasons.values()]
    .map((reason) => {
      const named = rows.filter((row) => row.reasons.some(({ code }) => code === reason.code));
      const first = rows.filter((row) => row.reasons[0]?.code === reason.code);
      return {
        ...reason,
        decisions: named.length,
        blockedDecisions: named.filter((row) => !row.admitted).length,
        blocked: moneyOf(first, money).blocked,
      };
    })
    .sort(
      (a, b) =>
        b.blocked.microUsd - a.blocked.microUsd ||
        b.decisions - a.decisions ||
        (a.code < b.code ? -1 : 1),
    );
}
