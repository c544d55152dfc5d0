import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { budgetTotals } from "../../core/spec/budget.ts";
import type { RunResult } from "../../core/spec/run.ts";
import { readBudget } from "../../sdk/budget/budget.ts";
import { type Attempt, readAttempts } from "../../sdk/local/attempt.ts";
import { workspace } from "../../sdk/local/workspace.ts";
import { fileStore } from "../../sdk/store/file-store.ts";
import type { TestProject } from "./project.ts";

export const attemptsOf = (project: TestProject, runId: string): Attempt[] =>
  readAttempts(workspace(join(project.folder, ".tunekit/work"), runId));

/** What must hold after any kills and repeats: one run, one settlement, one version, budget = ledger, each second once. */
export async function expectSettledOnce(project: TestProject): Promise<RunResult> {
  const kit = await project.kit();
  const runs = await kit.runs.list();
  expect(runs).toHaveLength(1);
  const result = runs[0]?.result as RunResult;
  expect(result).toMatchObject({ outcome: "succeeded", completedSteps: result.plannedSteps });

  const { entries, problems } = await kit.ledger.read();
  expect(problems).toEqual([]);
  expect(entries.map(({ kind }) => kind).sort()).toEqual(["decided", "settled", "started"]);
  const [adapter, ...others] = await kit.adapters.list();
  expect(others).toEqual([]);
  expect(adapter?.versions).toEqual([runs[0]?.adapterVersion]);
  expect((await kit.adapters.history("ticket-fields")).map(({ kind }) => kind)).toEqual([
    "published",
  ]);

  const period = result.finishedAt.slice(0, 7);
  const budget = await readBudget(fileStore(project.store), "support", period);
  const actual = entries.reduce(
    (sum, entry) => sum + (entry.kind === "settled" ? entry.actual : 0),
    0,
  );
  expect(budgetTotals(budget)).toEqual({ actual, committed: 0 });
  expect(actual).toBe(result.actualMicroUsd);

  const attempts = attemptsOf(project, result.runId);
  expect(result.attempts).toBe(attempts.length);
  const seconds = attempts.reduce(
    (sum, attempt) => sum + secondsOf(project, result.runId, attempt),
    0,
  );
  expect(result.seconds).toBeCloseTo(seconds, 6);
  return result;
}

/** Counted again, without the client: an attempt's recorded end, else the last thing that it reported. */
function secondsOf(project: TestProject, runId: string, attempt: Attempt): number {
  if (attempt.exit) return attempt.exit.at - attempt.startedAt;
  const output = join(project.folder, ".tunekit/work", runId, "output");
  const reported = (file: string) =>
    existsSync(join(output, file))
      ? readFileSync(join(output, file), "utf8")
          .trim()
          .split(/\n(?=\{)/)
      : [];
  const times = [...reported("metrics.jsonl"), ...reported("result.json")]
    .filter(Boolean)
    .map((text) => JSON.parse(text) as { attempt: number; elapsedSeconds: number })
    .filter((report) => report.attempt === attempt.number)
    .map(({ elapsedSeconds }) => elapsedSeconds);
  return Math.max(0, ...times);
}
