import type { GainEstimate } from "../../core/spec/gate-decision.ts";
import type { GateFacts } from "../../core/spec/gate-facts.ts";
import { studentQuantile } from "../../core/stats/student-t.ts";
import { toDigits } from "../rounding.ts";
import { capturedShareMoments } from "./captured-share.ts";
import { chanceToBeatPrompt } from "./chance-to-beat-prompt.ts";
import { effectiveExamples } from "./effective-examples.ts";
import { multiplierAfter } from "./multiplier.ts";

/** Names the curve, its prior and the quality levels: a change to any of them is another prior. */
const PRIOR_ID = "captured-share-1";

/**
 * Gain over the best prompt: headroom × captured share × multiplier of this kind of run, the last two independent
 * (docs/cost-gate.md, "Gain"). As fractions of the metric.
 */
export function estimateGain(
  facts: GateFacts,
  baseline: NonNullable<GateFacts["baseline"]>,
): GainEstimate {
  const { dataset, history, useCase } = facts;
  const headroom = Math.max(0, useCase.ceiling - baseline.score);
  const nEff = effectiveExamples(dataset.train, dataset.audit);
  const share = capturedShareMoments(nEff);
  const multiplier = multiplierAfter(history?.multipliers ?? []);
  const mean = headroom * share.mean * multiplier.mean;
  const meanOfSquare =
    headroom ** 2 * share.meanOfSquare * (multiplier.mean ** 2 + multiplier.sd ** 2);
  const sd = Math.sqrt(Math.max(0, meanOfSquare - mean ** 2));
  return {
    prompt: baseline.score,
    base: baseline.baseScore,
    ceiling: useCase.ceiling,
    headroom: toDigits(headroom),
    nEff,
    priorMean: toDigits(headroom * share.mean),
    mean: toDigits(mean),
    sd: toDigits(sd),
    df: multiplier.df,
    lcb80: toDigits(gainQuantile({ mean, sd, df: multiplier.df }, 0.2)),
    pBeatsPrompt: toDigits(
      chanceToBeatPrompt(
        history === null ? undefined : { wins: history.wins, trials: history.evaluated },
      ).mean,
    ),
    priorId: history === null ? PRIOR_ID : `${PRIOR_ID}/${history.stratum}`,
    observations: history?.multipliers.length ?? 0,
  };
}

/** The gain below which a share `p` of the belief lies. `sd` is the standard deviation, also where the belief is a t. */
export function gainQuantile(
  { mean, sd, df }: Pick<GainEstimate, "mean" | "sd" | "df">,
  p: number,
): number {
  return mean + studentQuantile(p, df) * tScale(sd, df);
}

/** Scale of the t that has standard deviation `sd`. */
export const tScale = (sd: number, df: number | null): number =>
  df === null ? sd : sd * Math.sqrt((df - 2) / df);
