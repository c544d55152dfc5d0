import { digestOf } from "../digest.ts";
import type { EvaluationJob, Prediction } from "../spec/evaluation-job.ts";

/**
 * Name of an evaluation: 32 hexadecimal digits of a digest of what was asked and what was answered. Neither the order of
 * the answers nor how long they took plays a part, so answering the same again is the same evaluation.
 */
export function evaluationId(job: EvaluationJob, predictions: readonly Prediction[]): string {
  const answers = predictions.map(({ arm, id, output }) => ({ arm, id, output })).sort(byArmAndId);
  return digestOf({ job, answers }).slice(0, 32);
}

type Pair = Pick<Prediction, "arm" | "id">;

const byArmAndId = (a: Pair, b: Pair): number => compare(a.arm, b.arm) || compare(a.id, b.id);
/** By code unit, the same in every locale. */
const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
