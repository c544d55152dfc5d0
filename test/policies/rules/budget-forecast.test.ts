import { describe, expect, it } from "vitest";
import { budgetForecast } from "../../../policies/rules/budget-forecast.ts";
import { judged } from "../../support/judged.ts";

const spent = (usd: number, now = "2026-11-16T00:00:00.000Z") =>
  judged(budgetForecast, { now, budget: { actualMicroUsd: usd * 1e6 } });

describe("BudgetForecast", () => {
  it("warns when the pace so far reaches past the limit", () => {
    expect(spent(500)).toEqual([]);
    expect(spent(600)).toMatchObject([
      {
        code: "BudgetForecast",
        effect: "warning",
        message:
          "Team support has spent 600.00 USD in the first 50 % of 2026-11; at this pace it reaches 1,200.00 USD, above its 1,000.00 USD.",
        value: 1200,
        threshold: 1000,
        fix: "plan the remaining runs",
      },
    ]);
  });

  it("takes no pace from the first days", () => {
    expect(spent(600, "2026-11-03T00:00:00.000Z")).toEqual([]);
  });

  it("says nothing where the budget is exceeded already, or there is none, or no cost", () => {
    expect(spent(990)).toEqual([]);
    expect(judged(budgetForecast, { budget: null })).toEqual([]);
    expect(judged(budgetForecast, { estimate: { cost: null } })).toEqual([]);
  });
});
