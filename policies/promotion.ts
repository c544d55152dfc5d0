import { digestOf, shortDigest } from "../core/digest.ts";
import { SEVERITIES } from "../core/spec/dataset.ts";
import type { EvaluationReport, ReviewRecord } from "../core/spec/evaluation-report.ts";
import type { Reason } from "../core/spec/gate-decision.ts";
import { REASONS, type ReasonCode } from "../core/spec/reason-codes.ts";
import { formatPercent } from "../core/units.ts";
import type { PromotionDecision, PromotionFacts } from "./promotion-facts.ts";

/** The alias that serving follows. Every other alias is a name for a version and needs no evidence. */
const GUARDED_ALIAS = "champion";
const DAY = 86_400_000;

/**
 * Whether an alias may move to a version. `champion` needs a passing evaluation of exactly this version against today's
 * best prompt on the frozen test split, a review by people that the adapter did not lose, and no open blocking finding.
 * Any other alias needs intact files alone, and so does going back one step: a rollback must work at night.
 */
export function decidePromotion(facts: PromotionFacts): PromotionDecision {
  const needsEvidence = facts.alias === GUARDED_ALIAS && !facts.rollback;
  const reasons = [
    ...versionReasons(facts),
    ...(needsEvidence ? [...evaluationReasons(facts), ...reviewReasons(facts)] : []),
  ].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  return {
    schemaVersion: 1,
    at: facts.now,
    actor: facts.actor,
    adapter: facts.adapter,
    alias: facts.alias,
    version: facts.version,
    rollback: facts.rollback,
    allowed: reasons.every(({ severity }) => severity !== "blocking"),
    reasons,
    evaluationId: needsEvidence ? (facts.evaluation?.id ?? null) : null,
    reviewId: needsEvidence && facts.review ? digestOf(facts.review) : null,
    factsDigest: digestOf(facts),
  };
}

function reason(code: ReasonCode, message: string, details: Partial<Reason> = {}): Reason {
  const fix = REASONS[code][1];
  return { code, severity: "blocking", message, value: null, threshold: null, fix, ...details };
}

function versionReasons({ verified, version, rollback, current, alias }: PromotionFacts): Reason[] {
  const reasons: Reason[] = [];
  if (!verified) {
    const message = `Version ${shortDigest(version)} was not read back as its manifest describes it.`;
    reasons.push(reason("VersionUnverified", message));
  }
  const isOneStepBack = current?.previous === version && !current.rollback;
  if (rollback && !isOneStepBack) {
    const message = `A rollback goes to the version before the last promotion of ${alias}, and ${shortDigest(version)} is not that one.`;
    reasons.push(reason("NoPreviousVersion", message));
  }
  return reasons;
}

function evaluationReasons(facts: PromotionFacts): Reason[] {
  const { evaluation, version, testDigest } = facts;
  if (evaluation === null) {
    return [reason("NoEvaluation", `Version ${shortDigest(version)} has no evaluation.`)];
  }
  if (evaluation.version !== version) {
    const message = `Evaluation ${evaluation.id} judged version ${shortDigest(evaluation.version)}, not ${shortDigest(version)}.`;
    return [reason("NoEvaluation", message)];
  }
  if (evaluation.testDigest !== testDigest) {
    const message = `Evaluation ${evaluation.id} used test split ${shortDigest(evaluation.testDigest)}, not the frozen ${shortDigest(testDigest)} of this version.`;
    return [reason("NoEvaluation", message)];
  }
  return [
    ...verdictReasons(evaluation),
    ...freshnessReasons(evaluation, facts),
    ...promptReasons(evaluation, facts),
    ...evaluation.findings
      .filter(({ severity }) => severity === "blocking")
      .map(({ code, message, fix, value, threshold }) =>
        reason("OpenFinding", `${code}: ${message}.`, { fix, value, threshold }),
      ),
  ];
}

function verdictReasons({ verdict, summary, comparisons, ...report }: EvaluationReport): Reason[] {
  const numbers = { value: comparisons[0]?.interval.low ?? null, threshold: report.minGain };
  switch (verdict) {
    case "pass":
      return [];
    case "fail":
      return [reason("EvaluationFailed", summary, numbers)];
    case "inconclusive":
      return [reason("EvaluationInconclusive", summary, numbers)];
  }
}

function freshnessReasons({ at }: EvaluationReport, { now, policy }: PromotionFacts): Reason[] {
  const days = (Date.parse(now) - Date.parse(at)) / DAY;
  const limit = policy.evaluationMaxAgeDays;
  if (days <= limit) return [];
  const message = `The evaluation is ${Math.floor(days)} days old; ${limit} are allowed.`;
  return [reason("EvaluationExpired", message, { value: days, threshold: limit })];
}

function promptReasons(
  { promptDigest }: EvaluationReport,
  { baselinePromptDigest: best }: PromotionFacts,
): Reason[] {
  if (best === null) {
    return [reason("PromptBaselineMissing", "There is no best prompt on this test split today.")];
  }
  if (best === promptDigest) return [];
  const message = `The evaluation compared with prompt ${shortDigest(promptDigest)}; the best prompt today is ${shortDigest(best)}.`;
  return [reason("PromptComparisonStale", message)];
}

function reviewReasons(facts: PromotionFacts): Reason[] {
  const { review, evaluation, version, policy } = facts;
  if (review === null) {
    return [reason("ReviewMissing", `No person has compared version ${shortDigest(version)}.`)];
  }
  if (review.version !== version || review.evaluationId !== evaluation?.id) {
    const message = `The review belongs to evaluation ${review.evaluationId} of version ${shortDigest(review.version)}, not to the one that is presented.`;
    return [reason("ReviewMissing", message)];
  }
  if (review.items < policy.minReviewedItems) {
    const message = `The review has ${review.items} items; fewer than ${policy.minReviewedItems} cannot show a preference.`;
    const numbers = { value: review.items, threshold: policy.minReviewedItems };
    return [reason("ReviewMissing", message, numbers)];
  }
  return [...preferenceReasons(review), ...agreementReasons(review, policy.minKappa)];
}

/**
 * The metric has shown the gain already; people are asked for what it cannot see. So the review refuses when they prefer
 * the prompt beyond chance, and only warns on a lean: asking for a win again would refuse half of all adapters whose
 * better labels look no different to a reader.
 */
function preferenceReasons({ winRate, interval, raters }: ReviewRecord): Reason[] {
  if (winRate >= 0.5) return [];
  const lost = interval.high < 0.5;
  const message = `${raters.join(" and ")} preferred the adapter in ${formatPercent(winRate)} of the ratings (95 % interval ${formatPercent(interval.low)} to ${formatPercent(interval.high)})${lost ? "" : ": a lean to the prompt that may be chance"}.`;
  return [
    reason("ReviewFailed", message, {
      severity: lost ? "blocking" : "warning",
      value: lost ? interval.high : winRate,
      threshold: 0.5,
    }),
  ];
}

/**
 * Low agreement makes a review worthless, unless the adapter wins beyond chance all the same: when nearly every rating
 * falls into one category, kappa is near zero at any agreement (Feinstein & Cicchetti 1990), and the clearest adapters
 * would be refused.
 */
function agreementReasons({ kappa, interval, raters }: ReviewRecord, minKappa: number): Reason[] {
  if (kappa === null || kappa >= minKappa) return [];
  const wonAnyway = interval.low > 0.5;
  const message = `${raters.join(" and ")} disagree: kappa ${kappa.toFixed(2)}, and ${minKappa.toFixed(2)} is the floor${wonAnyway ? `, though together they prefer the adapter beyond chance` : ""}.`;
  return [
    reason("ReviewFailed", message, {
      severity: wonAnyway ? "warning" : "blocking",
      value: kappa,
      threshold: minKappa,
    }),
  ];
}
