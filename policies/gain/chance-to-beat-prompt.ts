/**
 * Published wins: 25 of 27 adapters of the first LoRA Land release beat GPT-4 (Predibase 2024). The sample is selected and
 * its prompt was not optimised, so that each result counts as a tenth of one of the team's own.
 */
export const PUBLISHED_WINS = { wins: 25, trials: 27, discount: 0.1 } as const;

export interface BetaBelief {
  alpha: number;
  beta: number;
  mean: number;
}

/** Beta belief from a uniform prior, discounted published results and the team's own, which count in full. */
export function chanceToBeatPrompt(
  own: { wins: number; trials: number } = { wins: 0, trials: 0 },
  published: { wins: number; trials: number; discount: number } = PUBLISHED_WINS,
): BetaBelief {
  const alpha = 1 + published.wins * published.discount + own.wins;
  const beta =
    1 + (published.trials - published.wins) * published.discount + (own.trials - own.wins);
  return { alpha, beta, mean: alpha / (alpha + beta) };
}
