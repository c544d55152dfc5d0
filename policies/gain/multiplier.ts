import {
  type NormalInverseGamma,
  observe,
  predict,
} from "../../core/stats/normal-inverse-gamma.ts";

/** Observed share of the headroom over the predicted share, worth two observations; its predictive sd is 0.5. */
export const MULTIPLIER_PRIOR: NormalInverseGamma = { mu: 1, kappa: 2, alpha: 2, beta: 1 / 6 };

export interface Multiplier {
  mean: number;
  sd: number;
  /** Degrees of freedom of the predictive t; null while nothing was observed and the prior is taken as normal. */
  df: number | null;
}

/** How far this kind of run captures more (> 1) or less of the headroom than the curve says. */
export function multiplierAfter(observed: readonly number[]): Multiplier {
  const { mean, sd, df } = predict(observe(MULTIPLIER_PRIOR, observed));
  return { mean, sd, df: observed.length === 0 ? null : df };
}
