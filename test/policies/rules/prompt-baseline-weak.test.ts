import { describe, expect, it } from "vitest";
import { promptBaselineWeak } from "../../../policies/rules/prompt-baseline-weak.ts";
import { judged } from "../../support/judged.ts";

describe("PromptBaselineWeak", () => {
  it("asks for three prompts", () => {
    expect(judged(promptBaselineWeak, { baseline: { promptsTried: 3 } })).toEqual([]);
    expect(judged(promptBaselineWeak, { baseline: { promptsTried: 1 } })).toMatchObject([
      {
        code: "PromptBaselineWeak",
        effect: "reject",
        message:
          "Only 1 prompt was tried; at least 3 are needed before a gain over the best one means something.",
        value: 1,
        threshold: 3,
        fix: "add prompt variants and run `tunekit baseline` again",
      },
    ]);
  });

  it("leaves a missing baseline to the rule for that", () => {
    expect(judged(promptBaselineWeak, { baseline: null })).toEqual([]);
  });
});
