import type { LedgerEntry } from "../core/spec/ledger.ts";
import type { Places } from "./amount.ts";
import { Money, placesFor } from "./amount.ts";
import type { LedgerView } from "./ledger-view.ts";
import { viewLedger } from "./ledger-view.ts";
import type { Period } from "./period.ts";
import { parsePeriod } from "./period.ts";
import type { Annex } from "./sections/annex.ts";
import { annexOf } from "./sections/annex.ts";
import type { BudgetLimit, BudgetsSection } from "./sections/budgets.ts";
import { budgetsSection } from "./sections/budgets.ts";
import type { DecisionsSection } from "./sections/decisions.ts";
import { decisionsSection, estimatesOf } from "./sections/decisions.ts";
import type { OverrideRow } from "./sections/overrides.ts";
import { overrides } from "./sections/overrides.ts";
import type { RefusalRow } from "./sections/refusals.ts";
import { refusals } from "./sections/refusals.ts";
import type { RunsSection } from "./sections/runs.ts";
import { runsSection } from "./sections/runs.ts";
import type { Summary } from "./sections/summary.ts";
import { summaryOf } from "./sections/summary.ts";
import type { UnknownRow } from "./sections/unknowns.ts";
import { unknowns } from "./sections/unknowns.ts";
import type { WasteSection } from "./sections/waste.ts";
import { wasteSection } from "./sections/waste.ts";

export interface ReportContext {
  /** Calendar month in UTC: `"2026-11"`. */
  period: string;
  /** ISO instant of the report. Entries after it are not seen. */
  now: string;
  /** Only this team. @default every team */
  team?: string;
  /** Limits of any month; those of the period are used. */
  budgets: readonly BudgetLimit[];
  /** The command that makes this report again. */
  command: string;
  engineVersion: string;
}

/** The one model that every format prints. JSON-ready; all text for people is made here. */
export interface FinanceReport {
  kind: "FinanceReport";
  schemaVersion: 1;
  period: Period;
  team: string | null;
  currency: "USD";
  /** Decimal places of every shown amount. */
  places: Places;
  summary: Summary;
  budgets: BudgetsSection;
  decisions: DecisionsSection;
  runs: RunsSection;
  refusals: RefusalRow[];
  overrides: OverrideRow[];
  waste: WasteSection;
  unknowns: UnknownRow[];
  annex: Annex;
}

/**
 * Folds the ledger into one month's report. Order and repetition of entries do not matter.
 * @throws InputError `WrongPeriod`, `WrongInstant` or `PeriodNotBegun`.
 */
export function buildFinanceReport(
  entries: readonly LedgerEntry[],
  context: ReportContext,
): FinanceReport {
  const period = parsePeriod(context.period, context.now);
  const view = viewLedger(entries, period, context.team);
  const limits = context.budgets.filter(
    (limit) =>
      limit.period === period.id && (context.team === undefined || limit.team === context.team),
  );
  const money = new Money(placesFor(recordedAmounts(view, limits)));
  const estimates = estimatesOf(view, money);
  const decisions = decisionsSection(view, money, estimates);
  const runs = runsSection(view, money, estimates);
  const budgets = budgetsSection(view, runs.rows, limits, money);
  const refused = refusals(view, decisions.rows);
  return {
    kind: "FinanceReport",
    schemaVersion: 1,
    period,
    team: context.team ?? null,
    currency: "USD",
    places: money.places,
    summary: summaryOf(period, { decisions, runs, refusals: refused, budgets }),
    budgets,
    decisions,
    runs,
    refusals: refused,
    overrides: overrides(decisions.rows, runs.rows),
    waste: wasteSection(runs.rows, runs.spent, money),
    unknowns: unknowns(decisions.rows, runs.rows, budgets.rows),
    annex: annexOf(view, period, money.places, context),
  };
}

/** Every amount that the report will show, to choose its decimal places. */
function recordedAmounts(view: LedgerView, limits: readonly BudgetLimit[]): number[] {
  const decisions = [
    ...view.decisions,
    ...view.runs.flatMap(({ decision }) => (decision ? [decision] : [])),
  ];
  return [
    ...limits.map(({ limitMicroUsd }) => limitMicroUsd),
    ...decisions.flatMap(({ cost, netBenefit }) => [
      netBenefit ?? 0,
      ...(cost ? [cost.low, cost.expected, cost.high] : []),
    ]),
    ...view.runs.flatMap(({ started, settled }) =>
      settled
        ? [settled.actual, settled.stranded, settled.estimated ?? 0]
        : [started?.reserved ?? 0],
    ),
  ];
}
