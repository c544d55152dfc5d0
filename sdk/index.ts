export type { TrainingJob } from "../core/spec/training-job.ts";
export type { CheckRequest } from "./check.ts";
export { type ConnectOptions, connect, type Kit } from "./connect.ts";
export type { EstimateOptions, JobEstimate } from "./estimate.ts";
export { GateRefusedError } from "./gate-refused-error.ts";
export type {
  CheckOutcome,
  Plan,
  Run,
  RunState,
  RunStatus,
  StoredBaseline,
  StoredEvaluation,
  StoredReview,
} from "./kit.ts";
export { DataRefusedError } from "./plan.ts";
export { trainingJob } from "./training-job.ts";
