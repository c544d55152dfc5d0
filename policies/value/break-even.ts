import { studentCdf } from "../../core/stats/student-t.ts";
import { tScale } from "../gain/gain-estimate.ts";
import { meanPerRequest, type Stakes, valueOfDeploying } from "./stakes.ts";

/** Chance that deploying pays for itself: P(X > 0), the cost of the run aside. */
export function chanceOfWin(stakes: Stakes): number {
  const { mu, sigma } = valueOfDeploying(stakes);
  if (sigma === 0) return mu > 0 ? 1 : 0;
  return studentCdf(mu / tScale(sigma, stakes.gainDf), stakes.gainDf);
}

/** Requests over the horizon at which the mean gain pays for run and deployment; null when no volume does. */
export function breakEvenRequests(stakes: Stakes): number | null {
  const perRequest = meanPerRequest(stakes);
  return perRequest <= 0 ? null : (stakes.cost + stakes.deploy) / perRequest;
}

/** Months until the mean gain has paid for run and deployment; null when it never does. */
export function paybackMonths(stakes: Stakes, horizonMonths: number): number | null {
  const needed = breakEvenRequests(stakes);
  return needed === null || stakes.requests === 0
    ? null
    : (horizonMonths * needed) / stakes.requests;
}

/** Cost of the run for each point of mean gain; null when no gain is expected. */
export const costPerPoint = ({ cost, gainMean }: Stakes): number | null =>
  gainMean <= 0 ? null : cost / (100 * gainMean);

/** Gain, as a fraction, at which the value over the horizon equals `amount`; null when no gain is worth anything. */
export function gainWorth(
  amount: number,
  { requests, valuePerCorrect, savingPerRequest }: Stakes,
): number | null {
  const perUnitOfGain = requests * valuePerCorrect;
  return perUnitOfGain === 0 ? null : (amount - requests * savingPerRequest) / perUnitOfGain;
}

/** Gain that pays for run and deployment. */
export const breakEvenGain = (stakes: Stakes): number | null =>
  gainWorth(stakes.cost + stakes.deploy, stakes);
