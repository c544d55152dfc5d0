import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Json,
  jsonEqual,
  parseAnswer,
  unwrapAnswer,
} from "../../../core/evaluation/json-answer.ts";

describe("parseAnswer", () => {
  it("takes JSON as served, white space around it included", () => {
    expect(parseAnswer(' {"label": "spam"}\n')).toEqual({ label: "spam" });
    expect(parseAnswer("null")).toBeNull();
  });

  it.each(["```json\n{}\n```", "The label is {}", '{"label": "spam"', "{'label': 'spam'}", ""])(
    "does not mend %j",
    (answer) => {
      expect(parseAnswer(answer)).toBeUndefined();
    },
  );
});

describe("unwrapAnswer", () => {
  it.each([
    ['```json\n{"a": 1}\n```', '{"a": 1}'],
    ['Sure! {"a": {"b": [1]}} Anything else? {"c": 2}', '{"a": {"b": [1]}}'],
    ['{"text": "a } in a \\" string"} tail', '{"text": "a } in a \\" string"}'],
    ["[1, 2] and more", "[1, 2]"],
    ['{"cut": "of', '{"cut": "of'],
    ["no json", "no json"],
  ])("%j → %j", (answer, inner) => {
    expect(unwrapAnswer(answer)).toBe(inner);
  });
});

describe("jsonEqual", () => {
  it("ignores the order of keys and the spelling of numbers, not the order of lists or types", () => {
    expect(jsonEqual({ a: 1, b: [1, 2] }, { b: [1.0, 2], a: 1 })).toBe(true);
    expect(jsonEqual([1, 2], [2, 1])).toBe(false);
    expect(jsonEqual({ a: 1 }, { a: "1" })).toBe(false);
    expect(jsonEqual({ a: null }, {})).toBe(false);
    expect(jsonEqual([], {})).toBe(false);
    expect(jsonEqual(JSON.parse('{"__proto__": 1}') as Json, {})).toBe(false);
  });

  it("agrees with a round trip for any JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(jsonEqual(JSON.parse(text) as Json, JSON.parse(text) as Json)).toBe(true);
        expect(jsonEqual([JSON.parse(text) as Json], JSON.parse(text) as Json)).toBe(false);
      }),
    );
  });

  it("is only as deep as the shallower value, so that a hostile answer cannot exhaust the stack", () => {
    const deep = parseAnswer("[".repeat(200_000) + "]".repeat(200_000));
    expect(jsonEqual([["x"]], deep as Json)).toBe(false);
  });
});
