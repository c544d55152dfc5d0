import type { InstanceType } from "../catalog/instance-types.ts";
import type { BaseModel } from "../catalog/models.ts";
import type { PriceBook } from "../catalog/prices.ts";
import type { ObservedRun } from "../spec/observed-run.ts";
import type { PlatformConfig } from "../spec/platform-config.ts";
import type { TrainingJob } from "../spec/training-job.ts";

/** Lengths of the examples, counted with the tokenizer of the base model or taken from elsewhere: `source` says which. */
export interface TokenFacts {
  trainExamples: number;
  validationExamples: number;
  testExamples: number;
  /** Tokens of the mean and of the longest training example, chat template included. */
  meanTokens: number;
  longestTokens: number;
  /** Factor by which both may be off either way at 80 %: 1 when they were counted with the base's own tokenizer. */
  lengthSpread: number;
  source: string;
}

/** Everything that an estimate depends on. `now` is an ISO instant; it decides which prices are too old. */
export interface EstimateInput {
  job: TrainingJob;
  model: BaseModel;
  tokens: TokenFacts;
  platform: PlatformConfig;
  /** Machines that can be rented, and what they cost. */
  instanceTypes: readonly InstanceType[];
  book: PriceBook;
  now: string;
  /** Settled runs that correct speed and memory, folded from the ledger. @default none: nothing is corrected */
  calibration?: readonly ObservedRun[];
}
