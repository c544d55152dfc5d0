import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AdviceAnswers, NEEDS } from "../../core/spec/advice-answers.ts";
import { GatePolicy } from "../../core/spec/platform-config.ts";
import { advise } from "../../policies/advice.ts";

const POLICY = GatePolicy.parse({});

const ready: AdviceAnswers = {
  need: "style-or-format",
  valuePerCorrectAnswer: 50_000,
  savingPerRequest: 0,
  requestsPerMonth: 20_000,
  changesPerYear: 1,
  testSet: true,
  promptsTried: 5,
  fewShotTried: true,
  goodExamples: 800,
  auditedCorrect: 0.97,
};

const ask = (change: Partial<AdviceAnswers>, policy: Partial<GatePolicy> = {}) =>
  advise({ ...ready, ...change }, { ...POLICY, ...policy });

describe("advise", () => {
  it("says no below one dollar a month at stake, and names both amounts above it apart", () => {
    const stake = (change: Partial<AdviceAnswers>) => {
      const { verdict, reasons } = ask({ requestsPerMonth: 1, savingPerRequest: 0, ...change });
      const stakes = reasons.filter(({ code }) => code.endsWith("AtStake"));
      return [verdict, stakes[0]?.code, ...stakes.map(({ message }) => message)];
    };
    expect(stake({ valuePerCorrectAnswer: 1000 })).toEqual([
      "no",
      "NothingAtStake",
      "only 0.0010 USD a month is at stake at best; below 1.00 USD no run can pay",
    ]);
    expect(stake({ valuePerCorrectAnswer: 999_999 })[0]).toBe("no");
    expect(stake({ valuePerCorrectAnswer: 500_000, savingPerRequest: 500_000 })).toEqual([
      "yes",
      "ValueAtStake",
      "at stake is at most 0.50 USD a month if every answer became right",
      "at stake is at most 0.50 USD a month of savings, if the adapter took every request",
    ]);
    expect(stake({ valuePerCorrectAnswer: 0, savingPerRequest: 2_000_000 })[2]).toBe(
      "at stake is at most 2.00 USD a month of savings, if the adapter took every request",
    );
  });

  it("says yes to a case that is ready, and the way to the gate's own decision", () => {
    expect(ask({})).toEqual({
      verdict: "yes",
      summary: "Yes: the need fits, the prompt is optimised and the examples are there.",
      reasons: [
        {
          code: "NeedFits",
          effect: "good",
          message: "an adapter can fix a style or format; examples in the prompt often do too",
        },
        {
          code: "ValueAtStake",
          effect: "good",
          message: "at stake is at most 1,000.00 USD a month if every answer became right",
        },
        {
          code: "EnoughExamples",
          effect: "good",
          message: "800 good examples are enough for a full run",
        },
      ],
      nextSteps: [
        { what: "write the platform and the job file", command: "tunekit init" },
        {
          what: "check the examples and freeze the split",
          command: "tunekit check examples.jsonl",
        },
        {
          what: "score the prompts on that split",
          command: "tunekit baseline job.yaml --prompts prompts.yaml",
        },
        {
          what: "see what the run needs, costs and is expected to gain",
          command: "tunekit plan job.yaml",
        },
      ],
    });
  });

  it.each<[change: Partial<AdviceAnswers>, verdict: string, code: string, summary: string]>([
    [
      { need: "changing-facts" },
      "no",
      "RetrievalFits",
      "No: facts that change belong in retrieval: weights keep the old ones.",
    ],
    [
      { requestsPerMonth: 0 },
      "no",
      "NothingAtStake",
      "No: no volume and value are written down, so no gain can pay for a run.",
    ],
    [
      { valuePerCorrectAnswer: 0 },
      "no",
      "NothingAtStake",
      "No: no volume and value are written down, so no gain can pay for a run.",
    ],
    [
      { changesPerYear: 12 },
      "no",
      "TaskChangesTooOften",
      "No: the task changes every 30 days, and evidence is good for 90 days.",
    ],
    [
      { changesPerYear: 365 },
      "no",
      "TaskChangesTooOften",
      "No: the task changes every day, and evidence is good for 90 days.",
    ],
    [
      { need: "latency-or-cost" },
      "not-yet",
      "SavingUnknown",
      "Not yet: the need is latency or cost, but what a request would save is not known.",
    ],
    [
      { testSet: false },
      "not-yet",
      "NoTestSet",
      "Not yet: there is no test set, so nobody could tell whether an adapter is better.",
    ],
    [
      { promptsTried: 0, fewShotTried: false },
      "not-yet",
      "PromptBaselineMissing",
      "Not yet: no prompt has been tried.",
    ],
    [
      { promptsTried: 1 },
      "not-yet",
      "PromptBaselineWeak",
      "Not yet: only 1 of at least 3 prompts was tried.",
    ],
    [
      { promptsTried: 2 },
      "not-yet",
      "PromptBaselineWeak",
      "Not yet: only 2 of at least 3 prompts were tried.",
    ],
    [
      { fewShotTried: false },
      "not-yet",
      "PromptBaselineWeak",
      "Not yet: no prompt with examples in it was tried.",
    ],
    [
      { goodExamples: 49 },
      "not-yet",
      "TooFewExamples",
      "Not yet: 49 good examples are too few: the gate refuses fewer than 50.",
    ],
    [
      { auditedCorrect: 0.89 },
      "not-yet",
      "DataQuality",
      "Not yet: 89 % of the audited labels are right, and 90 % is the least.",
    ],
    [
      { goodExamples: 50 },
      "yes",
      "FewExamples",
      "Yes, as a pilot: the need fits, the prompt is optimised, the examples allow a small run.",
    ],
    [
      { goodExamples: 100 },
      "yes",
      "FewExamples",
      "Yes: the need fits, the prompt is optimised and the examples are there.",
    ],
    [
      { auditedCorrect: null },
      "yes",
      "QualityUnaudited",
      "Yes: the need fits, the prompt is optimised and the examples are there.",
    ],
    [
      { need: "latency-or-cost", valuePerCorrectAnswer: 0, savingPerRequest: 8_000 },
      "yes",
      "ValueAtStake",
      "Yes: the need fits, the prompt is optimised and the examples are there.",
    ],
  ])("%j: %s, %s", (change, verdict, code, summary) => {
    const advice = ask(change);
    expect(advice).toMatchObject({ verdict, summary });
    expect(advice.reasons.map((reason) => reason.code)).toContain(code);
  });

  it("names every gap, not only the first, and the work in its order", () => {
    const advice = ask({ testSet: false, promptsTried: 0, goodExamples: 10, auditedCorrect: 0.5 });
    expect(advice.summary).toContain("(and 3 more below)");
    expect(advice.nextSteps).toEqual([
      {
        what: "collect inputs with their right answers; the check freezes a test split",
        command: "tunekit check examples.jsonl",
      },
      {
        what: "write 3 or more prompts, some with examples in them, and score them",
        command: "tunekit baseline job.yaml --prompts prompts.yaml",
      },
      {
        what: "collect at least 50 good examples for a pilot, better 500",
        command: "tunekit check examples.jsonl",
      },
      {
        what: "correct or drop bad examples: a small clean set beats a large dirty one",
        command: null,
      },
      { what: "then ask again", command: "tunekit advise" },
    ]);
  });

  it("after a no it does not send anyone to collect data", () => {
    const advice = ask({ need: "changing-facts", goodExamples: 0 });
    expect(advice.verdict).toBe("no");
    expect(advice.nextSteps.map(({ command }) => command)).toEqual([null]);
  });

  it("takes every threshold from the policy of the gate", () => {
    const strict = { minExamples: 900, minPromptsTried: 6, minAuditedQuality: 0.99 };
    const codes = ask({}, strict).reasons.map(({ code }) => code);
    expect(codes).toContain("TooFewExamples");
    expect(codes).toContain("PromptBaselineWeak");
    expect(codes).toContain("DataQuality");
    expect(ask({}, { baselineMaxAgeDays: 366 }).verdict).toBe("no");
  });
});

const anyAnswers: fc.Arbitrary<AdviceAnswers> = fc.record({
  need: fc.constantFrom(...NEEDS),
  valuePerCorrectAnswer: fc.nat(),
  savingPerRequest: fc.nat(),
  requestsPerMonth: fc.nat(1e6),
  changesPerYear: fc.double({ min: 0, max: 400, noNaN: true }),
  testSet: fc.boolean(),
  promptsTried: fc.nat(20),
  fewShotTried: fc.boolean(),
  goodExamples: fc.nat(5_000),
  auditedCorrect: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
});

describe("for any answers", () => {
  const rank = { no: 0, "not-yet": 1, yes: 2 };

  it("more examples, prompts and stability never make the answer worse", () => {
    fc.assert(
      fc.property(anyAnswers, (answers) => {
        const better = {
          ...answers,
          goodExamples: answers.goodExamples + 100,
          promptsTried: answers.promptsTried + 1,
          fewShotTried: true,
          testSet: true,
          changesPerYear: answers.changesPerYear / 2,
        };
        expect(rank[advise(better, POLICY).verdict]).toBeGreaterThanOrEqual(
          rank[advise(answers, POLICY).verdict],
        );
      }),
    );
  });

  it("the verdict is the most severe reason, and there is always something to do next", () => {
    fc.assert(
      fc.property(anyAnswers, (answers) => {
        const { verdict, reasons, nextSteps } = advise(answers, POLICY);
        const effects = new Set(reasons.map(({ effect }) => effect));
        expect(verdict).toBe(effects.has("no") ? "no" : effects.has("not-yet") ? "not-yet" : "yes");
        expect(nextSteps.length).toBeGreaterThan(0);
      }),
    );
  });

  it("never says yes below fifty examples", () => {
    fc.assert(
      fc.property(anyAnswers, fc.nat(49), (answers, goodExamples) => {
        expect(advise({ ...answers, goodExamples }, POLICY).verdict).not.toBe("yes");
      }),
    );
  });
});
