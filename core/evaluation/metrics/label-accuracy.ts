import { isJsonObject, parseAnswer } from "../json-answer.ts";
import { normaliseAnswer } from "./exact-match.ts";

/**
 * The label in an answer: the value of `labelField` in a JSON object, or without a field the whole answer. Null when
 * there is none: no JSON, no such field, or a value that is no text, number or truth value.
 */
export function labelOf(answer: string, labelField?: string): string | null {
  if (labelField === undefined) return normaliseAnswer(answer) || null;
  const parsed = parseAnswer(answer);
  if (!isJsonObject(parsed) || !Object.hasOwn(parsed, labelField)) return null;
  const label = parsed[labelField];
  return typeof label === "object" || label === undefined
    ? null
    : normaliseAnswer(String(label)) || null;
}

/** 1 when the answer carries the expected label, else 0. An answer without a label is wrong. */
export function labelAccuracy(expected: string, answer: string, labelField?: string): number {
  const label = labelOf(expected, labelField);
  return label !== null && label === labelOf(answer, labelField) ? 1 : 0;
}
