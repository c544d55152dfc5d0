import { digestOf } from "../core/digest.ts";
import { InputError } from "../core/errors.ts";
import { scoreAnswers } from "../core/evaluation/score-answers.ts";
import type { Dataset, Example } from "../core/spec/dataset.ts";
import type { Prediction } from "../core/spec/evaluation-job.ts";
import type { PromptBaseline, PromptCandidate } from "../core/spec/prompt-baseline.ts";
import type { TrainingJob } from "../core/spec/training-job.ts";
import { promptCandidates, searchItems } from "../jobs/prompt-candidates.ts";
import { promptSearchConfig } from "../jobs/trainer-config.ts";
import type { KitContext } from "./context.ts";
import { baselineKey, scoredHow } from "./evidence/baselines.ts";
import { readSplit } from "./evidence/splits.ts";
import type { BaselineOptions, StoredBaseline } from "./kit.ts";
import { baseModelFolder } from "./local/base-model.ts";
import { predict } from "./local/predict.ts";
import { EVALUATE_SCRIPT } from "./local/python.ts";
import { writeOnce } from "./store/document.ts";

/** Asking without any help: what the base model does alone. */
const PLAIN: PromptCandidate = { id: "plain", system: "", suffix: "", shots: [] };

/** A prompt is what is asked, whatever it is called. */
const digestOfPrompt = ({ id: _, ...prompt }: PromptCandidate): string => digestOf(prompt);

/**
 * Searches for the best prompt: every candidate answers the same validation items, the best answers the test split once.
 * The test split plays no part in the choice.
 */
export async function findBaseline(
  context: KitContext,
  job: TrainingJob,
  dataset: Dataset,
  python: string,
  options: BaselineOptions,
): Promise<StoredBaseline> {
  const { search } = options;
  const ask = asker(context, job, python, options);
  const [train, validation, test] = await Promise.all(
    (["train", "validation", "test"] as const).map((split) =>
      readSplit(context.store, dataset.digest, split),
    ),
  );
  if (!train || !validation?.length || !test?.length) {
    throw new InputError("SplitEmpty", "the validation or the test split has no items", {
      path: `datasets/${dataset.digest}`,
      fix: "check more data, or split it with other --ratios",
    });
  }
  const candidates = promptCandidates(search, train);
  const items = searchItems(validation, search);
  const scored = score(
    job,
    items,
    candidates,
    await ask("choosing on validation", items, candidates),
  );
  const winner = candidates.find(({ id }) => id === scored[0]?.id) as PromptCandidate;
  // Names of their own, so that no name of the user's can stand for two arms.
  const best = { ...winner, id: "best" };
  const answers = await ask("scoring on test", test, [PLAIN, best]);
  const onTest = score(job, test, [PLAIN, best], answers);
  const scoreOf = (id: string) => onTest.find((candidate) => candidate.id === id)?.score ?? 0;
  const baseline: PromptBaseline = {
    schemaVersion: 1,
    datasetDigest: dataset.digest,
    testDigest: dataset.splits.test.digest,
    base: job.base,
    method: job.method,
    ...scoredHow(job),
    prompt: winner,
    promptDigest: digestOf(winner),
    promptsTried: new Set(candidates.map(digestOfPrompt)).size,
    candidates: scored,
    score: scoreOf(best.id),
    baseScore: scoreOf(PLAIN.id),
    testItems: test.length,
    author: options.author,
    at: context.now().toISOString(),
  };
  const digest = digestOf(baseline);
  await writeOnce(context.store, baselineKey(digest), baseline);
  return { digest, baseline };
}

type Ask = (
  what: string,
  items: readonly Example[],
  candidates: readonly PromptCandidate[],
) => Promise<Prediction[]>;

function asker(
  context: KitContext,
  job: TrainingJob,
  python: string,
  options: BaselineOptions,
): Ask {
  const model = baseModelFolder(context.project.platform, job.base.model);
  return async (what, items, candidates) => {
    const { predictions } = await predict({
      python,
      script: EVALUATE_SCRIPT,
      config: promptSearchConfig(job, candidates),
      items,
      model,
      workFolder: context.project.work,
      env: context.env,
      onProgress: (answered, total) => options.onAnswer?.(what, answered, total),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    return predictions;
  };
}

/** Score of each candidate, best first; of equal ones the first in the file. */
function score(
  { useCase }: TrainingJob,
  items: readonly Example[],
  candidates: readonly PromptCandidate[],
  predictions: readonly Prediction[],
): PromptBaseline["candidates"] {
  const expected = items.map(({ messages }) => messages.at(-1)?.content ?? "");
  return candidates
    .map((candidate) => {
      const outputs = new Map(
        predictions.flatMap(({ arm, id, output }) => (arm === candidate.id ? [[id, output]] : [])),
      );
      const answers = items.map(({ id }) => outputs.get(id) ?? "");
      const scoring = { metric: useCase.metric, labelField: useCase.labelField };
      return {
        id: candidate.id,
        promptDigest: digestOf(candidate),
        score: scoreAnswers(scoring, expected, answers),
        items: items.length,
      };
    })
    .sort((a, b) => b.score - a.score);
}
