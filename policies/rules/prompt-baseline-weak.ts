import { judge } from "../judgement.ts";
import { plural } from "../wording.ts";
import type { Rule } from "./rule.ts";

/** A prompt that nobody tried to improve makes every adapter look good. */
export const promptBaselineWeak: Rule = ({ facts, baseline }) => {
  const needed = facts.policy.minPromptsTried;
  if (baseline === null || baseline.promptsTried >= needed) return [];
  return [
    judge("PromptBaselineWeak", "reject", {
      message: `Only ${plural(baseline.promptsTried, "prompt was", "prompts were")} tried; at least ${needed} are needed before a gain over the best one means something.`,
      value: baseline.promptsTried,
      threshold: needed,
    }),
  ];
};
