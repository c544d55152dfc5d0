import { describe, expect, it } from "vitest";
import { splitShape } from "../../../policies/rules/split-shape.ts";
import { judged } from "../../support/judged.ts";

const split = (train: number, validation: number, test: number) =>
  judged(splitShape, { dataset: { train, validation, test } });

describe("SplitInvalid", () => {
  it.each([
    ["80/10/10", 800, 100, 100],
    ["70/10/20", 700, 100, 200],
    ["a test split enlarged by more labels", 800, 100, 2000],
    ["200 rows of a large set", 50_000, 200, 200],
    ["a small set", 40, 5, 5],
  ])("takes %s", (_, train, validation, test) => {
    expect(split(train, validation, test)).toEqual([]);
  });

  it.each([
    ["no test", 900, 100, 0, "test"],
    ["no validation", 900, 0, 100, "validation"],
    ["4 % test", 860, 100, 40, "test"],
    ["hardly anything to train on", 40, 60, 10, "train"],
    ["nothing at all", 0, 0, 0, "train and validation and test"],
  ])("refuses %s", (_, train, validation, test, parts) => {
    const [judgement] = split(train, validation, test);
    expect(judgement).toMatchObject({
      code: "SplitInvalid",
      effect: "reject",
      fix: "split again with `tunekit check`",
    });
    expect(judgement?.message).toContain(`leaves too few for ${parts}:`);
  });
});
