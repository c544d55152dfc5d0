import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scoreAnswers } from "../../../core/evaluation/score-answers.ts";
import { METRICS } from "../../../core/spec/use-case.ts";

const label = fc.constantFrom<string>("a", "b", "c", "d");

describe("scoreAnswers", () => {
  it("is the mean of the items", () => {
    expect(
      scoreAnswers({ metric: "json-fields" }, ['{"a":1,"b":1}', '{"a":1}'], ['{"a":1}', '{"a":1}']),
    ).toBe(0.75);
  });

  it("computes macro-F1 over all items: every label counts the same", () => {
    // tp, fp, fn: a 3, 1, 1 → 0.75; b 1, 1, 1 → 0.5. sklearn f1_score(average="macro") = 0.625
    const expected = ["a", "a", "a", "a", "b", "b"];
    const answers = ["a", "a", "a", "b", "b", "a"];
    expect(scoreAnswers({ metric: "macro-f1" }, expected, answers)).toBe(0.625);
    expect(scoreAnswers({ metric: "label-accuracy" }, expected, answers)).toBeCloseTo(4 / 6, 12);
  });

  it("counts a label that is never expected as a miss, not as a label of its own", () => {
    expect(scoreAnswers({ metric: "macro-f1" }, ["a", "a"], ["a", "zebra"])).toBeCloseTo(2 / 3, 12);
    expect(scoreAnswers({ metric: "macro-f1" }, ["a", "a"], ["a", ""])).toBeCloseTo(2 / 3, 12);
  });

  it("lies in [0, 1] and never falls when an answer is corrected", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(label, label), { minLength: 1, maxLength: 40 }),
        fc.nat(),
        (pairs, pick) => {
          const expected = pairs.map(([right]) => right);
          const answers = pairs.map(([, given]) => given);
          const corrected = answers.with(
            pick % pairs.length,
            expected[pick % pairs.length] as string,
          );
          for (const metric of METRICS.filter((name) => !name.startsWith("json"))) {
            const before = scoreAnswers({ metric }, expected, answers);
            expect(before).toBeGreaterThanOrEqual(0);
            expect(before).toBeLessThanOrEqual(1);
            expect(scoreAnswers({ metric }, expected, corrected)).toBeGreaterThanOrEqual(
              before - 1e-12,
            );
          }
        },
      ),
    );
  });

  it("refuses no items and lists of different length", () => {
    expect(() => scoreAnswers({ metric: "exact-match" }, [], [])).toThrow(RangeError);
    expect(() => scoreAnswers({ metric: "exact-match" }, ["a"], [])).toThrow(RangeError);
  });
});
