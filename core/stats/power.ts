import { binomialPmf } from "./binomial.ts";

/** Outcomes rarer than this change no power by a digit that anyone reads. */
const NEGLIGIBLE = 1e-13;

export interface PowerQuestion {
  items: number;
  /** Share of the items that the candidate breaks: the baseline was right, the candidate is wrong. */
  broken: number;
  /** Two-sided level of the exact McNemar test. @default 0.05 */
  alpha?: number;
}

/**
 * Chance that the exact two-sided McNemar test finds a true gain. Discordant items D ~ Binomial(items, 2·broken + gain);
 * of D = d, mended ~ Binomial(d, (broken + gain)/(2·broken + gain)). Power = sum over d of P(D = d)·P(reject | d), both
 * tails. Derived in docs/evaluation.md.
 */
export function mcnemarPower({ items, broken, alpha = 0.05 }: PowerQuestion, gain: number): number {
  const discordant = 2 * broken + gain;
  if (discordant <= 0) return 0;
  const mended = (broken + gain) / discordant;
  let power = 0;
  for (let d = 1; d <= items; d++) {
    const weight = binomialPmf(items, d, discordant);
    if (weight < NEGLIGIBLE) continue;
    const critical = criticalLosses(d, alpha);
    for (let k = 0; k <= critical; k++) {
      power += weight * (binomialPmf(d, k, mended) + binomialPmf(d, d - k, mended));
    }
  }
  return power;
}

/** The largest smaller side that still rejects among d discordant pairs; -1 when none does. */
function criticalLosses(d: number, alpha: number): number {
  let tail = 0;
  for (let k = 0; k <= d; k++) {
    tail += binomialPmf(d, k, 0.5);
    if (2 * tail >= alpha) return k - 1;
  }
  return d;
}

/**
 * Smallest true gain, as a fraction, that the exact two-sided McNemar test finds with the given power.
 *
 * @param power default 0.8
 * @returns null when no gain could be shown: too few items, or so many broken that none are left to mend
 */
export function minimumDetectableGain(question: PowerQuestion, power = 0.8): number | null {
  let low = 0;
  let high = 1 - 2 * question.broken;
  if (high <= 0 || mcnemarPower(question, high) < power) return null;
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (mcnemarPower(question, middle) >= power) high = middle;
    else low = middle;
  }
  return high;
}
