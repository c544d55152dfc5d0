import { describe, expect, it } from "vitest";
import { METRIC_RULES, scoreItem } from "../../../core/evaluation/score-item.ts";
import { METRICS, type Metric } from "../../../core/spec/use-case.ts";

describe("scoreItem", () => {
  const cases: [Metric, string, string, number, string?][] = [
    ["exact-match", "Paris", "  Paris \n", 1],
    ["exact-match", "New York", "New\u00a0 York", 1],
    ["exact-match", "caf\u00e9", "cafe\u0301", 1],
    ["exact-match", "Paris", "paris", 0],
    ["exact-match", "Paris", "Paris.", 0],
    ["json-equality", '{"a":1,"b":2}', '{ "b": 2, "a": 1.0 }', 1],
    ["json-equality", '{"a":1}', '```json\n{"a":1}\n```', 0],
    ["json-equality", '{"a":1}', '{"a":1', 0],
    ["json-equality", '{"a":1}', '{"a":1,"b":2}', 0],
    ["json-equality", '{"a":1}', "", 0],
    ["json-fields", '{"a":1,"b":2}', '{"a":1,"b":3}', 0.5],
    ["json-fields", '{"a":1,"b":2}', '{"a":1}', 0.5],
    ["json-fields", '{"a":1}', '{"a":1,"invented":2}', 0.5],
    ["json-fields", '{"a":{"b":1}}', '{"a":{"b":2}}', 0],
    ["json-fields", '{"a":1}', "a: 1", 0],
    ["json-fields", "{}", "{}", 1],
    ["json-fields", "[1,2]", "[1, 2]", 1],
    ["json-fields", '{"toString":1}', "{}", 0],
    ["label-accuracy", '{"label":"spam"}', '{"why":"…","label":" spam "}', 1, "label"],
    ["label-accuracy", '{"label":"spam"}', '{"label":["spam"]}', 0, "label"],
    ["label-accuracy", '{"label":"spam"}', "spam", 0, "label"],
    ["label-accuracy", '{"label":1}', '{"label":"1"}', 1, "label"],
    ["label-accuracy", "spam", "spam\n", 1],
    ["label-accuracy", "spam", "ham", 0],
    ["macro-f1", "spam", "spam", 1],
    ["macro-f1", "spam", "", 0],
  ];
  it.each(cases)(
    "%s: expected %j, answered %j → %d",
    (metric, expected, answer, score, labelField) => {
      expect(scoreItem(metric, expected, answer, labelField)).toBe(score);
    },
  );
});

describe("METRIC_RULES", () => {
  it("score a right answer 1 and an empty one 0, whatever the metric", () => {
    for (const metric of METRICS) {
      expect(scoreItem(metric, '{"label":"a"}', '{"label":"a"}', "label")).toBe(1);
      expect(scoreItem(metric, '{"label":"a"}', "", "label")).toBe(0);
    }
  });

  it("know which expected answers they can score", () => {
    expect(METRIC_RULES["exact-match"].fits("")).toBe(true);
    expect(METRIC_RULES["json-equality"].fits("spam")).toBe(false);
    expect(METRIC_RULES["json-fields"].fits("[]")).toBe(true);
    expect(METRIC_RULES["label-accuracy"].fits('{"kind":"spam"}', "label")).toBe(false);
    expect(METRIC_RULES["macro-f1"].fits(" ")).toBe(false);
  });
});
