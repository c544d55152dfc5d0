import { formatPercent } from "../../core/units.ts";
import type { GateContext } from "../context.ts";
import { type Judgement, judge } from "../judgement.ts";
import { count, plural } from "../wording.ts";
import type { Rule } from "./rule.ts";

/** Findings of the readiness check that a rule of their own judges here, with the facts at hand. */
const JUDGED_ELSEWHERE = new Set(["TooFewExamples", "FewExamples", "Leakage"]);

/** Blocking findings of the readiness check, and labels that a person found wrong too often. */
export const dataQuality: Rule = (context) => [...blockingFindings(context), ...audit(context)];

function blockingFindings({ facts }: GateContext): Judgement[] {
  const blocking = facts.dataset.findings.filter(
    ({ severity, code }) => severity === "blocking" && !JUDGED_ELSEWHERE.has(code),
  );
  if (blocking.length === 0) return [];
  const listed = blocking.map(({ code, message }) => `${code} (${message})`).join("; ");
  return [
    judge("DataQuality", "reject", {
      message: `The data check found ${plural(blocking.length, "blocking fault", "blocking faults")}: ${listed}.`,
      value: blocking.length,
      threshold: 0,
      fix: blocking.map(({ fix }) => fix).join("; "),
    }),
  ];
}

function audit({ facts }: GateContext): Judgement[] {
  const { audit } = facts.dataset;
  const needed = facts.policy.minAuditedQuality;
  if (audit === null || audit.correct / audit.sampled >= needed) return [];
  const share = audit.correct / audit.sampled;
  return [
    judge("DataQuality", "reject", {
      message: `Of ${count(audit.sampled)} audited examples ${count(audit.correct)} were right, ${formatPercent(share)}; at least ${formatPercent(needed)} are needed.`,
      value: share * 100,
      threshold: needed * 100,
      fix: "correct the labels and audit a new sample",
    }),
  ];
}
