import type { RunResult } from "../../core/spec/run.ts";
import { type EventOptions, metricsIn, type RunEvent } from "../local/events.ts";
import type { ObjectStore } from "../store/object-store.ts";

/**
 * The events of an ended run where its workspace is not: its metrics as they were shipped, then how it ended. Positions are
 * those of the workspace's file, so a stream begun on one machine is resumed on another.
 */
export async function* storedEvents(
  store: ObjectStore,
  metricsKey: string,
  result: RunResult,
  { after = 0 }: EventOptions,
): AsyncGenerator<RunEvent, void, void> {
  const shipped = Buffer.from((await store.get(metricsKey))?.body ?? []);
  let position = after;
  for (const event of metricsIn(shipped.subarray(after), after)) {
    position = event.position;
    yield event;
  }
  yield { kind: "state", position, state: result.outcome, attempt: result.attempts };
}
