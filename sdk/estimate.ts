import type { Digest } from "../core/digest.ts";
import {
  type EstimateDocument,
  estimateDocument,
  type PlacementChoice,
} from "../core/estimate/estimate-document.ts";
import { jobDigest, type TrainingJob } from "../core/spec/training-job.ts";
import type { KitContext } from "./context.ts";
import { estimateInput } from "./estimate-input.ts";
import { observedRuns } from "./evidence/observed-runs.ts";
import { readLedger } from "./ledger/ledger.ts";
import { checkedData, type PlanOptions, pinData } from "./plan.ts";

export type EstimateOptions = PlanOptions & PlacementChoice;

/** The estimate of a job with the job and the data that it is of. */
export interface JobEstimate extends EstimateDocument {
  job: TrainingJob;
  jobDigest: Digest;
  datasetDigest: Digest;
}

/**
 * What a job needs, takes and costs on every placement that it allows. Asks no gate, looks at no budget or baseline, and
 * writes nothing: data that was never checked is checked in memory.
 * @throws DataRefusedError; InputError `ExamplesTooLong`, `BeyondContext`; CatalogError `NoPlacement`, `UnknownModel`
 */
export async function estimate(
  context: KitContext,
  asked: TrainingJob,
  options: EstimateOptions,
): Promise<JobEstimate> {
  const data = await checkedData(context, asked, { ...options, store: false });
  const job = pinData(asked, data.dataset);
  const calibration = observedRuns((await readLedger(context.store)).entries);
  const input = estimateInput(context, job, data, context.now(), calibration);
  return {
    job,
    jobDigest: jobDigest(job),
    datasetDigest: data.dataset.digest,
    ...estimateDocument(input, options),
  };
}
