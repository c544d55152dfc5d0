import { describe, expect, it } from "vitest";
import { promptBaselineMissing } from "../../../policies/rules/prompt-baseline-missing.ts";
import { judged } from "../../support/judged.ts";

describe("PromptBaselineMissing", () => {
  it("says nothing when the prompt was scored on this model, metric and test split", () => {
    expect(judged(promptBaselineMissing)).toEqual([]);
  });

  it.each([
    ["no baseline", null, "no prompt was scored on this test split"],
    [
      "another test split",
      { testDigest: "9".repeat(64) },
      "the prompt baseline was scored on another test split (999999999999, not 222222222222)",
    ],
    [
      "another model",
      { model: "smollm2-135m" },
      "the prompt baseline was scored with smollm2-135m, the job trains llama-3.1-8b",
    ],
    [
      "another metric",
      { metric: "macro-f1" as const },
      "the prompt baseline is scored by macro-f1, the use case by exact-match",
    ],
  ])("refuses %s", (_, baseline, why) => {
    expect(judged(promptBaselineMissing, { baseline })).toEqual([
      {
        code: "PromptBaselineMissing",
        effect: "reject",
        severity: "blocking",
        message: `There is nothing to compare the adapter with: ${why}.`,
        value: null,
        threshold: null,
        fix: "run `tunekit baseline JOB --prompts prompts.yaml`",
      },
    ]);
  });
});
