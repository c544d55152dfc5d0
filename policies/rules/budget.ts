import { toUsd } from "../../core/units.ts";
import { judge } from "../judgement.ts";
import { day, usd } from "../wording.ts";
import type { Rule } from "./rule.ts";

/** The high estimate is reserved, so that runs which turn out dear do not overdraw the team's budget. */
export const budget: Rule = ({ facts, cost }) => {
  const { budget } = facts;
  if (budget === null) {
    return [
      judge("BudgetUnset", "info", {
        message: `Team ${facts.team} has no budget, so that only the value of the run was judged.`,
      }),
    ];
  }
  if (cost === null) return [];
  const { limitMicroUsd: limit, actualMicroUsd: actual, committedMicroUsd: committed } = budget;
  const after = actual + committed + cost.highMicroUsd;
  if (after <= limit) return [];
  const fitsAlone = cost.highMicroUsd <= limit;
  return [
    judge("BudgetExceeded", "defer", {
      message: `Team ${facts.team} has spent ${usd(actual)} and reserved ${usd(committed)} of its ${usd(limit)} for ${budget.period}; this run may cost ${usd(cost.highMicroUsd)}, which makes ${usd(after)}.`,
      value: toUsd(after),
      threshold: toUsd(limit),
      fix: fitsAlone
        ? `wait for the next period on ${day(budget.nextPeriodAt)}, or raise the budget`
        : "make the run cheaper or raise the budget: no period's limit covers it",
    }),
  ];
};
