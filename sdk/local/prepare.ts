import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { canonicalJson } from "../../core/digest.ts";
import { DigestField } from "../../core/spec/fields.ts";
import type { TrainingJob } from "../../core/spec/training-job.ts";
import { trainerConfig } from "../../jobs/trainer-config.ts";
import { readSplitBody } from "../evidence/splits.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Workspace } from "./workspace.ts";
import { writeWhole } from "./write-whole.ts";

/** What a workspace was prepared for. Written last: a workspace without it is prepared again. */
const Prepared = z.object({
  runId: z.string(),
  steps: z.number().int(),
  fingerprint: DigestField,
  model: z.string(),
});
export type Prepared = z.output<typeof Prepared>;

const file = (space: Workspace): string => join(space.folder, "prepared.json");

export function readPrepared(space: Workspace): Prepared | undefined {
  return existsSync(file(space))
    ? Prepared.parse(JSON.parse(readFileSync(file(space), "utf8")))
    : undefined;
}

/** Lays out the inputs of a run: config, the two splits that training may see, and the approved fingerprint. */
export async function prepare(
  space: Workspace,
  run: { runId: string; job: TrainingJob; datasetDigest: string; model: string },
  store: ObjectStore,
): Promise<Prepared> {
  const there = readPrepared(space);
  if (there) return there;
  mkdirSync(space.data, { recursive: true });
  writeWhole(space.config, canonicalJson(trainerConfig(run.job)));
  for (const split of ["train", "validation"] as const) {
    const body = await readSplitBody(store, run.datasetDigest, split);
    writeWhole(join(space.data, `${split}.jsonl`), body);
  }
  const prepared: Prepared = {
    runId: run.runId,
    steps: run.job.training.steps,
    model: run.model,
    fingerprint: await fingerprint({ config: space.config, data: space.data, model: run.model }),
  };
  writeWhole(file(space), canonicalJson(prepared));
  return prepared;
}
