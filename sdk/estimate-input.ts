import { INSTANCE_TYPES } from "../core/catalog/instance-types.ts";
import { priceBookOf } from "../core/catalog/price-book.ts";
import type { EstimateInput, TokenFacts } from "../core/estimate/estimate-input.ts";
import { modelOfJob } from "../core/estimate/job-model.ts";
import type { Dataset, ReadinessReport } from "../core/spec/dataset.ts";
import type { ObservedRun } from "../core/spec/observed-run.ts";
import type { TrainingJob } from "../core/spec/training-job.ts";
import type { KitContext } from "./context.ts";

/** What a job is estimated from in this project, now. @throws CatalogError `UnknownModel`; InputError `BeyondContext` */
export const estimateInput = (
  { project }: KitContext,
  job: TrainingJob,
  { dataset, readiness }: { dataset: Dataset; readiness: ReadinessReport },
  now: Date,
  calibration: readonly ObservedRun[],
): EstimateInput => ({
  job,
  model: modelOfJob(job),
  tokens: tokenFacts(dataset, readiness),
  platform: project.platform,
  instanceTypes: INSTANCE_TYPES,
  book: priceBookOf(project.platform),
  now: now.toISOString(),
  calibration,
});

/** Tokens a word go from 1.1 in plain English to 2.2 in code and other languages: a judgement of this project. */
const WORDS_SPREAD = 1.4;

/** Token counts by the base's own tokenizer where the check made them; otherwise from words, said so in the source. */
function tokenFacts(dataset: Dataset, { words }: ReadinessReport): TokenFacts {
  const { train, validation, test } = dataset.splits;
  const items = {
    trainExamples: train.items,
    validationExamples: validation.items,
    testExamples: test.items,
  };
  const counted = dataset.trainTokens;
  if (counted) {
    return {
      ...items,
      meanTokens: counted.total / Math.max(1, train.items),
      longestTokens: counted.longest,
      lengthSpread: 1,
      source: `counted with ${counted.tokenizer}`,
    };
  }
  // English text in byte-pair tokens: about four for every three words; the chat template adds a dozen.
  const tokens = (count: number) => Math.ceil((count * 4) / 3 + 12);
  return {
    ...items,
    meanTokens: tokens(words.mean),
    longestTokens: tokens(words.max),
    lengthSpread: WORDS_SPREAD,
    source: "4/3 tokens a word, not counted: add --base to `tunekit check`",
  };
}
