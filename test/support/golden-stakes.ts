import type { Stakes, TestSplit } from "../../policies/value/stakes.ts";

/** Input of the golden cases on value, in USD. */
export interface GoldenStakes {
  requests: number;
  usdPerCorrect: number;
  gainMean: number;
  gainSd: number;
  usdSavedPerRequest: number;
  costUsd: number;
  deployUsd: number;
  nTest: number;
  discordant: number;
}

export const stakes = (input: GoldenStakes): Stakes => ({
  requests: input.requests,
  valuePerCorrect: input.usdPerCorrect,
  savingPerRequest: input.usdSavedPerRequest,
  gainMean: input.gainMean,
  gainSd: input.gainSd,
  gainDf: null,
  cost: input.costUsd,
  deploy: input.deployUsd,
});

export const testSplit = (input: GoldenStakes): TestSplit => ({
  items: input.nTest,
  discordant: input.discordant,
});
