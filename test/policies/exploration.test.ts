import { describe, expect, it } from "vitest";
import { decide } from "../../policies/gate.ts";
import { gateFacts } from "../support/gate-facts.ts";
import { costingUpTo } from "../support/judged.ts";

/** Refused on gain alone: an answer is worth 0.0005 USD. */
const useCase = { valuePerCorrectAnswer: 500 };
const policy = { explorationShare: 0.05 };
const codes = (facts: ReturnType<typeof gateFacts>) =>
  decide(facts).reasons.map(({ code }) => code);

describe("Exploration", () => {
  it("approves a run that only its gain speaks against, and keeps the reasons as warnings", () => {
    const decision = decide(gateFacts({ useCase, policy }));
    expect(decision).toMatchObject({ verdict: "approve", admitted: true });
    expect(decision.reasons).toContainEqual({
      code: "Exploration",
      severity: "info",
      message:
        "The gain alone would not justify this run; it is approved from the 5 % of the budget that is kept for learning, 12.40 USD of 50.00 USD used with it.",
      value: 12.4,
      threshold: 50,
      fix: "compare the outcome with the prior",
    });
    expect(decision.reasons.find(({ code }) => code === "GainBelowCost")?.severity).toBe("warning");
  });

  it("ends with its share of the budget", () => {
    const budget = { exploredMicroUsd: 37_600_000 };
    expect(decide(gateFacts({ useCase, policy, budget })).verdict).toBe("approve");
    const spent = { exploredMicroUsd: 37_600_001 };
    expect(decide(gateFacts({ useCase, policy, budget: spent })).verdict).toBe("reject");
  });

  it("lifts nothing but the gain", () => {
    expect(codes(gateFacts({ useCase, policy, dataset: { leaked: 1 } }))).not.toContain(
      "Exploration",
    );
    expect(codes(gateFacts({ useCase, policy, estimate: costingUpTo(800) }))).not.toContain(
      "Exploration",
    );
  });

  it("needs a budget, and is off by default", () => {
    expect(decide(gateFacts({ useCase, policy, budget: null })).verdict).toBe("reject");
    expect(decide(gateFacts({ useCase })).verdict).toBe("reject");
  });

  it("is not used for a run that needs none", () => {
    expect(codes(gateFacts({ policy }))).not.toContain("Exploration");
  });
});
