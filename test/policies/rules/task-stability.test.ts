import { describe, expect, it } from "vitest";
import { taskStability } from "../../../policies/rules/task-stability.ts";
import { judged, marginal } from "../../support/judged.ts";

describe("TaskChangesTooOften", () => {
  const changing = (changesPerYear: number) =>
    judged(taskStability, {
      ...marginal(0, 400, 100),
      useCase: { ...marginal(0, 400, 100).useCase, changesPerYear },
    });

  it("refuses a task whose retrains cost more than the adapter returns", () => {
    expect(changing(9)).toEqual([]);
    expect(changing(12)).toMatchObject([
      {
        code: "TaskChangesTooOften",
        effect: "reject",
        message:
          "The task changes 12 times a year: 10 retrains cost up to 4,000.00 USD, and the adapter, if it were deployed whatever its evaluation says, is expected to return 3,104.18 USD over 10 months.",
        value: 4000,
        fix: "wait until the task is stable",
      },
    ]);
  });

  it("counts one time and one retrain in the singular", () => {
    const [{ message = "" } = {}] = judged(taskStability, {
      useCase: { changesPerYear: 1, horizonMonths: 12, requestsPerMonth: 0 },
    });
    expect(message).toMatch(/^The task changes 1 time a year: 1 retrain costs up to /);
  });

  it("says nothing about a stable task, however poor", () => {
    expect(judged(taskStability, { useCase: { requestsPerMonth: 0 } })).toEqual([]);
  });
});
