import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { observe } from "../../../sdk/local/observe.ts";
import { type Workspace, workspace } from "../../../sdk/local/workspace.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const EXPECTED = { runId: "01JD0000000000000000000000", steps: 12, fingerprint: "f".repeat(64) };

/** A workspace as attempts have left it; a pid of 0 lives nowhere. */
function left(attempts: { startedAt: number; exit?: [code: number, at: number] }[]): Workspace {
  const at = workspace(temporaryFolder(), EXPECTED.runId);
  mkdirSync(at.attempts, { recursive: true });
  mkdirSync(at.output, { recursive: true });
  for (const [index, { startedAt, exit }] of attempts.entries()) {
    writeFileSync(join(at.attempts, `${index + 1}`), `0 ${startedAt}\n`);
    if (exit) writeFileSync(join(at.attempts, `${index + 1}.exit`), `${exit.join(" ")}\n`);
  }
  return at;
}

const metric = (attempt: number, elapsedSeconds: number) =>
  `${JSON.stringify({ step: 1, attempt, elapsedSeconds })}\n`;

const result = (attempt: number, over: object = {}) =>
  JSON.stringify({
    runId: EXPECTED.runId,
    attempt,
    status: "succeeded",
    error: null,
    fingerprint: EXPECTED.fingerprint,
    completedSteps: 12,
    elapsedSeconds: 9.5,
    finishedAt: "2026-11-24T09:30:00.000Z",
    ...over,
  });

const look = (at: Workspace) => observe(at, EXPECTED, 5000);

describe("observe", () => {
  it("sees what was not started, and what was cancelled before it was", () => {
    const at = left([]);
    expect(look(at)).toEqual({ state: "not-started", attempts: [], seconds: 0 });
    writeFileSync(at.cancelled, "");
    expect(look(at)).toMatchObject({ state: "cancelled", seconds: 0 });
  });

  it("adds up attempts by their recorded ends, each once", () => {
    const at = left([
      { startedAt: 1000, exit: [137, 1010] },
      { startedAt: 2000, exit: [75, 2005] },
      { startedAt: 3000, exit: [0, 3002] },
    ]);
    writeFileSync(at.metrics, metric(1, 8) + metric(2, 4) + metric(3, 1));
    writeFileSync(at.result, result(3));
    expect(look(at)).toMatchObject({ state: "succeeded", seconds: 17 });
  });

  it("takes the last report of an attempt that left no end", () => {
    const at = left([{ startedAt: 1000 }, { startedAt: 2000, exit: [0, 2003] }]);
    writeFileSync(at.metrics, `${metric(1, 7.5)}{"step":2,"attem${"\n"}${metric(2, 2)}`);
    writeFileSync(at.result, result(2));
    expect(look(at).seconds).toBe(10.5);
  });

  it("takes the result's seconds where the supervisor was killed and the trainer finished", () => {
    const at = left([{ startedAt: 1000 }]);
    writeFileSync(at.metrics, metric(1, 7.5));
    writeFileSync(at.result, result(1));
    expect(look(at)).toMatchObject({ state: "succeeded", seconds: 9.5 });
  });

  it("does not take the result of an earlier attempt, or one that is no JSON", () => {
    const at = left([
      { startedAt: 1000, exit: [75, 1001] },
      { startedAt: 2000, exit: [0, 2001] },
    ]);
    writeFileSync(at.result, result(1));
    expect(look(at)).toMatchObject({ state: "failed", failure: "contract" });
    writeFileSync(at.result, '{"status":"succ');
    expect(look(at)).toMatchObject({ state: "failed", failure: "contract" });
  });

  it("calls a stopped run cancelled, but not one that had succeeded", () => {
    const at = left([{ startedAt: 1000, exit: [75, 1001] }]);
    expect(look(at)).toMatchObject({ state: "interrupted" });
    writeFileSync(at.cancelled, "");
    expect(look(at)).toMatchObject({ state: "cancelled", seconds: 1 });
    writeFileSync(join(at.attempts, "1.exit"), "0 1001\n");
    writeFileSync(at.result, result(1));
    expect(look(at)).toMatchObject({ state: "succeeded" });
  });
});
