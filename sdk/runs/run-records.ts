import { InputError, StoreError } from "../../core/errors.ts";
import { DecisionRecord, RunPointer, RunRecord, RunResult } from "../../core/spec/run.ts";
import { TrainingJob } from "../../core/spec/training-job.ts";
import { allKeys, readDocument } from "../store/document.ts";
import type { ObjectStore } from "../store/object-store.ts";

/** Keys of one run's documents. */
export const runKeys = (team: string, runId: string) => {
  const folder = `runs/${team}/${runId}`;
  return {
    job: `${folder}/job.json`,
    decision: `${folder}/decision.json`,
    result: `${folder}/result.json`,
    metrics: `${folder}/metrics.jsonl`,
    adapter: `${folder}/adapter`,
  };
};

export const pointerKey = (team: string, jobDigest: string): string =>
  `runs/${team}/by-job/${jobDigest}.json`;

export const readPointer = (store: ObjectStore, team: string, jobDigest: string) =>
  readDocument(store, pointerKey(team, jobDigest), RunPointer);

export async function readRun(
  store: ObjectStore,
  team: string,
  runId: string,
): Promise<RunRecord | undefined> {
  return (await readDocument(store, runKeys(team, runId).job, UsableRecord))?.value;
}

const UsableRecord = RunRecord.refine(({ job }) => TrainingJob.safeParse(job).success, {
  path: ["job"],
  error: "it is no training job that this version of tunekit knows",
});

export async function readDecision(
  store: ObjectStore,
  team: string,
  runId: string,
): Promise<DecisionRecord> {
  const key = runKeys(team, runId).decision;
  const found = await readDocument(store, key, DecisionRecord);
  if (found) return found.value;
  throw recordMissing(store, key);
}

export const recordMissing = (store: ObjectStore, key: string): StoreError =>
  new StoreError("RunRecordMissing", "a record of this run is gone from the store", {
    path: `${store.url}/${key}`,
    fix: "restore it from a backup; to give the run up, delete its pointer in the folder by-job beside it and submit the job again",
  });

export async function readRunResult(
  store: ObjectStore,
  team: string,
  runId: string,
): Promise<RunResult | undefined> {
  return (await readDocument(store, runKeys(team, runId).result, RunResult))?.value;
}

/**
 * Runs whose id starts so, newest first; ids are ULIDs, so their order is that of time. A submit that was killed, or lost
 * to another one, before its pointer was written has left records that are no run.
 */
export async function listRuns(
  store: ObjectStore,
  start = "",
): Promise<{ team: string; runId: string }[]> {
  const runs: { team: string; runId: string }[] = [];
  for await (const key of allKeys(store, "runs/")) {
    const [, team, runId] = /^runs\/([^/]+)\/([0-9A-Z]{26})\/job\.json$/.exec(key) ?? [];
    if (team && runId?.startsWith(start) && (await counts(store, team, runId)))
      runs.push({ team, runId });
  }
  return runs.sort((a, b) => (a.runId < b.runId ? 1 : -1));
}

/** A pointer moves on only from a run that has ended. */
async function counts(store: ObjectStore, team: string, runId: string): Promise<boolean> {
  const record = await readRun(store, team, runId);
  if (!record) return false;
  const pointer = await readPointer(store, team, record.jobDigest);
  return pointer?.value.runId === runId || (await readRunResult(store, team, runId)) !== undefined;
}

/**
 * The run with this id, or the only one whose id starts so.
 * @throws InputError `RunUnknown`, `RunAmbiguous`
 */
export async function findRun(
  store: ObjectStore,
  id: string,
): Promise<{ team: string; runId: string }> {
  const matches = await listRuns(store, id.toUpperCase());
  if (matches.length === 1 && id !== "") return matches[0] as { team: string; runId: string };
  if (matches.length === 0 || id === "") {
    throw new InputError("RunUnknown", `there is no run "${id}"`, {
      path: store.url,
      fix: "`tunekit list` shows the runs of this store",
    });
  }
  throw new InputError("RunAmbiguous", `${matches.length} runs start with "${id}"`, {
    path: store.url,
    fix: `give more of the id: ${matches
      .slice(0, 3)
      .map(({ runId }) => runId)
      .join(", ")}`,
  });
}
