import type { Amount, Known } from "../amount.ts";
import { isUnknown, unknown } from "../amount.ts";
import type { Period } from "../period.ts";
import type { Total } from "../totals.ts";
import type { BudgetsSection } from "./budgets.ts";
import type { DecisionsSection } from "./decisions.ts";
import type { RefusalRow } from "./refusals.ts";
import type { RunsSection } from "./runs.ts";

export interface Summary {
  /** What happened, in plain words. */
  sentence: string;
  asked: Total;
  admitted: Total;
  blocked: Total;
  spent: Total;
  committed: Total;
  remaining: Known<Total>;
}

export function summaryOf(
  period: Period,
  sections: {
    decisions: DecisionsSection;
    runs: RunsSection;
    refusals: readonly RefusalRow[];
    budgets: BudgetsSection;
  },
): Summary {
  const { decisions, runs, budgets } = sections;
  const { asked, admitted, blocked } = decisions.all;
  const budgeted = budgets.rows.some(({ limit }) => !isUnknown(limit));
  const remaining = budgeted ? budgets.remaining : unknown("No budget is set");
  const sentences = [
    askedSentence(period, sections),
    `${usd(runs.spent)} was spent${
      runs.committed.microUsd > 0 ? ` and ${usd(runs.committed)} is committed to open runs` : ""
    }; ${budgetWords(budgets, remaining)}.`,
    gainSentence(runs),
  ];
  return {
    sentence: sentences.filter(Boolean).join(" "),
    asked,
    admitted,
    blocked,
    spent: runs.spent,
    committed: runs.committed,
    remaining,
  };
}

const usd = (amount: Amount): string => `${amount.shown} USD`;
const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

function askedSentence(
  period: Period,
  {
    decisions: { all, rows },
    refusals,
  }: { decisions: DecisionsSection; refusals: readonly RefusalRow[] },
): string {
  const byCheck = refusals.filter(({ by }) => by === "data check").length;
  const jobs = rows.filter(({ counted }) => counted);
  if (jobs.length + byCheck === 0) {
    return `In ${period.label} nobody asked for a training job.`;
  }
  const admitted = jobs.filter((row) => row.admitted).length;
  const unpriced =
    all.asked.unknowns > 0 ? ` (the cost of ${all.asked.unknowns} of them is unknown)` : "";
  const ends = [
    `${admitted} admitted`,
    `${jobs.length - admitted} blocked by the cost gate (${usd(all.blocked)} expected)`,
    ...(byCheck > 0 ? [`${byCheck} refused by the data check`] : []),
  ];
  const decided = jobs.length > 0 ? `, expected to cost ${usd(all.asked)}${unpriced}` : "";
  return `In ${period.label} ${count(jobs.length + byCheck, "training job")} ${
    jobs.length + byCheck === 1 ? "was" : "were"
  } asked for${decided}: ${list(ends)}.`;
}

const list = (items: readonly string[]): string =>
  items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;

function budgetWords(budgets: BudgetsSection, remaining: Known<Total>): string {
  if (isUnknown(remaining)) return "no budget is set";
  const without =
    remaining.unknowns > 0 ? `, and ${count(remaining.unknowns, "team")} without a budget` : "";
  return remaining.microUsd < 0
    ? `the budget of ${usd(budgets.limit)} is overdrawn by ${remaining.shown.replace("−", "")} USD${without}`
    : `${usd(remaining)} of the budget of ${usd(budgets.limit)} remains${without}`;
}

function gainSentence({ rows }: RunsSection): string {
  const verdicts = rows.flatMap(({ realisedGain }) =>
    isUnknown(realisedGain) ? [] : [realisedGain.verdict],
  );
  if (verdicts.length === 0) return "";
  const number = (verdict: string) => verdicts.filter((each) => each === verdict).length;
  const parts = [
    [number("pass"), "beat the best prompt"],
    [number("fail"), "did not"],
    [number("inconclusive"), "could not be told apart from it"],
  ] as const;
  return `Of ${count(verdicts.length, "evaluated run")}, ${list(
    parts.filter(([n]) => n > 0).map(([n, words]) => `${n} ${words}`),
  )}.`;
}
