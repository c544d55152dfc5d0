import { baselineFault } from "../baseline.ts";
import { judge } from "../judgement.ts";
import type { Rule } from "./rule.ts";

/** A gain is a gain over the best prompt: without its score on the same test split there is nothing to compare with. */
export const promptBaselineMissing: Rule = ({ facts }) => {
  const fault = baselineFault(facts);
  if (fault === null) return [];
  return [
    judge("PromptBaselineMissing", "reject", {
      message: `There is nothing to compare the adapter with: ${fault}.`,
    }),
  ];
};
