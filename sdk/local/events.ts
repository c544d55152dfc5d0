import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Observation } from "./observe.ts";
import type { Workspace } from "./workspace.ts";

/** One line of `metrics.jsonl`. */
export const Metric = z.looseObject({
  step: z.number(),
  epoch: z.number(),
  split: z.enum(["train", "validation"]),
  name: z.string(),
  value: z.number(),
  tokensSeen: z.number(),
  elapsedSeconds: z.number(),
  attempt: z.number(),
});
export type Metric = z.output<typeof Metric>;

export interface MetricEvent {
  kind: "metric";
  position: number;
  metric: Metric;
}

/** What happens in a run, in order. `position` resumes a stream: pass it as `after`. */
export type RunEvent =
  | MetricEvent
  | { kind: "state"; position: number; state: Observation["state"]; attempt: number };

export interface EventOptions {
  /** Position of the last event that was seen. Default: from the start. */
  after?: number;
  signal?: AbortSignal;
  /** False: only what is there now. @default true */
  follow?: boolean;
  /** Milliseconds between looks at the files. @default 100 */
  every?: number;
}

/**
 * Follows a run while it runs: to its end, its next pause, or at once where nobody has started it. Metrics come in the order
 * in which they were written; a line that is still being written waits for its end.
 */
export async function* events(
  space: Workspace,
  look: () => Observation,
  options: EventOptions = {},
): AsyncGenerator<RunEvent, void, void> {
  let position = options.after ?? 0;
  let shown = "";
  while (!options.signal?.aborted) {
    const observation = look(); // before reading, so that nothing written before the end is missed
    for (const event of metricsIn(await bytesFrom(space.metrics, position), position)) {
      position = event.position;
      yield event;
    }
    const attempt = observation.attempts.length;
    if (shown !== `${observation.state} ${attempt}`) {
      shown = `${observation.state} ${attempt}`;
      yield { kind: "state", position, state: observation.state, attempt };
    }
    if (observation.state !== "running" || options.follow === false) return;
    await sleep(options.every ?? 100, undefined, { signal: options.signal }).catch(() => {});
  }
}

/** The metrics in complete lines that start at byte `from` of `metrics.jsonl`, each with the position after it. */
export function* metricsIn(bytes: Buffer, from: number): Generator<MetricEvent, void, void> {
  let start = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    const metric = parseMetric(bytes.toString("utf8", start, end));
    start = end + 1;
    if (metric) yield { kind: "metric", position: from + start, metric };
  }
}

async function bytesFrom(file: string, from: number): Promise<Buffer> {
  if (!existsSync(file)) return Buffer.alloc(0);
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    if (size <= from) return Buffer.alloc(0);
    return (await handle.read(Buffer.alloc(size - from), 0, size - from, from)).buffer;
  } finally {
    await handle.close();
  }
}

function parseMetric(line: string): Metric | undefined {
  try {
    return Metric.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined; // two lines that a kill ran together
  }
}
