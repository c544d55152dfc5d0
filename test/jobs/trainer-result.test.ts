import { describe, expect, it } from "vitest";
import { type AttemptEnd, judgeAttempt, type TrainerResult } from "../../jobs/trainer-result.ts";

const result: TrainerResult = {
  runId: "01JD0000000000000000000000",
  attempt: 1,
  status: "succeeded",
  error: null,
  fingerprint: "f".repeat(64),
  completedSteps: 12,
  elapsedSeconds: 1,
  finishedAt: "2026-11-24T09:30:00.000Z",
};
const failed = { ...result, status: "failed" as const, error: "it broke" };
const judge = (exitCode: number | undefined, end?: TrainerResult) =>
  judgeAttempt({
    exitCode,
    result: end,
    expected: { steps: 12, fingerprint: "f".repeat(64) },
  } satisfies AttemptEnd);

describe("the end of an attempt", () => {
  it("is a success with exit 0 and a result that keeps every promise", () => {
    expect(judge(0, result)).toEqual({ state: "succeeded", result });
  });

  it("is a success where the supervisor was killed and the trainer was not", () => {
    expect(judge(undefined, result)).toEqual({ state: "succeeded", result });
  });

  it.each([
    [64, "config", "correct the job"],
    [65, "data", "mend the line"],
    [69, "dependency", "tunekit doctor"],
    [70, "internal", "tunekit logs"],
    [74, "contract", "look at the object store"],
    [77, "policy", "owner of the base model"],
    [78, "out-of-memory", "halve training.batchSize"],
    [3, "internal", "tunekit logs"],
  ])("exit %i is the failure %s", (exit, failure, fix) => {
    expect(judge(exit, failed)).toMatchObject({ state: "failed", failure, message: "it broke" });
    expect(judge(exit)).toMatchObject({ message: `the trainer exited ${exit}` });
    expect((judge(exit) as { fix: string }).fix).toContain(fix);
  });

  it.each([137, 143, undefined])("exit %s without a success can go on", (exit) => {
    expect(judge(exit)).toMatchObject({ state: "interrupted", failure: "killed" });
    expect(judge(exit, failed)).toMatchObject({ state: "interrupted", failure: "killed" });
  });

  it("exit 75 can go on, unless it was the deadline", () => {
    const stopped = {
      ...failed,
      status: "preempted" as const,
      error: "stopped by SIGTERM at step 3",
    };
    expect(judge(75, stopped)).toEqual({
      state: "interrupted",
      failure: "preempted",
      message: "stopped by SIGTERM at step 3",
    });
    expect(judge(75, { ...stopped, error: "stopped by deadline at step 3" })).toMatchObject({
      state: "failed",
      failure: "deadline",
      fix: "raise placement.deadline or make the job smaller, then submit again",
    });
  });

  it.each([
    ["no result", undefined, "without a result.json that says succeeded"],
    ["a failed result", failed, "without a result.json that says succeeded"],
    ["fewer steps", { ...result, completedSteps: 11 }, "completed 11 of 12 steps"],
    ["unknown steps", { ...result, completedSteps: undefined }, "an unknown number of 12 steps"],
    ["other inputs", { ...result, fingerprint: "0".repeat(64) }, "not the approved one"],
  ])("exit 0 with %s is a broken contract", (_, end, words) => {
    const verdict = judge(0, end as TrainerResult | undefined);
    expect(verdict).toMatchObject({
      state: "failed",
      failure: "contract",
      fix: "run `npm run conformance` against this trainer",
    });
    expect((verdict as { message: string }).message).toContain(words);
  });
});
