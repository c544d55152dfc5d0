import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Digest, digestOf, sha256 } from "../core/digest.ts";
import { InputError, RunError } from "../core/errors.ts";
import { buildEvaluationReport } from "../core/evaluation/evaluation-report.ts";
import type { AdapterManifest } from "../core/spec/adapter.ts";
import type { EvaluationJob } from "../core/spec/evaluation-job.ts";
import { EvaluationReport } from "../core/spec/evaluation-report.ts";
import type { LedgerEntry } from "../core/spec/ledger.ts";
import { TrainingJob } from "../core/spec/training-job.ts";
import { evaluatorConfig } from "../jobs/trainer-config.ts";
import type { KitContext } from "./context.ts";
import { baselineFor } from "./evidence/baselines.ts";
import { evaluationKeys, evaluationsOf } from "./evidence/evaluations.ts";
import { readDataset, readSplit } from "./evidence/splits.ts";
import type { EvaluateOptions, StoredBaseline, StoredEvaluation } from "./kit.ts";
import { append } from "./ledger/ledger.ts";
import { ledgerId } from "./ledger/ledger-id.ts";
import { baseModelFolder } from "./local/base-model.ts";
import { predict } from "./local/predict.ts";
import { EVALUATE_SCRIPT } from "./local/python.ts";
import { listAdapters, resolveVersion, showVersion } from "./registry/adapter-versions.ts";
import { readDecision, readRun } from "./runs/run-records.ts";
import { readDocument, writeOnce } from "./store/document.ts";

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
  const { version, manifest, job, baseline } = subject;
  const test = await readSplit(context.store, manifest.data.dataset, "test");
  const spec = evaluationJob(subject);
  const { predictions, text, adapterEffect } = await predict({
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
  const predictionsDigest = sha256(text);
  const id = digestOf({ spec, predictionsDigest }).slice(0, 32);
  const keys = evaluationKeys(id);
  const stored = await readDocument(context.store, keys.report, EvaluationReport);
  const { dataset, readiness } = await readDataset(context.store, manifest.data.dataset);
  const report =
    stored?.value ??
    buildEvaluationReport({
      id,
      at: context.now().toISOString(),
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
      testUses: (await evaluationsOf(context.store, dataset.splits.test.digest)).length + 1,
    });
  await context.store.put(keys.predictions, text, { ifAbsent: true });
  await writeOnce(context.store, keys.report, report);
  await append(context.store, evaluatedEntry(context, subject, baseline, report));
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

/** The two files of the version in a folder of this machine, as a server would load them. */
async function fetchAdapter(
  { store, project }: KitContext,
  version: Digest,
  manifest: AdapterManifest,
): Promise<string> {
  const folder = join(project.work, `adapter-${version.slice(0, 16)}`);
  mkdirSync(folder, { recursive: true });
  for (const file of manifest.files) {
    const object = await store.get(file.key);
    if (!object || sha256(object.body) !== file.sha256) {
      throw new InputError("AdapterDamaged", `${file.path} is not what was published`, {
        path: `${store.url}/${file.key}`,
        fix: `run \`tunekit adapters verify ${manifest.name} --version ${version}\``,
      });
    }
    writeFileSync(join(folder, file.path), object.body);
  }
  return folder;
}

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
  context: KitContext,
  { team, manifest, job }: Subject,
  { baseline }: StoredBaseline,
  report: EvaluationReport,
): LedgerEntry {
  const scoreOf = (arm: string) => report.arms.find((score) => score.arm === arm)?.score ?? 0;
  const primary = report.comparisons[0] as EvaluationReport["comparisons"][number];
  return {
    schemaVersion: 1,
    kind: "evaluated",
    id: ledgerId(report.at, "evaluated", report.id),
    at: report.at,
    actor: context.requester,
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
