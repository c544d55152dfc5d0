import { judge } from "../judgement.ts";
import { count, plural } from "../wording.ts";
import type { Rule } from "./rule.ts";

/** A test item that was trained on measures memory, not skill. */
export const dataLeakage: Rule = ({ facts }) => {
  const { leaked, test, findings } = facts.dataset;
  const found = findings.find(
    ({ code, severity }) => code === "Leakage" && severity === "blocking",
  );
  if (leaked === 0 && found === undefined) return [];
  return [
    judge("DataLeakage", "reject", {
      message:
        leaked > 0
          ? `Of ${plural(test, "test item", "test items")} ${leaked === 1 ? "1 is" : `${count(leaked)} are`} also in the training or validation data, so that the measured gain would be too high.`
          : `The data check found leakage: ${found?.message}.`,
      value: leaked,
      threshold: 0,
    }),
  ];
};
