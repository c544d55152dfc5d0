import { describe, expect, it } from "vitest";
import { exampleCount } from "../../../policies/rules/example-count.ts";
import { judged } from "../../support/judged.ts";

const withExamples = (examples: number) =>
  judged(exampleCount, { dataset: { train: examples - 10, validation: 5, test: 5 } });

describe("the number of examples", () => {
  it.each([
    [49, "TooFewExamples", "reject", 50, "below 50 an adapter learns the examples, not the task"],
    [50, "FewExamples", "pilot", 100, "below 100 only a pilot is worth its compute"],
    [99, "FewExamples", "pilot", 100, "below 100 only a pilot is worth its compute"],
    [100, "FewExamples", "warning", 500, "500 and more are typical"],
    [499, "FewExamples", "warning", 500, "500 and more are typical"],
  ])("%i: %s, %s", (examples, code, effect, threshold, why) => {
    expect(withExamples(examples)).toMatchObject([
      {
        code,
        effect,
        message: `The dataset has ${examples} usable examples; ${why}.`,
        value: examples,
        threshold,
      },
    ]);
  });

  it("500 are enough", () => {
    expect(withExamples(500)).toEqual([]);
  });
});
