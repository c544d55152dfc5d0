import type { GainEstimate, ValueEstimate } from "../../core/spec/gate-decision.ts";
import type { GateFacts } from "../../core/spec/gate-facts.ts";
import { plannedDetectableGain } from "../../core/stats/planning.ts";
import type { MicroUsd } from "../../core/units.ts";
import { toDigits, toMicroUsd } from "../rounding.ts";
import {
  breakEvenGain,
  breakEvenRequests,
  chanceOfWin,
  costPerPoint,
  gainWorth,
  paybackMonths,
} from "./break-even.ts";
import { netBenefit, netBenefitWithBar, type PromotionBar } from "./net-benefit.ts";
import type { Stakes } from "./stakes.ts";
import { expectedRetrains } from "./upkeep.ts";

/** Power at which a test split is said to show a gain. */
export const PLANNING_POWER = 0.8;

/** A billion USD for a point: the gain is nothing, and the figure says no more. */
const DEAREST_POINT = 1e15;

/** The stakes of these facts, in micro-USD. Retrains cost as much as this run and are paid only if the adapter is deployed. */
export function stakesOf(facts: GateFacts, gain: GainEstimate, costHigh: MicroUsd): Stakes {
  const { useCase } = facts;
  return {
    requests: useCase.requestsPerMonth * useCase.horizonMonths,
    valuePerCorrect: useCase.valuePerCorrectAnswer,
    savingPerRequest: useCase.savingPerRequest,
    gainMean: gain.mean,
    gainSd: gain.sd,
    gainDf: gain.df,
    cost: costHigh,
    deploy: useCase.deploymentCost + expectedRetrains(useCase) * costHigh,
  };
}

/**
 * The bar of promotion: never below the gain that covers what deploying costs, or a large test split would promote adapters
 * that lose money.
 */
export function promotionBar(facts: GateFacts, stakes: Stakes): PromotionBar {
  const { minGain } = facts.useCase;
  return {
    requiredGain: Math.max(minGain, gainWorth(stakes.deploy, stakes) ?? minGain),
    confidence: facts.policy.confidence,
  };
}

/**
 * The whole value arithmetic, rounded as the record shows it: the rules judge these numbers and no others.
 *
 * @param items rows of the test split, at least 1
 */
export function estimateValue(facts: GateFacts, stakes: Stakes, items: number): ValueEstimate {
  const { policy, useCase } = facts;
  const test = { items, discordant: policy.discordantShare };
  const free = netBenefit(stakes, test);
  const bar = promotionBar(facts, stakes);
  const barred = netBenefitWithBar(stakes, test, bar);
  const perPoint = costPerPoint(stakes);
  return {
    requests: toDigits(stakes.requests),
    usdPerCorrect: useCase.valuePerCorrectAnswer,
    usdSavedPerRequest: useCase.savingPerRequest,
    deploy: toMicroUsd(stakes.deploy),
    costHigh: toMicroUsd(stakes.cost),
    mu: toMicroUsd(free.mu),
    sigma: toMicroUsd(free.sigma),
    sigmaEval: toMicroUsd(free.sigmaEval),
    evsi: toMicroUsd(free.evsi),
    nb: toMicroUsd(free.nb),
    nbWithBar: toMicroUsd(barred.nb),
    requiredGain: toDigits(bar.requiredGain),
    bar: toDigits(barred.bar),
    pDeploy: toDigits(barred.pDeploy),
    pWin: toDigits(chanceOfWin(stakes)),
    breakEvenRequests: digitsOrNull(breakEvenRequests(stakes)),
    paybackMonths: digitsOrNull(paybackMonths(stakes, useCase.horizonMonths)),
    usdPerPoint: perPoint === null || perPoint > DEAREST_POINT ? null : toMicroUsd(perPoint),
    minimumDetectableGain: toDigits(
      plannedDetectableGain(items, policy.discordantShare, {
        alphaOneSided: 1 - policy.confidence,
        power: PLANNING_POWER,
      }),
    ),
    breakEvenGain: digitsOrNull(breakEvenGain(stakes)),
  };
}

const digitsOrNull = (value: number | null): number | null =>
  value === null ? null : toDigits(value);
