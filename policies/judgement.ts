import type { Reason, Verdict } from "../core/spec/gate-decision.ts";
import { REASONS } from "../core/spec/reason-codes.ts";
import {
  EFFECTS,
  type Effect,
  type EffectOf,
  type GateReasonCode,
  SEVERITY_OF,
  VERDICT_OF,
} from "./effects.ts";
import { toDigits } from "./rounding.ts";

/** A reason together with what it does to the verdict. */
export interface Judgement extends Reason {
  code: GateReasonCode;
  effect: Effect;
}

export interface Finding {
  /** A full sentence with the numbers in it. */
  message: string;
  /** Measured and allowed, in the unit that the message names. */
  value?: number | null;
  threshold?: number | null;
  /** The next action. @default the usual one of the code */
  fix?: string;
}

/** A judgement of one rule. The type refuses an effect that the table in effects.ts does not give to the code. */
export function judge<Code extends GateReasonCode>(
  code: Code,
  effect: EffectOf<Code>,
  { message, value = null, threshold = null, fix = REASONS[code][1] }: Finding,
): Judgement {
  return {
    code,
    effect,
    severity: SEVERITY_OF[effect as Effect],
    message,
    value: value === null ? null : toDigits(value),
    threshold: threshold === null ? null : toDigits(threshold),
    fix,
  };
}

export const isBlocking = ({ effect }: Judgement): boolean =>
  effect === "reject" || effect === "defer";

/** The most severe first; of equal ones the order of the rules stays. */
export const bySeverity = (judgements: readonly Judgement[]): Judgement[] =>
  judgements.toSorted((a, b) => EFFECTS.indexOf(a.effect) - EFFECTS.indexOf(b.effect));

/** The most severe effect decides. */
export function verdictOf(judgements: readonly Judgement[]): Verdict {
  const [worst] = bySeverity(judgements);
  return worst === undefined ? "approve" : VERDICT_OF[worst.effect];
}

/** As the decision record carries it. */
export const toReason = ({ effect: _, ...reason }: Judgement): Reason => reason;
