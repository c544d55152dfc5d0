import { judge } from "../judgement.ts";
import { count, day } from "../wording.ts";
import type { Rule } from "./rule.ts";

const DAY = 86_400_000;

/** An old score compares the adapter with yesterday's prompt. */
export const promptBaselineStale: Rule = ({ facts, now, baseline }) => {
  const limit = facts.policy.baselineMaxAgeDays;
  if (baseline === null) return [];
  const age = (now - Date.parse(baseline.at)) / DAY;
  if (age <= limit) return [];
  return [
    judge("PromptBaselineStale", "reject", {
      message: `The prompt baseline of ${day(baseline.at)} is ${count(Math.floor(age))} days old; at most ${count(limit)} days are allowed.`,
      value: age,
      threshold: limit,
    }),
  ];
};
