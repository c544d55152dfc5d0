import { digestOf } from "../core/digest.ts";
import type { GateDecision, Verdict } from "../core/spec/gate-decision.ts";
import type { GateFacts } from "../core/spec/gate-facts.ts";
import { describeAlternatives } from "./alternatives.ts";
import { capsOf } from "./caps.ts";
import { contextOf, type GateContext } from "./context.ts";
import { ENGINE_VERSION } from "./engine-version.ts";
import { explore } from "./exploration.ts";
import { bySeverity, type Judgement, toReason, verdictOf } from "./judgement.ts";
import { judgeOverride } from "./override.ts";
import { RULES } from "./rules/index.ts";

const HOUR = 3_600_000;

/**
 * Is this run worth its compute? Every rule is evaluated, every reason reported, and the most severe one is the verdict. Pure:
 * the same facts give the same bytes of canonical JSON, whoever asks and wherever.
 *
 * @throws InputError `AmountOutOfRange` when volume × value passes 9 billion USD
 */
export function decide(facts: GateFacts): GateDecision {
  const context = contextOf(facts);
  const judgements = judgementsOf(context);
  const verdict = verdictOf(judgements);
  const admitted = admits(facts, verdict, judgements);
  const { cost, gain, value } = context;
  return {
    schemaVersion: 1,
    id: facts.id,
    issuedAt: facts.now,
    expiresAt: new Date(context.now + facts.policy.decisionTtlHours * HOUR).toISOString(),
    engineVersion: ENGINE_VERSION,
    factsDigest: digestOf(facts),
    requester: facts.requester,
    team: facts.team,
    costCenter: facts.costCenter,
    useCase: facts.useCase.name,
    job: { name: facts.job.name, digest: facts.job.digest },
    datasetDigest: facts.dataset.digest,
    testDigest: facts.dataset.testDigest,
    baselineDigest: facts.baseline?.digest ?? null,
    policy: {
      id: facts.policy.id,
      version: facts.policy.version,
      digest: digestOf(facts.policy),
    },
    priceBook: facts.estimate.priceBook,
    mode: facts.mode,
    verdict,
    admitted,
    reasons: judgements.map(toReason),
    estimate: facts.estimate,
    cost,
    gain,
    value,
    budget: budgetAfter(context),
    caps: admitted ? capsOf(context, verdict) : null,
    retryAt: verdict === "defer" ? retryAt(context, judgements) : null,
    alternatives: describeAlternatives(context, judgements),
    override: facts.override,
  };
}

/** Everything that the rules, the exploration budget and an override have to say, the most severe first. */
export function judgementsOf(context: GateContext): Judgement[] {
  const judged = explore(
    context,
    RULES.flatMap((rule) => rule(context)),
  );
  const override = judgeOverride(context, judged, verdictOf(judged));
  return bySeverity(override === null ? judged : [...judged, override]);
}

/** In `observe` and `warn` every run may start; the verdict says what `enforce` would have done. */
function admits(facts: GateFacts, verdict: Verdict, judgements: readonly Judgement[]): boolean {
  return (
    facts.mode !== "enforce" ||
    verdict === "approve" ||
    verdict === "pilot" ||
    judgements.some(({ code }) => code === "OverrideApproved")
  );
}

function budgetAfter({ facts, cost }: GateContext): GateDecision["budget"] {
  if (facts.budget === null) return null;
  const { period, limitMicroUsd, actualMicroUsd, committedMicroUsd } = facts.budget;
  return {
    period,
    limitMicroUsd,
    actualMicroUsd,
    committedMicroUsd,
    afterThisMicroUsd: actualMicroUsd + committedMicroUsd + (cost?.highMicroUsd ?? 0),
  };
}

/** The next period, when it is only this period's budget that stands in the way. */
function retryAt({ facts, cost }: GateContext, judgements: readonly Judgement[]): string | null {
  const { budget } = facts;
  const onlyBudget = judgements
    .filter(({ effect }) => effect === "defer")
    .every(({ code }) => code === "BudgetExceeded");
  const fitsAlone = budget !== null && cost !== null && cost.highMicroUsd <= budget.limitMicroUsd;
  return onlyBudget && fitsAlone ? budget.nextPeriodAt : null;
}
