/**
 * Every reason that a verdict can carry: stable code, title for people, and the usual next step. Documented in
 * docs/reference/reason-codes.md, which is generated from this table.
 */
export const REASONS = {
  PromptBaselineMissing: [
    "No prompt baseline on this test split",
    "run `tunekit baseline JOB --prompts prompts.yaml`",
  ],
  PromptBaselineStale: ["The prompt baseline is too old", "run `tunekit baseline` again"],
  PromptBaselineWeak: [
    "Too few prompts were tried",
    "add prompt variants and run `tunekit baseline` again",
  ],
  TooFewExamples: ["Too few examples to fine-tune", "collect more examples, or improve the prompt"],
  FewExamples: ["Few examples", "collect more examples; 500 to 2,000 are typical"],
  DataQuality: [
    "The data check found a blocking fault",
    "mend the rows that `tunekit check` lists",
  ],
  DataLeakage: ["Test items also stand in the training data", "split again with `tunekit check`"],
  SplitInvalid: ["The split is no 80/10/10-like split", "split again with `tunekit check`"],
  TaskChangesTooOften: [
    "Retraining over the horizon costs more than the value",
    "wait until the task is stable",
  ],
  EvaluationUnderpowered: ["The test split is too small to show the gain", "label more test rows"],
  DoesNotFitMemory: [
    "The job does not fit the memory of the tier",
    "make the cheapest change that `tunekit estimate` names",
  ],
  DeadlineMissed: [
    "The job takes longer than its deadline",
    "raise placement.deadline, allow a faster tier, or train fewer steps",
  ],
  PriceUnknown: [
    "No price for this placement",
    "enter it under prices in tunekit.yaml, or allow another tier",
  ],
  PriceStale: ["The price is too old", "enter today's under prices in tunekit.yaml"],
  SpotUnavailable: ["No spot capacity is sold for this placement", "allow on-demand capacity"],
  BudgetExceeded: [
    "The team's budget does not cover the high estimate",
    "wait for the next period or raise the budget",
  ],
  BudgetForecast: ["The budget is forecast to run out this period", "plan the remaining runs"],
  BudgetUnset: ["The team has no budget", "set one in tunekit.yaml"],
  RunCapExceeded: [
    "The high estimate is above the cap of one run",
    "make the run smaller or ask for an override",
  ],
  GainBelowCost: [
    "The expected gain does not pay for the compute",
    "raise volume or value, or improve the prompt instead",
  ],
  GainBelowHurdle: ["The net benefit is below the team's hurdle", "make the run cheaper"],
  PaybackTooLong: ["The mean gain pays back after the horizon", "check horizon and volume"],
  LowChanceOfWin: ["Deploying is unlikely to pay", "collect more or better examples"],
  GainIntervalWide: ["The gain may or may not pay", "run the pilot first"],
  CheaperAlternative: ["The same benefit costs less elsewhere", "take the alternative"],
  DuplicateRun: ["The same job already ran", "use the adapter that it made"],
  Exploration: ["Approved from the exploration budget", "compare the outcome with the prior"],
  OverrideApproved: ["A named approver lifted the refusal", "the override is in the ledger"],
  OverrideExpired: ["The override has expired", "ask for a new one"],
  OverrideInvalid: [
    "The override cannot lift this refusal",
    "an approver other than the requester must give it",
  ],
  SpecMismatch: ["The job differs from the spec that was judged", "submit it again"],
  DecisionExpired: ["The decision is too old", "plan again"],
  DecisionReused: ["The decision was already spent", "plan again"],
  VersionUnverified: [
    "The version's files are not what its manifest says",
    "run `tunekit adapters verify`",
  ],
  NoPreviousVersion: [
    "There is no such version to roll back to",
    "promote the version that you want instead",
  ],
  NoEvaluation: ["No evaluation of exactly this version", "run `tunekit evaluate`"],
  EvaluationFailed: [
    "The adapter does not beat the best prompt by the minimum gain",
    "improve data or training",
  ],
  EvaluationInconclusive: ["The evaluation cannot tell", "label the extra test rows that it names"],
  EvaluationExpired: ["The evaluation is too old", "run `tunekit evaluate` again"],
  ReviewMissing: [
    "No person has reviewed this version",
    "run `tunekit review export`, then `review import`",
  ],
  ReviewFailed: ["Reviewers prefer the baseline or disagree", "read their notes"],
  PromptComparisonStale: [
    "The best prompt in the evaluation is not the current one",
    "evaluate again",
  ],
  OpenFinding: ["A blocking finding is open", "resolve it"],
} as const satisfies Record<string, readonly [title: string, fix: string]>;

export type ReasonCode = keyof typeof REASONS;
export const REASON_CODES = Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]];
