import { describe, expect, it } from "vitest";
import { testPower } from "../../../policies/rules/test-power.ts";
import { judged, marginal } from "../../support/judged.ts";

describe("EvaluationUnderpowered", () => {
  it("defers a run that pays only with more test rows, and says how many and what they are worth", () => {
    const [judgement] = judged(testPower, marginal(3600, 240, 60));
    const rows = judgement?.threshold ?? 0;
    expect(judgement).toMatchObject({ code: "EvaluationUnderpowered", effect: "defer", value: 60 });
    expect(judgement?.fix).toBe(`label ${rows - 60} more test rows and plan again`);
    expect(judgement?.message).toMatch(
      /^With 60 test rows the net benefit is -[\d.]+ USD; with \d+ it is [\d.]+ USD\. The \d+ extra rows add [\d.]+ USD, [\d.]+ USD each\. That pays as long as a row costs less than [\d.]+ USD\.$/,
    );
  });

  it("weighs the extra rows against the price of a label", () => {
    const priced = (label: number) =>
      judged(testPower, { ...marginal(3600, 240, 60), policy: { labelCostPerRow: label } });
    expect(priced(10_000)).toMatchObject([{ effect: "defer" }]);
    expect(priced(10_000)[0]?.message).toContain("Labelling them costs ");
    expect(priced(5_000_000)).toEqual([]);
  });

  it("does not defer a run that pays although its test split shows only large gains", () => {
    expect(judged(testPower)).toMatchObject([
      {
        code: "EvaluationUnderpowered",
        effect: "warning",
        message:
          "The run breaks even at a gain of 0.3 points, and 100 test rows show gains from 11.1 points up (12.4 points expected): a small gain that still pays could not be proven, that would take 182,448 rows.",
        value: 11.119853625,
        threshold: 0.260333333333,
        fix: "expect an inconclusive evaluation if the gain is small, or label more test rows",
      },
    ]);
  });

  it("says nothing where the split is large enough, no gain is needed, or nothing can pay", () => {
    expect(judged(testPower, marginal(2500, 150, 400))).toEqual([]);
    expect(
      judged(testPower, { useCase: { savingPerRequest: 1_000_000, deploymentCost: 0 } }),
    ).toEqual([]);
    expect(judged(testPower, { useCase: { valuePerCorrectAnswer: 0 } })).toEqual([]);
    expect(judged(testPower, { baseline: null })).toEqual([]);
  });
});
