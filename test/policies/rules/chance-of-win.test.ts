import { describe, expect, it } from "vitest";
import { chanceOfWin } from "../../../policies/rules/chance-of-win.ts";
import { judged, marginal } from "../../support/judged.ts";

describe("LowChanceOfWin", () => {
  it("refuses a long shot", () => {
    expect(judged(chanceOfWin)).toEqual([]);
    expect(judged(chanceOfWin, marginal(6_000, 10, 100))).toMatchObject([
      {
        code: "LowChanceOfWin",
        effect: "reject",
        message:
          "The chance that deploying the adapter pays is 5.1 %; the policy asks for at least 10 %.",
        threshold: 10,
        fix: "collect more or better examples",
      },
    ]);
  });

  it("follows the policy", () => {
    expect(
      judged(chanceOfWin, { ...marginal(6_000, 10, 100), policy: { minChanceOfWin: 0 } }),
    ).toEqual([]);
    expect(judged(chanceOfWin, { baseline: null })).toEqual([]);
  });
});
