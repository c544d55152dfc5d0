import { describe, expect, it } from "vitest";
import { Budget, budgetPeriod, budgetTotals } from "../../../core/spec/budget.ts";

describe("budgetPeriod", () => {
  it("is the calendar month in UTC", () => {
    expect(budgetPeriod("2026-11-24T09:30:00.000Z")).toBe("2026-11");
    expect(budgetPeriod("2026-11-30T23:59:59.999Z")).toBe("2026-11");
    expect(budgetPeriod("2026-12-01T00:00:00.000Z")).toBe("2026-12");
  });
});

describe("budgetTotals", () => {
  it("counts what was spent once, what is held, and nothing that was given back", () => {
    const budget = Budget.parse({
      schemaVersion: 1,
      team: "support",
      period: "2026-11",
      runs: {
        a: { state: "settled", reserved: 500, actual: 300 },
        b: { state: "settled", reserved: 0, actual: 7 },
        c: { state: "reserved", reserved: 40, actual: null },
        d: { state: "released", reserved: 9000, actual: null },
      },
    });
    expect(budgetTotals(budget)).toEqual({ actual: 307, committed: 40 });
  });
});
