import { z } from "zod";
import { Fraction, Usd } from "./fields.ts";

/** What people want from fine-tuning. Four needs that an adapter can meet, and one that it cannot. */
export const NEEDS = [
  "style-or-format",
  "latency-or-cost",
  "domain",
  "skill-from-examples",
  "changing-facts",
] as const;

/** The questions of the decision framework, answered. */
export const AdviceAnswers = z.strictObject({
  need: z.enum(NEEDS),
  /** USD gained by one more correct answer. */
  valuePerCorrectAnswer: Usd,
  /** USD saved on each request by a small tuned model; 0 when it saves nothing. */
  savingPerRequest: Usd,
  requestsPerMonth: z.number().int().nonnegative(),
  /** How often the task changes so much that a retrain is due, per year. */
  changesPerYear: z.number().nonnegative(),
  /** There is a test set on which an answer is right or wrong. */
  testSet: z.boolean(),
  promptsTried: z.number().int().nonnegative(),
  /** At least one of the prompts held worked examples. */
  fewShotTried: z.boolean(),
  goodExamples: z.number().int().nonnegative(),
  /** Share of correct labels in a sample that a person read again; null when nobody did. */
  auditedCorrect: Fraction.nullable(),
});
export type AdviceAnswers = z.output<typeof AdviceAnswers>;

/** Answers so far: from flags, a file or half a conversation. */
export const PartialAdviceAnswers = AdviceAnswers.partial();
export type PartialAdviceAnswers = z.output<typeof PartialAdviceAnswers>;
