import { InputError } from "../core/errors.ts";
import type { Dataset, ReadinessReport } from "../core/spec/dataset.ts";
import { jobDigest, type TrainingJob } from "../core/spec/training-job.ts";
import { decide } from "../policies/gate.ts";
import type { KitContext } from "./context.ts";
import { datasetOfJob } from "./evidence/dataset-of-job.ts";
import { readDataset } from "./evidence/splits.ts";
import { gatherFacts } from "./facts.ts";
import type { CheckOutcome, Plan } from "./kit.ts";
import { hasBaseModel } from "./local/base-model.ts";

export interface PlanOptions {
  /** Folder that the job's paths are relative to. */
  folder: string;
  onProgress?: (text: string) => void;
}

/** The data check says no: there is no dataset, so no decision. */
export class DataRefusedError extends InputError {
  readonly outcome: CheckOutcome;

  constructor(outcome: CheckOutcome, file: string) {
    const [first, ...rest] = outcome.blocking;
    const more = rest.length > 0 ? ` (and ${rest.length} more)` : "";
    super(
      first?.code ?? "DataQuality",
      `the data is not ready: ${first?.message ?? "a finding blocks"}${more}`,
      {
        path: file,
        fix: first?.fix ?? "run `tunekit check` and mend what it lists",
      },
    );
    this.outcome = outcome;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), findings: this.outcome.blocking };
  }
}

/** Estimate and decision of a job. Data that was never checked is checked in memory; nothing is written. */
export async function plan(
  context: KitContext,
  job: TrainingJob,
  options: PlanOptions,
): Promise<Plan> {
  const data = await checkedData(context, job, { ...options, store: false });
  const facts = await gatherFacts(context, job, data);
  return {
    job,
    jobDigest: jobDigest(job),
    dataset: data.dataset,
    estimate: facts.estimate,
    decision: decide(facts),
    facts,
  };
}

/** The stored outcome of an earlier check. */
async function storedCheck(context: KitContext, digest: string): Promise<CheckOutcome> {
  const { dataset, readiness } = await readDataset(context.store, digest);
  return { report: readiness, dataset, blocking: [] };
}

/**
 * The job's frozen split with its report; a file is checked first when it was not before.
 * @throws DataRefusedError when a finding blocks.
 */
export async function checkedData(
  context: KitContext,
  job: TrainingJob,
  options: PlanOptions & { store: boolean },
): Promise<{ dataset: Dataset; readiness: ReadinessReport }> {
  const { file, digest } = await datasetOfJob(context.store, job, options.folder);
  const outcome = digest
    ? await storedCheck(context, digest)
    : await (await import("./check.ts")).check(context, file as string, {
        store: options.store,
        maxTokens: job.training.maxLength,
        ...(hasBaseModel(context.project.platform, job.base.model) ? { base: job.base.model } : {}),
        ...(options.onProgress ? { onProgress: options.onProgress } : {}),
      });
  if (!outcome.dataset) throw new DataRefusedError(outcome, file ?? "");
  return { dataset: outcome.dataset, readiness: outcome.report };
}
