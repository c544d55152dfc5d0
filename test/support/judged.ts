import { contextOf } from "../../policies/context.ts";
import type { Judgement } from "../../policies/judgement.ts";
import type { Rule } from "../../policies/rules/rule.ts";
import { exampleCost, exampleEstimate } from "./example-estimate.ts";
import { type GateFactsOverrides, gateFacts } from "./gate-facts.ts";

/** What one rule says about the example facts with these changes. */
export const judged = (rule: Rule, overrides: GateFactsOverrides = {}): Judgement[] =>
  rule(contextOf(gateFacts(overrides)));

/** An estimate that costs up to `high` USD. */
export const costingUpTo = (high: number) =>
  exampleEstimate({ cost: exampleCost(high / 4, high / 2, high) });

/** An estimate without a price, and why. */
export const unpriced = (code: string) =>
  exampleEstimate({
    cost: null,
    unknowns: [{ code, message: `no answer: ${code}`, fix: "ask the price desk" }],
  });

/** Around break-even: 25,000 USD for a gain of 100 %, so that each point of gain is worth 250 USD. */
export const marginal = (deployUsd: number, costUsd: number, test: number): GateFactsOverrides => ({
  dataset: { test },
  useCase: { requestsPerMonth: 5_000, horizonMonths: 10, deploymentCost: deployUsd * 1e6 },
  estimate: costingUpTo(costUsd),
});
