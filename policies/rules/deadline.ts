import { formatDuration } from "../../core/units.ts";
import { judge } from "../judgement.ts";
import type { Rule } from "./rule.ts";

/** A run that is stopped at its deadline is paid for and has no adapter. */
export const deadline: Rule = ({ facts }) => {
  const limit = facts.job.deadlineSeconds;
  const { expected, high } = facts.estimate.time;
  if (limit === null || high <= limit) return [];
  const numbers = { value: expected > limit ? expected : high, threshold: limit };
  const takes = `The job takes ${formatDuration(expected)} (up to ${formatDuration(high)}), and its deadline is ${formatDuration(limit)}`;
  return expected > limit
    ? [
        judge("DeadlineMissed", "reject", {
          message: `${takes}: it would be stopped before it is done.`,
          ...numbers,
        }),
      ]
    : [
        judge("DeadlineMissed", "warning", {
          message: `${takes}: it may be stopped before it is done.`,
          ...numbers,
        }),
      ];
};
