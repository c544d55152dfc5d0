import { normalPdf } from "../../core/stats/normal.ts";

/**
 * Prior for the exponent of the learning curve: normal, cut to the range that was measured over many tasks, −0.07 to
 * −0.35 (Hestness et al. 2017, arXiv 1712.00409). Centre and spread are a judgement of this project.
 */
export const EXPONENT_PRIOR = { mean: 0.2, sd: 0.08, min: 0.07, max: 0.35 } as const;

/** Examples after which the curve leaves its small-data plateau. A judgement of this project. */
export const PLATEAU_EXAMPLES = 50;

/**
 * Share of the headroom between the best prompt and the ceiling that `nEff` effective examples are expected to capture:
 * 1 − (1 + nEff/50)^(−exponent).
 */
export const capturedShare = (nEff: number, exponent: number): number =>
  1 - (1 + nEff / PLATEAU_EXAMPLES) ** -exponent;

/** Simpson intervals over the cut normal: its integrand is smooth, so that 64 already give twelve digits. */
const INTERVALS = 64;

/** Mean of the captured share, and mean of its square, over the prior of the exponent. */
export function capturedShareMoments(nEff: number): { mean: number; meanOfSquare: number } {
  const { mean, sd, min, max } = EXPONENT_PRIOR;
  let weights = 0;
  let first = 0;
  let second = 0;
  for (let i = 0; i <= INTERVALS; i++) {
    const exponent = min + ((max - min) * i) / INTERVALS;
    const simpson = i === 0 || i === INTERVALS ? 1 : i % 2 === 1 ? 4 : 2;
    const weight = simpson * normalPdf((exponent - mean) / sd);
    const share = capturedShare(nEff, exponent);
    weights += weight;
    first += weight * share;
    second += weight * share * share;
  }
  return { mean: first / weights, meanOfSquare: second / weights };
}
