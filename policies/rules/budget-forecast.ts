import { formatPercent, toUsd } from "../../core/units.ts";
import { judge } from "../judgement.ts";
import { usd } from "../wording.ts";
import type { Rule } from "./rule.ts";

/** Before this share of the period has passed, a pace is noise. */
export const SHORTEST_PACE = 0.1;

/**
 * Forecast for the end of the period: what was spent, plus the larger of what is already promised (with this run) and the
 * pace so far carried on. The promises are part of the coming pace, so that the two are not added up.
 */
export const budgetForecast: Rule = ({ facts, now, cost }) => {
  const { budget } = facts;
  if (budget === null || cost === null) return [];
  const start = Date.parse(budget.periodStartAt);
  const passed = (now - start) / (Date.parse(budget.nextPeriodAt) - start);
  const promised = budget.committedMicroUsd + cost.highMicroUsd;
  const exceededNow = budget.actualMicroUsd + promised > budget.limitMicroUsd;
  if (exceededNow || passed < SHORTEST_PACE || passed >= 1) return [];
  const pace = (budget.actualMicroUsd * (1 - passed)) / passed;
  const forecast = budget.actualMicroUsd + Math.max(promised, pace);
  if (forecast <= budget.limitMicroUsd) return [];
  return [
    judge("BudgetForecast", "warning", {
      message: `Team ${facts.team} has spent ${usd(budget.actualMicroUsd)} in the first ${formatPercent(passed)} of ${budget.period}; at this pace it reaches ${usd(forecast)}, above its ${usd(budget.limitMicroUsd)}.`,
      value: toUsd(forecast),
      threshold: toUsd(budget.limitMicroUsd),
    }),
  ];
};
