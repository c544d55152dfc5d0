import { isJsonObject, type Json, jsonEqual, parseAnswer } from "../json-answer.ts";
import { jsonEquality } from "./json-equality.ts";

type JsonObject = { [key: string]: Json };

/**
 * Share of top-level fields that are right, over the fields of either side, so that an invented field costs as much as a
 * missing one. Expected answers that are no object are right or wrong as a whole.
 */
export function jsonFields(expected: string, answer: string): number {
  const [right, given] = [parseAnswer(expected), parseAnswer(answer)];
  if (!isJsonObject(right)) return jsonEquality(expected, answer);
  if (!isJsonObject(given)) return 0;
  const fields = new Set([...Object.keys(right), ...Object.keys(given)]);
  if (fields.size === 0) return 1;
  return [...fields].filter((field) => fieldIsRight(right, given, field)).length / fields.size;
}

/** Share of items with each field right, of the items that expect the field. Empty where no object is expected. */
export function fieldAccuracy(
  expected: readonly string[],
  answers: readonly string[],
): Record<string, number> {
  const counts = new Map<string, { right: number; asked: number }>();
  for (const [i, text] of expected.entries()) {
    const [right, given] = [parseAnswer(text), parseAnswer(answers[i] ?? "")];
    for (const field of isJsonObject(right) ? Object.keys(right) : []) {
      const count = counts.get(field) ?? { right: 0, asked: 0 };
      counts.set(field, count);
      count.asked++;
      if (isJsonObject(right) && isJsonObject(given) && fieldIsRight(right, given, field)) {
        count.right++;
      }
    }
  }
  return Object.fromEntries([...counts].map(([field, { right, asked }]) => [field, right / asked]));
}

const fieldIsRight = (right: JsonObject, given: JsonObject, field: string): boolean =>
  Object.hasOwn(right, field) &&
  Object.hasOwn(given, field) &&
  jsonEqual(right[field] as Json, given[field] as Json);
