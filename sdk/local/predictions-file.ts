import { existsSync, readFileSync } from "node:fs";
import { Prediction } from "../../core/spec/evaluation-job.ts";

export interface Answers {
  /** One for each pair (arm, id), in the order in which they were given. */
  predictions: Prediction[];
  /** Their lines, for the record. */
  text: string;
}

/**
 * What `predictions.jsonl` holds so far. Of two answers to the same the first counts, and a line that was cut off is none:
 * the evaluator, started again, answers it anew.
 */
export function readAnswers(file: string): Answers {
  const found = new Map<string, { prediction: Prediction; line: string }>();
  const whole = existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
  for (const line of whole) {
    const prediction = parse(line);
    const pair = JSON.stringify([prediction?.arm, prediction?.id]);
    if (prediction && !found.has(pair)) found.set(pair, { prediction, line });
  }
  const answers = [...found.values()];
  return {
    predictions: answers.map(({ prediction }) => prediction),
    text: answers.map(({ line }) => `${line}\n`).join(""),
  };
}

function parse(line: string): Prediction | undefined {
  try {
    return Prediction.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
