import type { Digest } from "../core/digest.ts";
import type { Estimate } from "../core/estimate/estimate.ts";
import type { CheaperButFails } from "../core/estimate/plan-placement.ts";
import type { Dataset, Finding, ReadinessReport } from "../core/spec/dataset.ts";
import type { EvaluationReport, ReviewRecord } from "../core/spec/evaluation-report.ts";
import type { GateDecision } from "../core/spec/gate-decision.ts";
import type { GateFacts } from "../core/spec/gate-facts.ts";
import type { PromptBaseline } from "../core/spec/prompt-baseline.ts";
import type { PromptSearch } from "../core/spec/prompt-search.ts";
import type { Outcome, RunRecord, RunResult } from "../core/spec/run.ts";
import type { TrainingJob } from "../core/spec/training-job.ts";
import type { MicroUsd, Seconds } from "../core/units.ts";
import type { EventOptions, RunEvent } from "./local/events.ts";

/** What a data check gives: facts, findings and, when nothing blocks, the frozen split. */
export interface CheckOutcome {
  report: ReadinessReport;
  /** Undefined when a finding blocks. */
  dataset: Dataset | undefined;
  blocking: Finding[];
}

/** Estimate and decision of a job. Making one changes nothing. */
export interface Plan {
  /** The job as it would run: the planner's choices stand where it was left a choice. */
  job: TrainingJob;
  jobDigest: Digest;
  dataset: Dataset;
  estimate: Estimate;
  /** What costs less than the estimate and cannot be taken. */
  cheaper: CheaperButFails[];
  decision: GateDecision;
  facts: GateFacts;
}

export type RunState = "starting" | "running" | "interrupted" | Outcome;

export interface RunStatus {
  runId: string;
  adapter: string;
  team: string;
  state: RunState;
  /** One plain sentence: what it is doing, or why it stopped and what to do. */
  sentence: string;
  step: number;
  plannedSteps: number;
  attempts: number;
  seconds: Seconds;
  /** Spent so far, or settled. */
  costMicroUsd: MicroUsd;
  adapterVersion: Digest | null;
  record: RunRecord;
  result: RunResult | null;
}

/** A run, on whichever backend it lives. */
export interface Run {
  readonly id: string;
  status(): Promise<RunStatus>;
  /** Metrics and changes of state, in order, until the run ends or pauses. */
  events(options?: EventOptions): AsyncIterable<RunEvent>;
  /** Waits until the run ends or is interrupted, and settles it. @throws RunError when it did not succeed. */
  wait(options?: {
    signal?: AbortSignal;
    timeout?: Seconds;
    onEvent?: (event: RunEvent) => void;
  }): Promise<RunStatus>;
  /** Stops the run for good: a checkpoint is written, what was spent is settled. */
  cancel(): Promise<RunStatus>;
  /** The trainer's own output, all attempts. */
  log(): Promise<string>;
}

export interface BaselineOptions {
  search: PromptSearch;
  author: string;
  /** Called as answers come in: what they are for, how many there are, of how many. */
  onAnswer?: (what: string, answered: number, total: number) => void;
  signal?: AbortSignal;
}

export interface EvaluateOptions {
  /** Alias or digest. Default `candidate`. */
  version?: string;
  onAnswer?: (answered: number, total: number) => void;
  signal?: AbortSignal;
}

export interface StoredBaseline {
  digest: Digest;
  baseline: PromptBaseline;
}

export interface StoredReview {
  digest: Digest;
  review: ReviewRecord;
}

export interface StoredEvaluation {
  report: EvaluationReport;
  /** `evaluations/<id>`. */
  key: string;
}
