import type { Digest } from "../core/digest.ts";
import { InputError, RunError } from "../core/errors.ts";
import { evaluationId } from "../core/evaluation/evaluation-id.ts";
import { buildEvaluationReport } from "../core/evaluation/evaluation-report.ts";
import type { AdapterManifest } from "../core/spec/adapter.ts";
import type { EvaluationJob } from "../core/spec/evaluation-job.ts";
import { EvaluationReport } from "../core/spec/evaluation-report.ts";
import type { LedgerEntry } from "../core/spec/ledger.ts";
import { TrainingJob } from "../core/spec/training-job.ts";
import { evaluatorConfig } from "../jobs/trainer-config.ts";
import type { KitContext } from "./context.ts";
import { baselineFor } from "./evidence/baselines.ts";
import { evaluationKeys, evaluationsOf, predictionsOf } from "./evidence/evaluations.ts";
import { readDataset, readSplit } from "./evidence/splits.ts";
import type { EvaluateOptions, StoredBaseline, StoredEvaluation } from "./kit.ts";
import { append } from "./ledger/ledger.ts";
import { ledgerId } from "./ledger/ledger-id.ts";
import { baseModelFolder } from "./local/base-model.ts";
import { fetchAdapter } from "./local/fetch-adapter.ts";
import { predict } from "./local/predict.ts";
import { EVALUATE_SCRIPT } from "./local/python.ts";
import { listAdapters, resolveVersion, showVersion } from "./registry/adapter-versions.ts";
import { readDecision, readRun } from "./runs/run-records.ts";
import { writeFirst } from "./store/document.ts";

/**
 * Adapter, base model and base model with the current best prompt answer the frozen test split in one process; the report
 * is scored here. Evaluating the same version with the same prompt again gives the stored report.
 */
export async function evaluate(
  context: KitContext,
  name: string,
  python: string,
  options: EvaluateOptions,
): Promise<StoredEvaluation> {
  const subject = await subjectOf(context, name, options.version ?? "candidate");
  const { version, manifest, job } = subject;
  const test = await readSplit(context.store, manifest.data.dataset, "test");
  const spec = evaluationJob(subject);
  const { adapterEffect, ...answers } = await predict({
    python,
    script: EVALUATE_SCRIPT,
    config: evaluatorConfig(spec),
    items: test.map(({ id, messages }) => ({ id, messages })),
    model: baseModelFolder(context.project.platform, job.base.model),
    adapter: { folder: await fetchAdapter(context, version, manifest), digest: version },
    workFolder: context.project.work,
    env: context.env,
    ...(options.onAnswer ? { onProgress: options.onAnswer } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  if (!adapterEffect) {
    const what = "the evaluator broke its contract: it did not prove that the adapter was applied";
    throw new RunError("contract", what, { fix: "read docs/trainer.md, section Evaluation" });
  }
  const id = evaluationId(spec, answers.predictions);
  const keys = evaluationKeys(id);
  // The first copy counts: another may differ in how long the answers took.
  await context.store.put(keys.predictions, answers.text, { ifAbsent: true });
  const { predictions, digest: predictionsDigest } = await predictionsOf(context.store, id);
  const { dataset, readiness } = await readDataset(context.store, manifest.data.dataset);
  const earlier = await evaluationsOf(context.store, dataset.splits.test.digest);
  const report =
    earlier.find((one) => one.id === id) ??
    (await writeFirst(
      context.store,
      keys.report,
      EvaluationReport,
      buildEvaluationReport({
        id,
        at: context.now().toISOString(),
        by: context.requester,
        job: spec,
        items: test.map((item) => ({
          id: item.id,
          expected: item.messages.at(-1)?.content ?? "",
          cluster: item.cluster ?? item.id,
        })),
        testDigest: dataset.splits.test.digest,
        predictions,
        predictionsDigest,
        minGain: await requiredGain(context, subject),
        confidence: context.project.platform.policy.confidence,
        training: { ...manifest.metrics, bestCheckpointKept: job.training.keepBest },
        leakage: readiness.leakage,
        adapterEffect,
        trainingSeeds: await trainingSeeds(context, name, manifest),
        testUses: earlier.length + 1,
      }),
    ));
  await append(context.store, evaluatedEntry(subject, report));
  return { report, key: keys.folder };
}

interface Subject {
  team: string;
  version: Digest;
  manifest: AdapterManifest;
  job: TrainingJob;
  baseline: StoredBaseline;
}

/** The version, the job that made it, and the best prompt that it has to beat today. */
async function subjectOf(context: KitContext, name: string, reference: string): Promise<Subject> {
  const { store } = context;
  const version = await resolveVersion(store, name, reference);
  const { manifest } = await showVersion(store, name, version);
  const team = manifest.files[0]?.key.split("/")[1] ?? "";
  const record = await readRun(store, team, manifest.run.id);
  if (!record) {
    throw new InputError(
      "RunUnknown",
      `the run ${manifest.run.id} that made this version is not in the store`,
      {
        path: store.url,
        fix: "evaluate it in the store that the run is in",
      },
    );
  }
  const job = TrainingJob.parse(record.job);
  const baseline = await baselineFor(context, job, manifest.data.splits.test);
  if (!baseline) {
    throw new InputError(
      "PromptBaselineMissing",
      "there is no best prompt to compare with on this test split",
      {
        path: `datasets/${manifest.data.dataset}`,
        fix: "run `tunekit baseline` with the adapter's job file",
      },
    );
  }
  return { team, version, manifest, job, baseline };
}

const evaluationJob = ({ version, manifest, job, baseline }: Subject): EvaluationJob => ({
  kind: "EvaluationJob",
  adapter: manifest.name,
  version,
  dataset: manifest.data.dataset,
  prompt: baseline.baseline.prompt,
  method: job.method,
  quantization: job.quantization,
  metric: job.useCase.metric,
  ...(job.useCase.labelField === undefined ? {} : { labelField: job.useCase.labelField }),
  ...job.evaluation,
  seed: job.seed,
});

/** The gain that the gate assumed promotion to ask for; the use case's own when the decision had no value part. */
async function requiredGain(
  context: KitContext,
  { team, manifest, job }: Subject,
): Promise<number> {
  const { decision } = await readDecision(context.store, team, manifest.run.id);
  return decision.value?.requiredGain ?? job.useCase.minGain;
}

/** Seeds that this adapter was trained with on this data. */
async function trainingSeeds(
  context: KitContext,
  name: string,
  { data }: AdapterManifest,
): Promise<number> {
  const [adapter] = (await listAdapters(context.store)).filter((summary) => summary.name === name);
  const seeds = new Set<number>();
  for (const version of adapter?.versions ?? []) {
    const { manifest } = await showVersion(context.store, name, version);
    if (manifest.data.dataset === data.dataset) seeds.add(manifest.run.seed);
  }
  return seeds.size;
}

function evaluatedEntry(
  { team, manifest, job, baseline: { baseline } }: Subject,
  report: EvaluationReport,
): LedgerEntry {
  const scoreOf = (arm: string) => report.arms.find((score) => score.arm === arm)?.score ?? 0;
  const primary = report.comparisons[0] as EvaluationReport["comparisons"][number];
  return {
    schemaVersion: 1,
    kind: "evaluated",
    id: ledgerId(report.at, "evaluated", report.id),
    at: report.at,
    actor: report.by,
    team,
    useCase: job.useCase.name,
    adapter: manifest.name,
    evaluationId: report.id,
    runId: manifest.run.id,
    version: report.version,
    verdict: report.verdict,
    metric: baseline.metric,
    items: report.arms[0]?.items ?? 0,
    scores: {
      base: scoreOf("base"),
      prompt: scoreOf("prompted-base"),
      adapter: scoreOf("adapter"),
    },
    gain: primary.difference,
    gainLow: primary.interval.low,
    gainHigh: primary.interval.high,
  };
}
