import { formatPercent } from "../../core/units.ts";
import { judge } from "../judgement.ts";
import type { Rule } from "./rule.ts";

/** A long shot may have a positive net benefit on paper; the policy says how long a shot the team takes. */
export const chanceOfWin: Rule = ({ facts, value }) => {
  const floor = facts.policy.minChanceOfWin;
  if (value === null || value.pWin >= floor) return [];
  return [
    judge("LowChanceOfWin", "reject", {
      message: `The chance that deploying the adapter pays is ${formatPercent(value.pWin, 1)}; the policy asks for at least ${formatPercent(floor)}.`,
      value: value.pWin * 100,
      threshold: floor * 100,
    }),
  ];
};
