import type { Verdict } from "../core/spec/gate-decision.ts";
import type { ReasonCode } from "../core/spec/reason-codes.ts";

/** What a reason does to the verdict, the most severe first. */
export const EFFECTS = ["reject", "defer", "pilot", "warning", "info"] as const;
export type Effect = (typeof EFFECTS)[number];

/** The verdict and the severity that each effect stands for. */
export const VERDICT_OF = {
  reject: "reject",
  defer: "defer",
  pilot: "pilot",
  warning: "approve",
  info: "approve",
} as const satisfies Record<Effect, Verdict>;

export const SEVERITY_OF = {
  reject: "blocking",
  defer: "blocking",
  pilot: "warning",
  warning: "warning",
  info: "info",
} as const satisfies Record<Effect, "blocking" | "warning" | "info">;

/**
 * Who can let a refused run start all the same. `nobody`: the run would have no price, no memory or no meaningful test.
 * `approver`: a named person takes the risk. `exploration`: an approver, or the exploration budget without one.
 */
export type LiftedBy = "nobody" | "approver" | "exploration";

interface GateReasonRow {
  /** Every effect that the rule may give, the most severe first. */
  effects: readonly [Effect, ...Effect[]];
  /** For the effects reject and defer. */
  liftedBy?: LiftedBy;
}

/** Every reason that the cost gate can give. */
export const GATE_REASONS = {
  PromptBaselineMissing: { effects: ["reject"], liftedBy: "approver" },
  PromptBaselineStale: { effects: ["reject"], liftedBy: "approver" },
  PromptBaselineWeak: { effects: ["reject"], liftedBy: "approver" },
  TooFewExamples: { effects: ["reject"], liftedBy: "approver" },
  FewExamples: { effects: ["pilot", "warning"] },
  DataQuality: { effects: ["reject"], liftedBy: "nobody" },
  DataLeakage: { effects: ["reject"], liftedBy: "nobody" },
  SplitInvalid: { effects: ["reject"], liftedBy: "nobody" },
  TaskChangesTooOften: { effects: ["reject"], liftedBy: "approver" },
  EvaluationUnderpowered: { effects: ["defer", "warning"], liftedBy: "exploration" },
  DoesNotFitMemory: { effects: ["reject", "warning"], liftedBy: "nobody" },
  DeadlineMissed: { effects: ["reject", "warning"], liftedBy: "nobody" },
  PriceUnknown: { effects: ["defer"], liftedBy: "nobody" },
  PriceStale: { effects: ["defer"], liftedBy: "nobody" },
  SpotUnavailable: { effects: ["defer"], liftedBy: "nobody" },
  BudgetExceeded: { effects: ["defer"], liftedBy: "approver" },
  BudgetForecast: { effects: ["warning"] },
  BudgetUnset: { effects: ["info"] },
  RunCapExceeded: { effects: ["reject"], liftedBy: "approver" },
  GainBelowCost: { effects: ["reject"], liftedBy: "exploration" },
  GainBelowHurdle: { effects: ["reject"], liftedBy: "exploration" },
  PaybackTooLong: { effects: ["warning"] },
  LowChanceOfWin: { effects: ["reject"], liftedBy: "exploration" },
  GainIntervalWide: { effects: ["pilot", "info"] },
  CheaperAlternative: { effects: ["info"] },
  DuplicateRun: { effects: ["reject"], liftedBy: "approver" },
  Exploration: { effects: ["info"] },
  OverrideApproved: { effects: ["info"] },
  OverrideExpired: { effects: ["reject", "defer"], liftedBy: "approver" },
  OverrideInvalid: { effects: ["reject", "defer"], liftedBy: "approver" },
} as const satisfies Partial<Record<ReasonCode, GateReasonRow>>;

export type GateReasonCode = keyof typeof GATE_REASONS;
export type EffectOf<Code extends GateReasonCode> = (typeof GATE_REASONS)[Code]["effects"][number];

export const gateReason = (code: GateReasonCode): GateReasonRow => GATE_REASONS[code];
