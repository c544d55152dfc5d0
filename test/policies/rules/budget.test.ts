import { describe, expect, it } from "vitest";
import { budget } from "../../../policies/rules/budget.ts";
import { costingUpTo, judged } from "../../support/judged.ts";

describe("BudgetExceeded", () => {
  it("allows spending to the last cent", () => {
    expect(judged(budget, { estimate: costingUpTo(750) })).toEqual([]);
  });

  it("defers what would pass the limit, counting what others have reserved", () => {
    expect(judged(budget, { estimate: costingUpTo(750.01) })).toMatchObject([
      {
        code: "BudgetExceeded",
        effect: "defer",
        message:
          "Team support has spent 200.00 USD and reserved 50.00 USD of its 1,000.00 USD for 2026-11; this run may cost 750.01 USD, which makes 1,000.01 USD.",
        value: 1000.01,
        threshold: 1000,
        fix: "wait for the next period on 2026-12-01, or raise the budget",
      },
    ]);
  });

  it("does not send a run to the next period that no period's limit covers", () => {
    expect(judged(budget, { estimate: costingUpTo(1000.01) })).toMatchObject([
      { fix: "make the run cheaper or raise the budget: no period's limit covers it" },
    ]);
  });

  it("leaves an unknown cost to the rule for that", () => {
    expect(judged(budget, { estimate: { cost: null } })).toEqual([]);
  });
});

describe("BudgetUnset", () => {
  it("is said, and blocks nothing", () => {
    expect(judged(budget, { budget: null })).toMatchObject([
      {
        code: "BudgetUnset",
        effect: "info",
        message: "Team support has no budget, so that only the value of the run was judged.",
        fix: "set one in tunekit.yaml",
      },
    ]);
  });
});
