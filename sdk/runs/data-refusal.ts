import type { TrainingJob } from "../../core/spec/training-job.ts";
import type { KitContext } from "../context.ts";
import { append } from "../ledger/ledger.ts";
import { DataRefusedError } from "../plan.ts";

/** Runs `work`; when the data check refuses, that answer goes into the ledger before it goes to the caller. */
export async function recordDataRefusal<T>(
  context: KitContext,
  job: TrainingJob,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DataRefusedError)) throw error;
    const now = context.now();
    await append(context.store, {
      schemaVersion: 1,
      kind: "check-refused",
      id: context.newId(now),
      at: now.toISOString(),
      actor: context.requester,
      team: job.team,
      useCase: job.useCase.name,
      adapter: job.name,
      file: error.path ?? "",
      codes: error.outcome.blocking.map(({ code }) => code),
      message: error.message,
    });
    throw error;
  }
}
