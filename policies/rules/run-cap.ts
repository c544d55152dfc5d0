import { toUsd } from "../../core/units.ts";
import { judge } from "../judgement.ts";
import { usd } from "../wording.ts";
import type { Rule } from "./rule.ts";

/** No single run above the policy's cap, whatever it promises. */
export const runCap: Rule = ({ facts, cost }) => {
  const cap = facts.policy.runCap;
  if (cost === null || cap === null || cost.highMicroUsd <= cap) return [];
  return [
    judge("RunCapExceeded", "reject", {
      message: `The run may cost ${usd(cost.highMicroUsd)}; one run may cost at most ${usd(cap)}.`,
      value: toUsd(cost.highMicroUsd),
      threshold: toUsd(cap),
    }),
  ];
};
