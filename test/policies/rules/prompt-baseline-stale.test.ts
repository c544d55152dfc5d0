import { describe, expect, it } from "vitest";
import { promptBaselineStale } from "../../../policies/rules/prompt-baseline-stale.ts";
import { judged } from "../../support/judged.ts";

describe("PromptBaselineStale", () => {
  it("allows ninety days and not one more", () => {
    expect(judged(promptBaselineStale, { baseline: { at: "2026-08-26T09:30:00.000Z" } })).toEqual(
      [],
    );
    expect(
      judged(promptBaselineStale, { baseline: { at: "2026-08-25T09:30:00.000Z" } }),
    ).toMatchObject([
      {
        code: "PromptBaselineStale",
        effect: "reject",
        message: "The prompt baseline of 2026-08-25 is 91 days old; at most 90 days are allowed.",
        value: 91,
        threshold: 90,
        fix: "run `tunekit baseline` again",
      },
    ]);
  });

  it("leaves a missing baseline to the rule for that", () => {
    expect(judged(promptBaselineStale, { baseline: null })).toEqual([]);
  });
});
