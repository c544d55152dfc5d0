import { toUsd } from "../../core/units.ts";
import { judge } from "../judgement.ts";
import { expectedRetrains } from "../value/upkeep.ts";
import { about, months, usd } from "../wording.ts";
import type { Rule } from "./rule.ts";

/** A task that changes faster than an adapter earns its retraining. */
export const taskStability: Rule = ({ facts, cost, value }) => {
  const retrains = expectedRetrains(facts.useCase);
  if (value === null || cost === null || retrains === 0) return [];
  const upkeep = retrains * cost.highMicroUsd;
  const earned = value.mu + value.deploy;
  if (upkeep <= earned) return [];
  return [
    judge("TaskChangesTooOften", "reject", {
      message: `The task changes ${about(facts.useCase.changesPerYear, "time", "times")} a year: ${about(retrains, "retrain costs", "retrains cost")} up to ${usd(upkeep)}, and the adapter, if it were deployed whatever its evaluation says, is expected to return ${usd(earned)} over ${months(facts.useCase.horizonMonths)}.`,
      value: toUsd(upkeep),
      threshold: toUsd(earned),
    }),
  ];
};
