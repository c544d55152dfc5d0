import type { Comparison, EVALUATION_VERDICTS } from "../spec/evaluation-report.ts";

export type EvaluationVerdict = (typeof EVALUATION_VERDICTS)[number];

export interface Judgement {
  verdict: EvaluationVerdict;
  /** For `inconclusive`: test items to add, if the difference stays as it is; null when no number would settle it. */
  moreItemsNeeded: number | null;
}

/**
 * Pass when even the lower bound of the gain reaches `minGain` and is above zero, fail when the upper bound does not
 * reach it, else inconclusive.
 *
 * More items: an interval shrinks with the square root of their number, so the end that lies on the wrong side of
 * `minGain` crosses it at items·(distance of that end from the difference / distance of `minGain`)².
 */
export function judge(
  { difference, interval, wins, losses, ties }: Comparison,
  minGain: number,
): Judgement {
  if (interval.low >= minGain && interval.low > 0)
    return { verdict: "pass", moreItemsNeeded: null };
  if (interval.high < minGain) return { verdict: "fail", moreItemsNeeded: null };
  const distance = difference - minGain;
  if (distance === 0) return { verdict: "inconclusive", moreItemsNeeded: null };
  const items = wins + losses + ties;
  const reach = distance > 0 ? difference - interval.low : interval.high - difference;
  const needed = Math.floor(items * (reach / distance) ** 2) + 1;
  return { verdict: "inconclusive", moreItemsNeeded: Math.max(1, needed - items) };
}
