import { jsonEqual, parseAnswer } from "../json-answer.ts";

/** 1 when the answer is JSON with the expected value, key order and spacing aside, else 0. */
export function jsonEquality(expected: string, answer: string): number {
  const [right, given] = [parseAnswer(expected), parseAnswer(answer)];
  return right !== undefined && given !== undefined && jsonEqual(right, given) ? 1 : 0;
}
