/**
 * Belief about a normal quantity whose mean and spread are both unknown: `mu` is the mean, worth `kappa` observations, and
 * the variance is inverse-gamma(`alpha`, `beta`). Conjugate, so that ten outcomes or none go through the same two lines
 * (Gelman et al., Bayesian Data Analysis, 3rd edition, section 3.3).
 */
export interface NormalInverseGamma {
  mu: number;
  kappa: number;
  alpha: number;
  beta: number;
}

/** What the next observation will be: Student t with `df` degrees of freedom, centre `mean` and scale `scale`. */
export interface Predictive {
  mean: number;
  scale: number;
  df: number;
  /** Standard deviation: scale·√(df/(df − 2)). */
  sd: number;
}

/** The belief after the observations `y`; unchanged when there are none. */
export function observe(prior: NormalInverseGamma, y: readonly number[]): NormalInverseGamma {
  const n = y.length;
  if (n === 0) return prior;
  const mean = y.reduce((sum, value) => sum + value, 0) / n;
  const squares = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const kappa = prior.kappa + n;
  return {
    mu: (prior.kappa * prior.mu + n * mean) / kappa,
    kappa,
    alpha: prior.alpha + n / 2,
    beta: prior.beta + squares / 2 + (prior.kappa * n * (mean - prior.mu) ** 2) / (2 * kappa),
  };
}

/** @param belief with alpha > 1, so that the standard deviation exists */
export function predict({ mu, kappa, alpha, beta }: NormalInverseGamma): Predictive {
  const df = 2 * alpha;
  const scale = Math.sqrt((beta * (kappa + 1)) / (alpha * kappa));
  return { mean: mu, scale, df, sd: scale * Math.sqrt(df / (df - 2)) };
}
