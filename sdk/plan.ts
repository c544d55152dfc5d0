import { andMore, InputError } from "../core/errors.ts";
import type { Dataset, ReadinessReport } from "../core/spec/dataset.ts";
import { jobDigest, type TrainingJob } from "../core/spec/training-job.ts";
import { plannedItems } from "../core/stats/planning.ts";
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
  /** Ends the reading of the data; nothing is stored. */
  signal?: AbortSignal;
  onProgress?: (text: string) => void;
}

/** The data check says no: there is no dataset, so no decision. */
export class DataRefusedError extends InputError {
  readonly outcome: CheckOutcome;

  constructor(outcome: CheckOutcome, file: string) {
    const [first, ...rest] = outcome.blocking;
    const more = andMore(rest.length, "finding");
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
  const pinned = pinData(job, data.dataset);
  const { job: placed, facts, cheaper } = await gatherFacts(context, pinned, data);
  return {
    job: placed,
    jobDigest: jobDigest(placed),
    dataset: data.dataset,
    estimate: facts.estimate,
    cheaper,
    decision: decide(facts),
    facts,
  };
}

/** The job with its data by digest: other data is another job, and the same data under another name is the same. */
export const pinData = (job: TrainingJob, { digest }: Dataset): TrainingJob => ({
  ...job,
  dataset: { digest },
});

/**
 * The job's frozen split with its report. A file is checked first when it was not checked before, or not with the base
 * model and the length limit of this job.
 * @throws DataRefusedError when a finding blocks; InputError `ExamplesTooLong`
 */
export async function checkedData(
  context: KitContext,
  job: TrainingJob,
  options: PlanOptions & { store: boolean },
): Promise<{ dataset: Dataset; readiness: ReadinessReport }> {
  const { file, digest } = await datasetOfJob(context.store, job, options.folder);
  const stored = digest ? await readDataset(context.store, digest) : undefined;
  if (stored && (file === undefined || answersFor(context, job, stored.dataset))) {
    refuseTooLong(job, stored.dataset, file);
    return stored;
  }
  const { check } = await import("./check.ts");
  const outcome = await check(context, file as string, {
    store: options.store,
    maxTokens: job.training.maxLength,
    ...testItemsNeeded(context, job),
    ...(hasBaseModel(context.project.platform, job.base.model) ? { base: job.base.model } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
  });
  if (!outcome.dataset) throw new DataRefusedError(outcome, file ?? "");
  refuseTooLong(job, outcome.dataset, file);
  return { dataset: outcome.dataset, readiness: outcome.report };
}

/** Whether an earlier check counted with this job's tokenizer, as far as it is here, and found nothing too long for it. */
function answersFor({ project }: KitContext, job: TrainingJob, { trainTokens }: Dataset): boolean {
  if (!hasBaseModel(project.platform, job.base.model)) return true;
  const counted = trainTokens?.tokenizer === job.base.model ? trainTokens : undefined;
  return counted !== undefined && counted.longest <= job.training.maxLength;
}

/** The trainer refuses an example that it would have to cut, so nothing is spent on one. */
function refuseTooLong(job: TrainingJob, { trainTokens }: Dataset, file = ""): void {
  const { maxLength } = job.training;
  if (trainTokens?.tokenizer !== job.base.model || trainTokens.longest <= maxLength) return;
  throw new InputError(
    "ExamplesTooLong",
    `the longest example has ${trainTokens.longest} tokens, and training.maxLength is ${maxLength}`,
    {
      path: file,
      fix: `set training.maxLength to ${trainTokens.longest}, or shorten the examples`,
    },
  );
}

/** Test items that could show the gain which the owner asks for at least. */
function testItemsNeeded({ project }: KitContext, { useCase }: TrainingJob) {
  const { confidence, discordantShare } = project.platform.policy;
  if (useCase.minGain === 0) return {};
  const levels = { alphaOneSided: 1 - confidence };
  return { testItemsNeeded: plannedItems(useCase.minGain, discordantShare, levels) };
}
