import { normalCdf, normalPdf, normalQuantile } from "../../core/stats/normal.ts";
import { evaluationVariance, type Stakes, type TestSplit, valueOfDeploying } from "./stakes.ts";

export interface NetBenefit {
  mu: number;
  sigma: number;
  /** Noise of the evaluation, in money. */
  sigmaEval: number;
  /** Standard deviation of the posterior mean: what the evaluation can still teach us. */
  sigmaTilde: number;
  /** E[max(0, X after the evaluation)]. */
  gross: number;
  nb: number;
  /** Value of the evaluation alone. */
  evsi: number;
  /** With a perfect evaluation: the upper limit over test sizes. */
  nbPerfect: number;
}

/**
 * Net benefit of a run when we may decline to deploy after seeing the evaluation, and deploy whenever the posterior mean of
 * X is positive. Normal prior, normal evaluation: the preposterior analysis of Raiffa and Schlaifer, Applied Statistical
 * Decision Theory (1961), chapter 5.
 */
export function netBenefit(stakes: Stakes, test: TestSplit): NetBenefit {
  const { mu, sigma } = valueOfDeploying(stakes);
  const sigmaEval = stakes.requests * stakes.valuePerCorrect * Math.sqrt(evaluationVariance(test));
  const sigmaTilde = sigma === 0 ? 0 : sigma ** 2 / Math.hypot(sigma, sigmaEval);
  const gross = expectedPositivePart(mu, sigmaTilde);
  return {
    mu,
    sigma,
    sigmaEval,
    sigmaTilde,
    gross,
    nb: gross - stakes.cost,
    evsi: gross - Math.max(0, mu),
    nbPerfect: expectedPositivePart(mu, sigma) - stakes.cost,
  };
}

/** E[max(0, Y)] of Y ~ Normal(mean, sd). */
export function expectedPositivePart(mean: number, sd: number): number {
  if (sd === 0) return Math.max(0, mean);
  return mean * normalCdf(mean / sd) + sd * normalPdf(mean / sd);
}

export interface PromotionBar {
  /** Smallest true gain that promotion accepts, as a fraction. */
  requiredGain: number;
  /** One-sided confidence of its lower bound. */
  confidence: number;
}

export interface NetBenefitWithBar {
  /** Observed gain from which on promotion lets the adapter through. */
  bar: number;
  pDeploy: number;
  gross: number;
  nb: number;
}

/**
 * Net benefit when the adapter is deployed only if the lower confidence bound of its observed gain reaches `requiredGain`.
 * The observed gain is Normal(gainMean, gainSd² + d/n) and the value of deploying moves with it, so that
 * E[X; observed >= bar] has a closed form. Never above {@link netBenefit}, which deploys at the best possible bar.
 */
export function netBenefitWithBar(
  stakes: Stakes,
  test: TestSplit,
  { requiredGain, confidence }: PromotionBar,
): NetBenefitWithBar {
  const { mu, sigma } = valueOfDeploying(stakes);
  const noise = evaluationVariance(test);
  const bar = requiredGain + normalQuantile(confidence) * Math.sqrt(noise);
  const spread = Math.sqrt(stakes.gainSd ** 2 + noise);
  const u = (stakes.gainMean - bar) / spread;
  const gross = mu * normalCdf(u) + ((sigma * stakes.gainSd) / spread) * normalPdf(u);
  return { bar, pDeploy: normalCdf(u), gross, nb: gross - stakes.cost };
}
