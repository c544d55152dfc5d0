import type { Amount, Known } from "../amount.ts";
import { isUnknown, unknown } from "../amount.ts";
import type { Period } from "../period.ts";
import type { Total } from "../totals.ts";
import type { BudgetsSection } from "./budgets.ts";
import type { DecisionsSection } from "./decisions.ts";
import type { RefusalRow } from "./refusals.ts";
import type { RunsSection } from "./runs.ts";

export interface Summary {
  /** What happened, in one plain sentence. */
  sentence: string;
  /** What else a reader must know, a sentence each. */
  notes: string[];
  asked: Total;
  admitted: Total;
  blocked: Total;
  spent: Total;
  committed: Total;
  remaining: Known<Total>;
}

interface Sections {
  decisions: DecisionsSection;
  runs: RunsSection;
  refusals: readonly RefusalRow[];
  budgets: BudgetsSection;
}

export function summaryOf(period: Period, sections: Sections): Summary {
  const { decisions, runs, budgets } = sections;
  const { asked, admitted, blocked } = decisions.all;
  const budgeted = budgets.rows.some(({ limit }) => !isUnknown(limit));
  const remaining = budgeted ? budgets.remaining : unknown("No budget is set");
  return {
    sentence: `${askedWords(period, sections)}; ${usd(runs.spent)} was spent, and ${budgetWords(budgets, remaining)}.`,
    notes: [
      refusedNote(sections),
      openNote(runs),
      ...budgetNotes(budgets, remaining),
      gainNote(runs),
    ].filter((note) => note !== ""),
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
const was = (n: number): string => (n === 1 ? "was" : "were");
const list = (items: readonly string[]): string =>
  items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;

/** Jobs asked for: each once, however often. */
function jobsOf({ decisions, refusals }: Sections): {
  admitted: number;
  blocked: number;
  byCheck: number;
} {
  const jobs = decisions.rows.filter(({ counted }) => counted);
  const admitted = jobs.filter((row) => row.admitted).length;
  return {
    admitted,
    blocked: jobs.length - admitted,
    byCheck: new Set(
      refusals
        .filter(({ by }) => by === "data check")
        .map(({ team, adapter, file }) => JSON.stringify([team, adapter, file])),
    ).size,
  };
}

function askedWords({ label }: Period, sections: Sections): string {
  const { admitted, blocked, byCheck } = jobsOf(sections);
  const jobs = admitted + blocked + byCheck;
  if (jobs === 0) return `In ${label} nobody asked for a training job`;
  return `In ${label} ${count(jobs, "training job")} ${was(jobs)} asked for and ${
    admitted === jobs && jobs > 1 ? "all" : admitted === 0 ? "none" : admitted
  } ${admitted === 0 ? "was" : was(admitted)} admitted`;
}

function budgetWords(budgets: BudgetsSection, remaining: Known<Total>): string {
  if (isUnknown(remaining)) return "no budget is set";
  const limit = usd(budgets.limit);
  return remaining.microUsd < 0
    ? `the budget of ${limit} is overdrawn by ${overdraft(remaining)}`
    : `${usd(remaining)} of the budget of ${limit} remains`;
}

const overdraft = (remaining: Amount): string => usd(remaining).replace("−", "");

function refusedNote(sections: Sections): string {
  const { blocked, byCheck } = jobsOf(sections);
  const { blocked: money } = sections.decisions.all;
  const cost =
    money.unknowns === blocked
      ? "of unknown cost"
      : `expected to cost ${usd(money)}${
          money.unknowns > 0 ? `, and ${money.unknowns} of unknown cost` : ""
        }`;
  const parts = [
    ...(blocked > 0
      ? [`The cost gate blocked ${count(blocked, "job")} (${cost}); that is no saving.`]
      : []),
    ...(byCheck > 0
      ? [`The data check refused ${count(byCheck, "job")} before any cost was estimated.`]
      : []),
  ];
  return parts.join(" ");
}

function openNote({ rows, committed }: RunsSection): string {
  const open = rows.filter(({ outcome }) => outcome === "running").length;
  return open === 0
    ? ""
    : `${count(open, "run")} ${open === 1 ? "is" : "are"} still open; up to ${usd(committed)} is held back for ${open === 1 ? "it" : "them"}${
        committed.unknowns > 0 ? `, and ${committed.unknowns} of unknown cost` : ""
      }.`;
}

function budgetNotes({ rows }: BudgetsSection, remaining: Known<Total>): string[] {
  if (isUnknown(remaining)) return [];
  const overdrawn = rows.flatMap((row) =>
    !isUnknown(row.remaining) && row.remaining.microUsd < 0
      ? [`${row.team} by ${overdraft(row.remaining)}`]
      : [],
  );
  const without = rows.filter(({ limit }) => isUnknown(limit)).map(({ team }) => team);
  return [
    overdrawn.length > 0 ? `Over budget: ${list(overdrawn)}.` : "",
    without.length > 0 ? `No budget is set for ${list(without)}.` : "",
  ];
}

function gainNote({ rows }: RunsSection): string {
  const verdicts = rows.flatMap(({ realisedGain }) =>
    isUnknown(realisedGain) ? [] : [realisedGain.verdict],
  );
  if (verdicts.length === 0) return "";
  const number = (verdict: string) => verdicts.filter((each) => each === verdict).length;
  const parts = [
    [number("pass"), "passed against the best prompt"],
    [number("fail"), "did not pass"],
    [number("inconclusive"), "could not be told apart from it"],
  ] as const;
  return `Of ${count(verdicts.length, "evaluated run")} ${list(
    parts.filter(([n]) => n > 0).map(([n, words]) => `${n} ${words}`),
  )}.`;
}
