import { judge } from "../judgement.ts";
import { plural } from "../wording.ts";
import type { Rule } from "./rule.ts";

/** Floors of the number of examples over all three splits, the dropped duplicates not counted. */
export const exampleCount: Rule = ({ facts, examples }) => {
  const { minExamples, pilotExamples, typicalExamples } = facts.policy;
  const have = `The dataset has ${plural(examples, "usable example", "usable examples")}`;
  if (examples < minExamples) {
    return [
      judge("TooFewExamples", "reject", {
        message: `${have}; below ${minExamples} an adapter learns the examples, not the task.`,
        value: examples,
        threshold: minExamples,
      }),
    ];
  }
  if (examples < pilotExamples) {
    return [
      judge("FewExamples", "pilot", {
        message: `${have}; below ${pilotExamples} only a pilot is worth its compute.`,
        value: examples,
        threshold: pilotExamples,
      }),
    ];
  }
  if (examples < typicalExamples) {
    return [
      judge("FewExamples", "warning", {
        message: `${have}; ${typicalExamples} and more are typical.`,
        value: examples,
        threshold: typicalExamples,
      }),
    ];
  }
  return [];
};
