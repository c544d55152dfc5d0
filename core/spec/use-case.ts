import { z } from "zod";
import { Fraction, Name, Usd } from "./fields.ts";

/** How an answer is scored. The metric decides the gate: the same answers scored 0/93 by text and 92/93 by content. */
export const METRICS = [
  "exact-match",
  "json-equality",
  "json-fields",
  "label-accuracy",
  "macro-f1",
] as const;
export const Metric = z.enum(METRICS);
export type Metric = z.infer<typeof Metric>;

/**
 * What a correct answer is worth, and to whom. Nothing here has a silent default that changes the decision: volume,
 * horizon and value must be written down by the owner.
 */
export const UseCase = z.strictObject({
  name: Name,
  /** The person who stands behind the value: an e-mail address or a name. */
  owner: z.string().min(1),
  metric: Metric,
  /** Key of the label in a JSON answer, for the label metrics: `label`. Without it the whole answer is the label. */
  labelField: z.string().min(1).optional(),
  /** USD gained by one more correct answer; 0 when the case stands on savings alone. */
  valuePerCorrectAnswer: Usd,
  /** Why that value: one sentence that finance can check. */
  rationale: z.string().min(10),
  /** USD saved on each request by serving the small tuned model instead of what runs today. */
  savingPerRequest: Usd.default(0),
  requestsPerMonth: z.number().int().nonnegative(),
  horizonMonths: z.number().positive().max(60),
  /** How often the task changes so much that a retrain is due, per year. */
  changesPerYear: z.number().nonnegative(),
  /** USD spent once if the adapter is deployed: integration, serving difference over the horizon, continuing review. */
  deploymentCost: Usd,
  /** Best score that anyone could reach (human agreement); 1 when unknown. */
  ceiling: Fraction.default(1),
  /** Smallest gain over the best prompt that promotion accepts (lower bound), as a fraction. */
  minGain: Fraction.default(0),
});
export type UseCase = z.output<typeof UseCase>;
