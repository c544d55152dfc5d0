import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  behaviour,
  conclude,
  Fail,
  filesIn,
  fingerprintOf,
  setting,
  sha256,
  writeWhole,
} from "./contract.ts";

interface Arm {
  id: string;
  adapter: boolean;
  system: string;
  suffix: string;
  shots: unknown[];
}

interface Item {
  id: string;
  messages: { content: string }[];
}

/** Answers that are right for a share of the items, by the hash of their id: nobody has to learn anything for them. */
export const evaluate = (): Promise<never> =>
  conclude(async (stop, output, result) => {
    const { arms, batchSize } = JSON.parse(readFileSync(setting("FT_CONFIG"), "utf8")) as {
      arms: Arm[];
      batchSize: number;
    };
    const items = readFileSync(join(setting("FT_DATA_DIR"), "test.jsonl"), "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Item);
    const { stepMs = 0, crashEvaluatorAfter, evaluatorExit, hideAdapterEffect } = behaviour();
    if (evaluatorExit) throw new Fail(evaluatorExit, "failed, as the test asked");
    const predictions = join(output, "predictions.jsonl");
    const done = answered(predictions, fingerprintOfInputs());
    const before = done.size;
    for (const arm of arms) {
      const open = items.filter(({ id }) => !done.has(`${arm.id}/${id}`));
      for (let start = 0; start < open.length; start += batchSize) {
        await sleep(stepMs);
        if (stop.asked) throw new Fail("preempted", `stopped by ${stop.reason} in arm ${arm.id}`);
        for (const item of open.slice(start, start + batchSize)) {
          appendFileSync(predictions, `${JSON.stringify(answer(arm, item))}\n`);
          done.add(`${arm.id}/${item.id}`);
          if (crashEvaluatorAfter === done.size && before < done.size)
            process.kill(process.pid, "SIGKILL");
        }
      }
    }
    if (arms.some(({ adapter }) => adapter) && !hideAdapterEffect)
      result.adapterEffect = { probes: 8, maxAbsLogitChange: 1.5, changedFirstToken: 4 };
  });

function fingerprintOfInputs(): string {
  const adapter = process.env.FT_ADAPTER_DIR;
  return fingerprintOf({
    "config.json": setting("FT_CONFIG"),
    "data/test.jsonl": join(setting("FT_DATA_DIR"), "test.jsonl"),
    ...filesIn("model", setting("FT_MODEL_DIR")),
    ...(adapter ? filesIn("adapter", adapter) : {}),
  });
}

/** What earlier attempts answered; a line that a kill cut off is dropped, and a second answer to the same. */
function answered(predictions: string, owner: string): Set<string> {
  const mark = `${predictions}.fingerprint`;
  if (!existsSync(predictions)) {
    writeWhole(mark, owner);
    return new Set();
  }
  if (!existsSync(mark) || readFileSync(mark, "utf8") !== owner)
    throw new Fail("config", "predictions.jsonl belongs to another evaluation");
  const kept = new Map<string, string>();
  for (const line of readFileSync(predictions, "utf8").split("\n").slice(0, -1)) {
    const pair = pairOf(line);
    if (pair && !kept.has(pair)) kept.set(pair, `${line}\n`);
  }
  writeWhole(predictions, [...kept.values()].join(""));
  return new Set(kept.keys());
}

function pairOf(line: string): string | undefined {
  try {
    const { arm, id } = JSON.parse(line) as { arm: string; id: string };
    return `${arm}/${id}`;
  } catch {
    return undefined;
  }
}

function answer(arm: Arm, { id, messages }: Item) {
  const right = Number.parseInt(sha256(id).slice(0, 4), 16) / 0x10000 < shareRight(arm);
  const output = right ? (messages.at(-1)?.content ?? "") : "I cannot tell.";
  const latencyMs = performance.now(); // differs each time, as a real one does
  const rest = { promptTokens: 20, outputTokens: 5, latencyMs, finishReason: "stop" };
  return { id, arm: arm.id, output, ...rest };
}

function shareRight({ adapter, system, suffix, shots }: Arm): number {
  if (adapter) return 0.9;
  return system || suffix || shots.length > 0 ? 0.5 : 0;
}
