import { InputError } from "../errors.ts";
import type { ReviewRecord } from "../spec/evaluation-report.ts";
import { cohenKappa } from "../stats/kappa.ts";
import { signTest } from "../stats/sign-test.ts";
import { wilsonInterval } from "../stats/wilson.ts";
import { RATING_OUTCOMES, type Rating } from "./read-review-sheets.ts";
import type { ReviewKey } from "./review-sheet.ts";

/** A win of the adapter counts one, of the baseline minus one; a tie and "both bad" stand between. */
const WORTH = { adapter: 1, baseline: -1, tie: 0, "both bad": 0 } as const;

/**
 * What the raters said, as one record. The item is the unit of the interval and of the sign test, since two raters of one
 * item are no two observations; more raters make each item's verdict firmer, not the sample larger.
 *
 * @param at ISO 8601 in UTC
 * @throws InputError ReviewUnanswered without ratings
 */
export function reviewRecord(ratings: readonly Rating[], key: ReviewKey, at: string): ReviewRecord {
  if (ratings.length === 0) {
    throw new InputError("ReviewUnanswered", "no question of this review was answered", {
      fix: "hand out the sheets and import them when they are filled in",
    });
  }
  const count = (outcome: Rating["outcome"]) =>
    ratings.filter((rating) => rating.outcome === outcome).length;
  const itemSums = new Map<string, number>();
  for (const { itemId, outcome } of ratings) {
    itemSums.set(itemId, (itemSums.get(itemId) ?? 0) + WORTH[outcome]);
  }
  const sums = [...itemSums.values()];
  const raters = [...new Set(ratings.map(({ rater }) => rater))].sort();
  const winRate = (count("adapter") + (count("tie") + count("both bad")) / 2) / ratings.length;
  return {
    schemaVersion: 1,
    evaluationId: key.evaluationId,
    adapter: key.adapter,
    version: key.version,
    baseline: key.baseline,
    raters,
    items: sums.length,
    adapterWins: count("adapter"),
    baselineWins: count("baseline"),
    ties: count("tie"),
    bothBad: count("both bad"),
    winRate,
    interval: wilsonInterval(winRate * sums.length, sums.length),
    signTest: signTest(sums.filter((sum) => sum > 0).length, sums.filter((sum) => sum < 0).length),
    kappa: meanKappa(ratings, raters),
    sheetDigest: key.sheetDigest,
    at,
  };
}

/** Mean of Cohen's kappa over all pairs of raters (Light 1971), on the opened outcomes; null with one rater. */
function meanKappa(ratings: readonly Rating[], raters: readonly string[]): number | null {
  const pairs = raters.flatMap((first, i) => raters.slice(i + 1).map((second) => [first, second]));
  if (pairs.length === 0) return null;
  const outcomes = new Map(
    ratings.map(({ rater, itemId, outcome }) => [`${rater}/${itemId}`, outcome]),
  );
  const items = [...new Set(ratings.map(({ itemId }) => itemId))];
  const kappas = pairs.map(([first, second]) =>
    cohenKappa(
      RATING_OUTCOMES.map((row) =>
        RATING_OUTCOMES.map(
          (column) =>
            items.filter(
              (id) =>
                outcomes.get(`${first}/${id}`) === row &&
                outcomes.get(`${second}/${id}`) === column,
            ).length,
        ),
      ),
    ),
  );
  return kappas.reduce((sum, kappa) => sum + kappa, 0) / kappas.length;
}
