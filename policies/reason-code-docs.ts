import { REASON_CODES, REASONS, type ReasonCode } from "../core/spec/reason-codes.ts";
import { GATE_REASONS, type GateReasonCode, gateReason, type LiftedBy } from "./effects.ts";

/** Codes that the cluster gives when it compares the live Job with its decision; all others come from promotion. */
const ADMISSION: readonly ReasonCode[] = ["SpecMismatch", "DecisionExpired", "DecisionReused"];

const LIFTED_BY: Record<LiftedBy, string> = {
  nobody: "nobody",
  approver: "a named approver",
  exploration: "a named approver, or the exploration budget",
};

const isGateReason = (code: ReasonCode): code is GateReasonCode => code in GATE_REASONS;

/** docs/reference/reason-codes.md */
export function reasonCodeDocs(): string {
  return `# Reason codes

Generated from core/spec/reason-codes.ts and policies/effects.ts by \`npm run generate\`; edit those.

A decision carries every reason that applies, and the most severe one is its verdict: reject, then defer, then pilot; a
warning or an info leaves it at approve. A code with two effects gets the one that its rule finds; docs/cost-gate.md says when.

## The cost gate

| Code | Meaning | Effect | A refusal is lifted by | Usual next step |
|---|---|---|---|---|
${REASON_CODES.filter(isGateReason).map(gateRow).join("\n")}

## Other doors

| Code | Meaning | Given by | Usual next step |
|---|---|---|---|
${REASON_CODES.filter((code) => !isGateReason(code))
  .map(elsewhereRow)
  .join("\n")}
`;
}

function gateRow(code: GateReasonCode): string {
  const { effects, liftedBy } = gateReason(code);
  const [title, fix] = REASONS[code];
  return `| \`${code}\` | ${title} | ${effects.join(" or ")} | ${liftedBy ? LIFTED_BY[liftedBy] : "–"} | ${fix} |`;
}

function elsewhereRow(code: ReasonCode): string {
  const [title, fix] = REASONS[code];
  const door = ADMISSION.includes(code) ? "admission in the cluster" : "promotion";
  return `| \`${code}\` | ${title} | ${door} | ${fix} |`;
}
