import { formatUsd, toUsd } from "../../core/units.ts";
import { cheaperAlternatives } from "../alternatives.ts";
import { judge } from "../judgement.ts";
import type { Rule } from "./rule.ts";

/** Another placement that fits and costs less: the same gain for less money. */
export const cheaperAlternative: Rule = ({ facts }) => {
  const own = facts.estimate.cost;
  const [best] = cheaperAlternatives(facts);
  if (own === null || best === undefined) return [];
  return [
    judge("CheaperAlternative", "info", {
      message: `${best.label} costs up to ${formatUsd(best.costHigh)}, this placement up to ${formatUsd(own.high)}.`,
      value: toUsd(best.costHigh),
      threshold: toUsd(own.high),
      fix: `allow ${best.label}`,
    }),
  ];
};
