import type { EvaluationInput } from "../../core/evaluation/evaluation-report.ts";
import { ARMS, EvaluationJob, type Prediction } from "../../core/spec/evaluation-job.ts";

const digest = (letter: string) => letter.repeat(64);

/** A small evaluation whose items all expect `{"label":"a"}`; each arm's outputs are given as texts, one an item. */
export function evaluationInput(
  outputs: Record<(typeof ARMS)[number], readonly string[]>,
  changes: Partial<EvaluationInput> = {},
): EvaluationInput {
  const ids = outputs.adapter.map((_, i) => `item-${String(i).padStart(3, "0")}`);
  const predictions: Prediction[] = ARMS.flatMap((arm) =>
    ids.map((id, i) => ({
      id,
      arm,
      output: outputs[arm][i] ?? "",
      promptTokens: 40,
      outputTokens: 8,
      latencyMs: 20,
      finishReason: "stop",
    })),
  );
  return {
    id: "01JDXXXXXXXXXXXXXXXXXXXXXX",
    at: "2026-11-24T09:30:00.000Z",
    by: "ana",
    job: EvaluationJob.parse({
      kind: "EvaluationJob",
      adapter: "support-triage",
      version: digest("a"),
      dataset: digest("d"),
      prompt: { id: "best", system: "Answer with a label." },
      method: "lora",
      metric: "label-accuracy",
      labelField: "label",
    }),
    items: ids.map((id) => ({ id, expected: '{"label":"a"}', cluster: id })),
    testDigest: digest("e"),
    predictions,
    predictionsDigest: digest("f"),
    minGain: 0.02,
    training: { trainLoss: 0.2, validationLoss: 0.22, bestCheckpointKept: true },
    leakage: { testInTrain: 0, testInValidation: 0, validationInTrain: 0 },
    adapterEffect: { probes: 8, maxAbsLogitChange: 14.7, changedFirstToken: 8 },
    trainingSeeds: 3,
    testUses: 1,
    ...changes,
  };
}

export const RIGHT = '{"label":"a"}';
export const WRONG = '{"label":"b"}';

/** Answers of one arm: `right` right ones first, the others wrong. */
export const answers = (right: number, items: number): string[] =>
  Array.from({ length: items }, (_, i) => (i < right ? RIGHT : WRONG));
