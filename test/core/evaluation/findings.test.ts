import { describe, expect, it } from "vitest";
import { evaluationFindings, type FindingFacts } from "../../../core/evaluation/findings.ts";
import type { ArmScore, Comparison } from "../../../core/spec/evaluation-report.ts";

const arm = (name: string, cutOff = 0): ArmScore => ({
  arm: name,
  items: 80,
  score: 0.5,
  interval: { low: 0.4, high: 0.6 },
  metrics: {},
  emptyAnswers: 0,
  cutOff,
  meanOutputTokens: 8,
  meanLatencyMs: 20,
});
const comparison = (baseline: string, low: number): Comparison => ({
  baseline,
  difference: low + 0.1,
  interval: { low, high: low + 0.2 },
  confidence: 0.9,
  wins: 10,
  losses: 2,
  ties: 68,
  pValue: 0.04,
  minimumDetectableGain: 0.1,
});
const clean: FindingFacts = {
  training: { trainLoss: 0.2, validationLoss: 0.25, bestCheckpointKept: false },
  leakage: { testInTrain: 0, testInValidation: 0, validationInTrain: 0 },
  adapterEffect: { probes: 8, maxAbsLogitChange: 14.7, changedFirstToken: 8 },
  trainingSeeds: 3,
  testUses: 3,
  arms: [arm("base"), arm("prompted-base"), arm("adapter")],
  comparisons: [comparison("prompted-base", 0.05), comparison("base", 0.2)],
};
const found = (changes: Partial<FindingFacts>) =>
  evaluationFindings({ ...clean, ...changes }).map(({ code, severity }) => `${severity} ${code}`);
const losses = (
  trainLoss: number | null,
  validationLoss: number | null,
  bestCheckpointKept = false,
) => ({
  training: { trainLoss, validationLoss, bestCheckpointKept },
});

describe("evaluationFindings", () => {
  it("finds nothing in a clean evaluation, thresholds included", () => {
    expect(found({})).toEqual([]);
    expect(found(losses(0.2, 0.3))).toEqual([]);
  });

  it.each([
    [
      "the adapter changed nothing",
      { adapterEffect: { probes: 8, maxAbsLogitChange: 0, changedFirstToken: 0 } },
      "blocking AdapterWithoutEffect",
    ],
    [
      "no probe was made",
      { adapterEffect: { probes: 0, maxAbsLogitChange: 0, changedFirstToken: 0 } },
      "blocking AdapterWithoutEffect",
    ],
    // 20 examples, 200 steps: measured .0878 / .0013, exact match .57
    ["68 times the training loss", losses(0.0013, 0.0878), "blocking Overfitting"],
    ["the same with the best checkpoint kept", losses(0.0013, 0.0878, true), "warning Overfitting"],
    ["twice the training loss", losses(0.2, 0.4), "warning Overfitting"],
    ["exactly three times", losses(0.25, 0.75), "warning Overfitting"],
    ["a training loss of zero", losses(0, 0.4), "blocking Overfitting"],
    ["no losses", losses(null, null), "warning LossUnknown"],
    [
      "a test item in train",
      { leakage: { testInTrain: 1, testInValidation: 0, validationInTrain: 0 } },
      "blocking TestContamination",
    ],
    [
      "a test item in validation",
      { leakage: { testInTrain: 0, testInValidation: 1, validationInTrain: 0 } },
      "warning TestInValidation",
    ],
    ["the fourth use of the test split", { testUses: 4 }, "warning TestReused"],
    ["the tenth", { testUses: 10 }, "warning TestReused"],
    ["the eleventh", { testUses: 11 }, "blocking TestReused"],
    ["one seed", { trainingSeeds: 1 }, "info FewTrainingSeeds"],
    ["answers cut off", { arms: [arm("base", 2), arm("adapter", 1)] }, "warning AnswersCutOff"],
    [
      "the bare base not beaten",
      { comparisons: [comparison("prompted-base", 0.05), comparison("base", -0.01)] },
      "blocking BaseNotBeaten",
    ],
  ] as [string, Partial<FindingFacts>, string][])("%s", (_, changes, expected) => {
    expect(found(changes)).toEqual([expected]);
  });

  it("does not ask about the bare base when the best prompt is not beaten: fixed sequence", () => {
    expect(
      found({ comparisons: [comparison("prompted-base", -0.01), comparison("base", -0.01)] }),
    ).toEqual([]);
  });

  it("says what, how much and what to do", () => {
    const [finding] = evaluationFindings({ ...clean, ...losses(0.0013, 0.0878) });
    expect(finding).toEqual({
      code: "Overfitting",
      severity: "blocking",
      message: "validation loss 0.0878 against training loss 0.00130: which is 67.5 times as high",
      fix: "train fewer epochs, keep the best checkpoint, or add examples",
      value: 0.0878 / 0.0013,
      threshold: 3,
      count: 1,
      lines: [],
    });
    const [cut] = evaluationFindings({ ...clean, arms: [arm("base", 2), arm("adapter", 1)] });
    expect(cut?.message).toBe(
      "answers stopped at the token limit: 2 of 80 in base, 1 of 80 in adapter",
    );
    const [leak] = evaluationFindings({
      ...clean,
      leakage: { testInTrain: 2, testInValidation: 0, validationInTrain: 0 },
    });
    expect(leak?.message).toContain("2 test items (2.5 %) are near-duplicates of training items");
  });

  it("puts blocking findings first", () => {
    expect(found({ trainingSeeds: 1, testUses: 11, ...losses(null, null) })).toEqual([
      "blocking TestReused",
      "warning LossUnknown",
      "info FewTrainingSeeds",
    ]);
  });
});
