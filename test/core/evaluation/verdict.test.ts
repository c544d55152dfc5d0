import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judge } from "../../../core/evaluation/verdict.ts";
import type { Comparison } from "../../../core/spec/evaluation-report.ts";

const comparison = (difference: number, low: number, high: number): Comparison => ({
  baseline: "prompted-base",
  difference,
  interval: { low, high },
  confidence: 0.9,
  wins: 20,
  losses: 10,
  ties: 70,
  pValue: 0.1,
  minimumDetectableGain: null,
});

describe("judge", () => {
  it.each([
    ["pass: the lower bound reaches the minimum", 0.1, 0.02, 0.18, 0.02, "pass", null],
    ["pass: above zero without a minimum", 0.1, 0.001, 0.2, 0, "pass", null],
    ["no pass at a lower bound of zero", 0.1, 0, 0.2, 0, "inconclusive", 1],
    ["fail: the upper bound is below the minimum", 0.01, -0.02, 0.04, 0.05, "fail", null],
    ["fail: worse than the prompt", -0.2, -0.3, -0.1, 0, "fail", null],
    [
      "inconclusive: 100·(0.16/0.08)² = 400 items in all",
      0.1,
      -0.06,
      0.26,
      0.02,
      "inconclusive",
      301,
    ],
    [
      "inconclusive below: 100·(0.12/0.04)² = 900 in all",
      0.01,
      -0.1,
      0.13,
      0.05,
      "inconclusive",
      801,
    ],
    [
      "no number of items tells at exactly the minimum",
      0.05,
      -0.1,
      0.2,
      0.05,
      "inconclusive",
      null,
    ],
  ] as const)("%s", (_, difference, low, high, minGain, verdict, more) => {
    const judgement = judge(comparison(difference, low, high), minGain);
    expect(judgement.verdict).toBe(verdict);
    if (more === null) expect(judgement.moreItemsNeeded).toBeNull();
    else expect(Math.abs((judgement.moreItemsNeeded ?? Number.NaN) - more)).toBeLessThanOrEqual(1);
  });

  it("settles once the items it names are added", () => {
    const fraction = fc.double({ min: 0.001, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(
        fc.double({ min: -0.4, max: 0.4, noNaN: true }),
        fraction,
        fraction,
        (difference, down, up) => {
          const { verdict, moreItemsNeeded } = judge(
            comparison(difference, difference - down, difference + up),
            0.02,
          );
          fc.pre(verdict === "inconclusive" && moreItemsNeeded !== null);
          const shrink = Math.sqrt(100 / (100 + (moreItemsNeeded ?? 0)));
          const later = comparison(
            difference,
            difference - down * shrink,
            difference + up * shrink,
          );
          expect(judge(later, 0.02).verdict).not.toBe("inconclusive");
        },
      ),
    );
  });
});
