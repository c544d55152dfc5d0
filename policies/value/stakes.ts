/** What is at stake in one run. Money in any one unit: every result is in the same unit. */
export interface Stakes {
  /** Requests over the horizon (N). */
  requests: number;
  /** Value of one more correct answer (v). */
  valuePerCorrect: number;
  /** Saved on every request once the adapter serves (Δc). */
  savingPerRequest: number;
  /** Expected gain over the best prompt, and its standard deviation, as fractions of the metric. */
  gainMean: number;
  gainSd: number;
  /** Degrees of freedom of the belief about the gain; null: normal. */
  gainDf: number | null;
  /** Spent whether or not the adapter is deployed (C). */
  cost: number;
  /** Spent only if it is deployed (K). */
  deploy: number;
}

/** How sharply the evaluation will see the gain. */
export interface TestSplit {
  /** Rows of the test split (n), at least 1. */
  items: number;
  /** Share of rows on which adapter and prompt differ (d). */
  discordant: number;
}

/** Mean and standard deviation of X = N·(v·g + Δc) − K, the value of deploying. */
export function valueOfDeploying(stakes: Stakes): { mu: number; sigma: number } {
  return {
    mu: stakes.requests * meanPerRequest(stakes) - stakes.deploy,
    sigma: stakes.requests * stakes.valuePerCorrect * stakes.gainSd,
  };
}

/** Expected benefit of one served request: v·g + Δc. */
export const meanPerRequest = (stakes: Stakes): number =>
  stakes.valuePerCorrect * stakes.gainMean + stakes.savingPerRequest;

/** Variance of the gain observed on the test split around the true gain. */
export const evaluationVariance = ({ items, discordant }: TestSplit): number => discordant / items;
