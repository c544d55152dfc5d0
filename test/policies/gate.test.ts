import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, digestOf } from "../../core/digest.ts";
import { GateDecision } from "../../core/spec/gate-decision.ts";
import { GateFacts } from "../../core/spec/gate-facts.ts";
import { contextOf } from "../../policies/context.ts";
import { EFFECTS, VERDICT_OF } from "../../policies/effects.ts";
import { decide, judgementsOf } from "../../policies/gate.ts";
import { replay } from "../../policies/replay.ts";
import { anyGateFacts } from "../support/any-gate-facts.ts";
import { gateFacts } from "../support/gate-facts.ts";
import { costingUpTo, marginal, unpriced } from "../support/judged.ts";

describe("decide", () => {
  it("approves a run that is worth its compute, with its caps and its numbers", () => {
    const facts = gateFacts();
    const decision = decide(facts);
    expect(decision).toMatchObject({
      verdict: "approve",
      admitted: true,
      issuedAt: "2026-11-24T09:30:00.000Z",
      expiresAt: "2026-11-25T09:30:00.000Z",
      engineVersion: "3",
      factsDigest: digestOf(facts),
      baselineDigest: "4".repeat(64),
      policy: { id: "default", version: "1", digest: digestOf(facts.policy) },
      cost: { expectedMicroUsd: 8_000_000, highMicroUsd: 12_400_000, pastRuns: 0 },
      caps: { maxMicroUsd: 12_400_000, deadlineSeconds: 10_800, gpuCount: 1 },
      budget: { afterThisMicroUsd: 262_400_000 },
      retryAt: null,
      alternatives: [],
      override: null,
    });
    expect(decision.value?.nbWithBar).toBe(12_889_579_393);
  });

  it("reports every reason, the most severe first", () => {
    const { verdict, reasons } = decide(
      gateFacts({
        baseline: { promptsTried: 1 },
        dataset: { train: 60, validation: 8, test: 8, leaked: 2 },
        estimate: costingUpTo(2_000),
        policy: { runCap: 1_000_000_000 },
      }),
    );
    expect(verdict).toBe("reject");
    expect(reasons.map(({ code }) => code)).toEqual([
      "PromptBaselineWeak",
      "DataLeakage",
      "RunCapExceeded",
      "BudgetExceeded",
      "EvaluationUnderpowered",
      "FewExamples",
    ]);
  });

  it("gives a pilot a share of the cost, and the whole time: start-up takes as long", () => {
    const facts = gateFacts({ ...marginal(3600, 120, 60), job: { deadlineSeconds: 7_201 } });
    expect(decide(facts)).toMatchObject({
      verdict: "pilot",
      admitted: true,
      caps: { maxMicroUsd: 30_000_000, deadlineSeconds: 7_201, gpuCount: 1 },
    });
    expect(decide({ ...facts, mode: "warn" })).toMatchObject({
      verdict: "pilot",
      caps: { maxMicroUsd: 120_000_000, deadlineSeconds: 7_201 },
    });
  });

  it("holds a run to the cost that past runs teach", () => {
    const decision = decide(gateFacts({ history: { costRatios: [2, 2, 2, 2, 2, 2, 2, 2] } }));
    expect(decision.cost?.pastRuns).toBe(8);
    expect(decision.caps?.maxMicroUsd).toBe(decision.cost?.highMicroUsd);
    expect(decision.cost?.expectedMicroUsd).toBeGreaterThan(14_000_000);
    expect(decision.value?.costHigh).toBe(decision.cost?.highMicroUsd);
    expect(decision.estimate).toEqual(gateFacts().estimate);
  });

  it("adds retrains to what deploying costs, and nothing twice", () => {
    const { value } = decide(gateFacts({ useCase: { changesPerYear: 3 } }));
    expect(value?.deploy).toBe(300_000_000 + 3 * 12_400_000);
    expect(value?.costHigh).toBe(12_400_000);
  });

  describe("without a price", () => {
    it.each(["PriceUnknown", "PriceStale", "SpotUnavailable"])("%s is never approved", (code) => {
      expect(decide(gateFacts({ estimate: unpriced(code) }))).toMatchObject({
        verdict: "defer",
        admitted: false,
        cost: null,
        value: null,
        caps: null,
        retryAt: null,
      });
    });
  });

  describe("modes", () => {
    it.each(["observe", "warn"] as const)(
      "%s admits a refused run and keeps the verdict",
      (mode) => {
        const decision = decide(gateFacts({ mode, dataset: { leaked: 1 } }));
        expect(decision).toMatchObject({ verdict: "reject", admitted: true });
        expect(decision.caps?.maxMicroUsd).toBe(12_400_000);
      },
    );

    it("enforce does not", () => {
      expect(decide(gateFacts({ dataset: { leaked: 1 } }))).toMatchObject({
        verdict: "reject",
        admitted: false,
        caps: null,
      });
    });
  });

  describe("retryAt", () => {
    const over = gateFacts({ estimate: costingUpTo(800) });
    it("is the next period when only the budget stands in the way", () => {
      expect(decide(over)).toMatchObject({ verdict: "defer", retryAt: "2026-12-01T00:00:00.000Z" });
    });

    it("is null when waiting does not help", () => {
      expect(decide(gateFacts({ estimate: costingUpTo(2_000) })).retryAt).toBeNull();
      expect(decide(gateFacts({ estimate: unpriced("PriceStale") })).retryAt).toBeNull();
    });
  });

  it("lists the alternatives with their price, and the prompt alone where the gain does not pay", () => {
    const alternatives = [
      { label: "gpu-24gb", estimate: costingUpTo(3) },
      { label: "gpu-48gb", estimate: costingUpTo(12.4) },
      { label: "h100-80", estimate: costingUpTo(20) },
      { label: "spot", estimate: unpriced("SpotUnavailable") },
    ];
    const useCase = { valuePerCorrectAnswer: 500 };
    expect(decide(gateFacts({ alternatives, useCase })).alternatives).toEqual([
      { label: "gpu-24gb", costHighMicroUsd: 3_000_000, note: "fits the memory; 9.40 USD less" },
      { label: "gpu-48gb", costHighMicroUsd: 12_400_000, note: "fits the memory; costs the same" },
      { label: "h100-80", costHighMicroUsd: 20_000_000, note: "fits the memory; 7.60 USD more" },
      {
        label: "spot",
        costHighMicroUsd: null,
        note: "fits the memory; no answer: SpotUnavailable",
      },
      {
        label: "the best prompt alone",
        costHighMicroUsd: 0,
        note: "scores 71.0 % on the same test split, without training",
      },
    ]);
  });

  it("gives no price of a point where the gain is next to nothing", () => {
    const decision = decide(gateFacts({ baseline: { score: 1 - 1e-14 } }));
    expect(decision.gain?.mean).toBeGreaterThan(0);
    expect(decision.value?.usdPerPoint).toBeNull();
  });

  it("refuses amounts beyond exact integers with the place to look", () => {
    const useCase = { valuePerCorrectAnswer: 1e12, requestsPerMonth: 1e9 };
    expect(() => decide(gateFacts({ useCase }))).toThrow(
      expect.objectContaining({
        code: "AmountOutOfRange",
        path: "useCase",
        fix: "check requestsPerMonth, valuePerCorrectAnswer, savingPerRequest and horizonMonths of the use case",
      }),
    );
  });
});

describe("any facts", () => {
  it("are valid facts, and their decision is a valid record", () => {
    fc.assert(
      fc.property(anyGateFacts, (facts) => {
        expect(GateFacts.parse(facts)).toEqual(facts);
        const decision = decide(facts);
        expect(GateDecision.parse(decision)).toEqual(decision);
      }),
    );
  });

  it("give the most severe reason's verdict", () => {
    fc.assert(
      fc.property(anyGateFacts, (facts) => {
        const judgements = judgementsOf(contextOf(facts));
        const worst = EFFECTS.find((effect) => judgements.some((one) => one.effect === effect));
        const { verdict, reasons } = decide(facts);
        expect(verdict).toBe(VERDICT_OF[worst ?? "info"]);
        const blocked = reasons.some(({ severity }) => severity === "blocking");
        expect(blocked).toBe(verdict === "reject" || verdict === "defer");
      }),
    );
  });

  it("never approve fewer than fifty examples, a leaked test, or an unknown price", () => {
    fc.assert(
      fc.property(anyGateFacts, (facts) => {
        const { train, validation, test, leaked } = facts.dataset;
        const hopeless =
          train + validation + test < 50 || leaked > 0 || facts.estimate.cost === null;
        fc.pre(hopeless);
        expect(decide(facts).verdict).toMatch(/^(defer|reject)$/);
      }),
    );
  });

  it("never get a start without a price or above the judged cost, where the gate is enforced", () => {
    fc.assert(
      fc.property(anyGateFacts, (facts) => {
        const { admitted, caps, cost, mode } = decide(facts);
        if (mode === "enforce" && admitted) expect(caps).not.toBeNull();
        if (caps !== null) expect(caps.maxMicroUsd).toBeLessThanOrEqual(cost?.highMicroUsd ?? 0);
        if (!admitted) expect(caps).toBeNull();
      }),
    );
  });

  it("give a net benefit with the bar that is never above the one without", () => {
    fc.assert(
      fc.property(anyGateFacts, (facts) => {
        const { value } = decide(facts);
        fc.pre(value !== null);
        expect(value.nbWithBar).toBeLessThanOrEqual(value.nb + 1);
        expect(value.nb).toBeGreaterThanOrEqual(Math.max(0, value.mu) - value.costHigh - 1);
      }),
    );
  });

  it("say the same after a trip through JSON, byte for byte", () => {
    fc.assert(
      fc.property(anyGateFacts, (facts) => {
        const stored = canonicalJson(decide(facts));
        const again = JSON.parse(canonicalJson(facts)) as GateFacts;
        expect(canonicalJson(decide(again))).toBe(stored);
        expect(replay(again, JSON.parse(stored))).toMatchObject({ equal: true, differences: [] });
      }),
    );
  });
});
