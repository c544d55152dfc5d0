import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, digestOf } from "../../../core/digest.ts";
import { InputError } from "../../../core/errors.ts";
import {
  buildEvaluationReport,
  type EvaluationInput,
} from "../../../core/evaluation/evaluation-report.ts";
import { EvaluationReport } from "../../../core/spec/evaluation-report.ts";
import { answers, evaluationInput, RIGHT, WRONG } from "../../support/evaluation-input.ts";

const arms = (base: number, prompted: number, adapter: number, items = 80) => ({
  base: answers(base, items),
  "prompted-base": answers(prompted, items),
  adapter: answers(adapter, items),
});
function failure(input: EvaluationInput): InputError {
  try {
    buildEvaluationReport(input);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error("no error was thrown");
}

describe("buildEvaluationReport", () => {
  const input = evaluationInput(arms(0, 40, 73));
  const report = buildEvaluationReport(input);

  it("keeps the stored shape", () => {
    expect(EvaluationReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  it("scores every arm and compares with the best prompt first", () => {
    expect(report.arms.map(({ arm, score }) => [arm, score])).toEqual([
      ["base", 0],
      ["prompted-base", 0.5],
      ["adapter", 73 / 80],
    ]);
    expect(
      report.comparisons.map(({ baseline, wins, losses, ties }) => [baseline, wins, losses, ties]),
    ).toEqual([
      ["prompted-base", 33, 0, 47],
      ["base", 73, 0, 7],
    ]);
    const [primary] = report.comparisons;
    expect(primary?.difference).toBeCloseTo(33 / 80, 12);
    expect(primary?.confidence).toBe(0.9);
    expect(primary?.pValue).toBeLessThan(1e-8);
    expect(report.promptDigest).toBe(digestOf(input.job.prompt));
  });

  it("passes with a sentence that anyone can read", () => {
    expect(report.verdict).toBe("pass");
    expect(report.moreItemsNeeded).toBeNull();
    expect(report.summary).toMatch(
      /^The adapter scores 91\.3 % on 80 test items, 41\.3 points above the best prompt \(90 % interval 3\d\.\d to [45]\d\.\d\): even the lower end reaches the 2\.0 points asked for\.$/,
    );
    expect(report.findings).toEqual([]);
  });

  it("gives the same bytes for the same input, whatever the order of items and predictions", () => {
    const shuffled = {
      ...input,
      items: input.items.toReversed(),
      predictions: input.predictions.toReversed(),
    };
    expect(canonicalJson(buildEvaluationReport(shuffled))).toBe(canonicalJson(report));
  });

  it("fails when even the upper bound is too low", () => {
    const worse = buildEvaluationReport(evaluationInput(arms(0, 70, 40)));
    expect(worse.verdict).toBe("fail");
    expect(worse.summary).toContain("37.5 points below the best prompt");
    expect(worse.summary).toContain("even the upper end is below the 2.0 points asked for.");
  });

  it("cannot tell on a small gain, and says how many items would", () => {
    const unsure = buildEvaluationReport(evaluationInput(arms(0, 40, 44)));
    expect(unsure.verdict).toBe("inconclusive");
    expect(unsure.moreItemsNeeded).toBeGreaterThan(10);
    expect(unsure.summary).toContain(`about ${unsure.moreItemsNeeded} more test items would`);
    const never = buildEvaluationReport(evaluationInput(arms(40, 40, 40), { minGain: 0 }));
    expect(never.verdict).toBe("inconclusive");
    expect(never.moreItemsNeeded).toBeNull();
    expect(never.summary).toContain("no number of further items would tell");
  });

  it("does not pass three items, however clear they look", () => {
    const tiny = buildEvaluationReport(evaluationInput(arms(0, 0, 3, 3)));
    expect(tiny.verdict).toBe("inconclusive");
    expect(tiny.comparisons[0]?.minimumDetectableGain).toBeNull();
  });

  it("takes near-duplicates for one observation", () => {
    const alone = evaluationInput(arms(0, 40, 52));
    const clustered = {
      ...alone,
      items: alone.items.map((item, i) => ({ ...item, cluster: `c${Math.floor(i / 10)}` })),
    };
    const [wide, narrow] = [buildEvaluationReport(clustered), buildEvaluationReport(alone)];
    expect(narrow.verdict).toBe("pass");
    expect(wide.verdict).toBe("inconclusive");
    expect(wide.comparisons[0]?.difference).toBe(narrow.comparisons[0]?.difference);
  });

  it("shows what right content in wrong wrapping would score, without letting it decide", () => {
    const fenced = {
      ...arms(0, 40, 0),
      adapter: answers(80, 80).map((text) => `\`\`\`json\n${text}\n\`\`\``),
    };
    const { arms: scores, verdict } = buildEvaluationReport(evaluationInput(fenced));
    const adapter = scores.find(({ arm }) => arm === "adapter");
    expect(adapter?.score).toBe(0);
    expect(adapter?.metrics).toMatchObject({ unwrapped: 1, "json-validity": 0, "field:label": 0 });
    expect(verdict).toBe("fail");
  });

  it("counts empty and cut-off answers", () => {
    const outputs = { ...arms(0, 40, 60), base: answers(0, 80).with(0, " \n") };
    const base = evaluationInput(outputs);
    const cut = {
      ...base,
      predictions: base.predictions.map((p, i) => (i < 3 ? { ...p, finishReason: "length" } : p)),
    };
    const { arms: scores, findings } = buildEvaluationReport(cut);
    expect(scores[0]).toMatchObject({ emptyAnswers: 1, cutOff: 3 });
    expect(scores[0]?.metrics).toMatchObject({ "empty-rate": 1 / 80, "cut-off-rate": 3 / 80 });
    expect(findings.map(({ code }) => code)).toEqual(["AnswersCutOff"]);
  });

  it("compares macro-F1 by computing it anew in each resample", () => {
    const items = Array.from({ length: 60 }, (_, i) => ({
      id: `i${i}`,
      cluster: `i${i}`,
      expected: `{"label":"${i % 10 === 0 ? "rare" : "usual"}"}`,
    }));
    const usual = '{"label":"usual"}';
    const base = evaluationInput({
      base: items.map(() => usual),
      "prompted-base": items.map(() => usual),
      adapter: items.map(({ expected }) => expected),
    });
    const ids = new Map(base.items.map(({ id }, i) => [id, `i${i}`]));
    const report = buildEvaluationReport({
      ...base,
      items,
      predictions: base.predictions.map((p) => ({ ...p, id: ids.get(p.id) ?? "" })),
      job: { ...base.job, metric: "macro-f1" },
    });
    // usual: tp 54, fp 6 → 108/114; rare 0. Mean .47368.
    expect(report.arms[1]?.score).toBeCloseTo(108 / 114 / 2, 12);
    expect(report.arms[1]?.metrics["label-accuracy"]).toBe(0.9);
    expect(report.arms[2]?.score).toBe(1);
    const [primary] = report.comparisons;
    expect(primary?.difference).toBeCloseTo(1 - 108 / 114 / 2, 12);
    expect(primary?.wins).toBe(6);
    expect(primary?.interval.low).toBeGreaterThan(0.3);
  });

  it("never turns a pass into a fail, or an inconclusive into one, when an answer is corrected", () => {
    const outcome = fc.constantFrom(RIGHT, WRONG);
    const rank = { fail: 0, inconclusive: 1, pass: 2 };
    fc.assert(
      fc.property(
        fc.array(fc.tuple(outcome, outcome), { minLength: 2, maxLength: 40 }),
        fc.nat(),
        (pairs, pick) => {
          const outputs = {
            base: pairs.map(() => WRONG),
            "prompted-base": pairs.map(([prompted]) => prompted),
            adapter: pairs.map(([, adapter]) => adapter),
          };
          const corrected = {
            ...outputs,
            adapter: outputs.adapter.with(pick % pairs.length, RIGHT),
          };
          const verdict = (o: typeof outputs) =>
            buildEvaluationReport(evaluationInput(o, { minGain: 0.05 })).verdict;
          expect(rank[verdict(corrected)]).toBeGreaterThanOrEqual(rank[verdict(outputs)]);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe("the worked example of docs/evaluation.md", () => {
  const outcomes = (both: string, adapterOnly: string, promptOnly: string) => [
    ...Array<string>(60).fill(both),
    ...Array<string>(18).fill(adapterOnly),
    ...Array<string>(4).fill(promptOnly),
    ...Array<string>(18).fill(WRONG),
  ];
  const example = evaluationInput({
    base: answers(0, 100),
    "prompted-base": outcomes(RIGHT, WRONG, RIGHT),
    adapter: outcomes(RIGHT, RIGHT, WRONG),
  });

  it("passes at a minimum gain of 5 points", () => {
    const { summary, comparisons } = buildEvaluationReport({ ...example, minGain: 0.05 });
    expect(summary).toBe(
      "The adapter scores 78.0 % on 100 test items, 14.0 points above the best prompt (90 % interval 6.1 to 21.2): even the lower end reaches the 5.0 points asked for.",
    );
    expect(comparisons[0]?.pValue).toBeCloseTo(0.0043, 4);
  });

  it("needs about 288 more items at 10 points", () => {
    expect(buildEvaluationReport({ ...example, minGain: 0.1 })).toMatchObject({
      verdict: "inconclusive",
      moreItemsNeeded: 288,
    });
  });

  it("cannot tell when the items stand in 20 clusters of five", () => {
    const items = example.items.map((item, i) => ({ ...item, cluster: `c${Math.floor(i / 5)}` }));
    const { verdict, summary } = buildEvaluationReport({ ...example, items, minGain: 0.05 });
    expect(verdict).toBe("inconclusive");
    expect(summary).toContain("(90 % interval -2.2 to 28.9)");
  });
});

describe("incomplete evaluations", () => {
  const input = evaluationInput(arms(0, 4, 8, 10));

  it("has no test items", () => {
    const error = failure({ ...input, items: [] });
    expect(error.code).toBe("NoTestItems");
    expect(error.fix).toContain("tunekit check");
  });

  it("has a test item twice", () => {
    const error = failure({ ...input, items: [...input.items, ...input.items.slice(0, 1)] });
    expect(error.code).toBe("DuplicateTestItem");
    expect(error.message).toBe('the test split has item "item-000" twice');
    expect(error.fix).toBe("split the dataset again with `tunekit check`");
  });

  it("misses predictions", () => {
    const error = failure({ ...input, predictions: input.predictions.slice(0, 23) });
    expect(error.code).toBe("MissingPredictions");
    expect(error.message).toBe(
      "7 of 30 predictions are missing: adapter/item-003, adapter/item-004, adapter/item-005, adapter/item-006, adapter/item-007, …",
    );
    expect(error.fix).toBe("run `tunekit evaluate` again: it goes on where it stopped");
    expect(error.path).toBe("predictions.jsonl");
  });

  it("has a prediction twice", () => {
    const error = failure({
      ...input,
      predictions: [...input.predictions, ...input.predictions.slice(0, 1)],
    });
    expect(error.code).toBe("DuplicatePrediction");
    expect(error.message).toBe('arm "base" answers item "item-000" twice');
    expect(error.fix).toBe("remove the evaluation's folder and evaluate again");
    expect(error.path).toBe("predictions.jsonl:31");
  });

  it.each([
    [{ id: "item-999" }, 'item "item-999" is not in the test split'],
    [{ arm: "judge" }, 'arm "judge" is none of base, prompted-base, adapter'],
  ])("has a foreign prediction %o", (change, message) => {
    const error = failure({
      ...input,
      predictions: input.predictions.map((p, i) => (i === 4 ? { ...p, ...change } : p)),
    });
    expect(error.code).toBe("UnknownPrediction");
    expect(error.message).toBe(message);
    expect(error.fix).toBe("evaluate again: these predictions were made for another comparison");
    expect(error.path).toBe("predictions.jsonl:5");
  });

  it("expects answers that the metric cannot score", () => {
    const error = failure({
      ...input,
      items: input.items.map((item, i) => (i === 2 ? { ...item, expected: "spam" } : item)),
    });
    expect(error.code).toBe("ExpectedAnswerUnusable");
    expect(error.message).toBe(
      'metric label-accuracy needs answers that carry a label in field "label"; 1 of 10 expected answers cannot be scored, first item "item-002"',
    );
    expect(error.fix).toBe("choose a metric that fits the answers, or correct the examples");
  });
});
