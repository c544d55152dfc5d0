import { shortDigest } from "../core/digest.ts";
import type { Verdict } from "../core/spec/gate-decision.ts";
import type { OverrideFacts } from "../core/spec/gate-facts.ts";
import type { GateContext } from "./context.ts";
import { gateReason } from "./effects.ts";
import { isBlocking, type Judgement, judge } from "./judgement.ts";
import { day } from "./wording.ts";

/** An exception that lasts longer is a policy: change the policy. */
export const LONGEST_OVERRIDE_DAYS = 7;
const DAY = 86_400_000;

/**
 * What an override does for a refused run. It stands beside the verdict and never changes it: `OverrideApproved` lets the
 * run start all the same. One that cannot lift the refusal takes the refusal's own effect. A run that was not refused needs
 * none, so that nothing is said.
 */
export function judgeOverride(
  context: GateContext,
  judgements: readonly Judgement[],
  verdict: Verdict,
): Judgement | null {
  const { override, requester } = context.facts;
  if (override === null || (verdict !== "reject" && verdict !== "defer")) return null;
  if (context.now >= Date.parse(override.expiresAt)) {
    return judge("OverrideExpired", verdict, {
      message: `The override by ${override.approver} expired on ${day(override.expiresAt)}.`,
    });
  }
  const fault = faultOf(context, override, judgements);
  if (fault !== null) return judge("OverrideInvalid", verdict, fault);
  return judge("OverrideApproved", "info", {
    message: `${override.approver} lets ${requester} run this all the same until ${day(override.expiresAt)}: "${override.reason}".`,
  });
}

function faultOf(
  { facts, now, cost }: GateContext,
  override: OverrideFacts,
  judgements: readonly Judgement[],
): { message: string; fix?: string } | null {
  if (override.approver === facts.requester) {
    return { message: `${override.approver} asked for this run and cannot approve it as well.` };
  }
  if (override.jobDigest !== facts.job.digest) {
    return {
      message: `The override is for job ${shortDigest(override.jobDigest)}, this is job ${shortDigest(facts.job.digest)}.`,
      fix: "ask for an override of this job; any change to a job makes it another",
    };
  }
  const issued = Date.parse(override.issuedAt);
  if (issued > now || Date.parse(override.expiresAt) - issued > LONGEST_OVERRIDE_DAYS * DAY) {
    return {
      message: `The override runs from ${day(override.issuedAt)} to ${day(override.expiresAt)}; it must have begun and last at most ${LONGEST_OVERRIDE_DAYS} days.`,
      fix: `issue it for at most ${LONGEST_OVERRIDE_DAYS} days`,
    };
  }
  const fixed = judgements.filter(
    (judgement) => isBlocking(judgement) && gateReason(judgement.code).liftedBy === "nobody",
  );
  if (fixed.length > 0 || cost === null) {
    const codes = [...new Set(fixed.map(({ code }) => code))].join(", ");
    return {
      message: `No override lifts ${codes}: such a run has no price, no memory or no meaningful test.`,
      fix: "remove that cause first",
    };
  }
  return null;
}
