import { binomialCdf } from "./binomial.ts";

/**
 * Exact two-sided sign test: how likely a split at least this uneven is when wins and losses are equally likely. Ties
 * carry no information and are left out.
 *
 * @returns p value, 1 without any win or loss. Source: twice the smaller binomial tail at 1/2, at most 1.
 */
export function signTest(wins: number, losses: number): number {
  return Math.min(1, 2 * binomialCdf(wins + losses, Math.min(wins, losses), 0.5));
}
