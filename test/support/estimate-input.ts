import { INSTANCE_TYPES } from "../../core/catalog/instance-types.ts";
import { findModel } from "../../core/catalog/models.ts";
import { builtinPriceBook } from "../../core/catalog/prices.ts";
import type { EstimateInput, TokenFacts } from "../../core/estimate/estimate-input.ts";
import { PlatformConfig } from "../../core/spec/platform-config.ts";
import { TrainingJob } from "../../core/spec/training-job.ts";

export const NOW = "2026-11-24T09:00:00.000Z";

export const LAPTOP = {
  name: "laptop",
  tier: "local-cpu",
  capitalUsd: "1200 USD",
  lifeYears: 4,
  utilisation: 0.2,
  watts: 45,
  usdPerKwh: "0.30 USD",
  asOf: "2026-11-01",
  source: "invoice",
};

/** A valid job; `changes` are merged at the top level, so give whole sections. */
export const jobWith = (changes: Record<string, unknown> = {}): TrainingJob =>
  TrainingJob.parse({
    kind: "TrainingJob",
    name: "support-triage",
    team: "support",
    useCase: {
      name: "triage",
      owner: "ada@example.com",
      metric: "exact-match",
      valuePerCorrectAnswer: "0.05 USD",
      requestsPerMonth: 10_000,
      horizonMonths: 12,
      rationale: "a wrong label costs a minute of an agent",
      changesPerYear: 1,
      deploymentCost: "500 USD",
    },
    base: { model: "llama-3-8b", revision: "main" },
    dataset: { path: "data.jsonl" },
    method: "lora",
    training: { steps: 300, batchSize: 4, maxLength: 1024 },
    seed: 7,
    placement: { tiers: ["gpu-48gb"] },
    ...changes,
  });

export const TOKENS: TokenFacts = {
  trainExamples: 800,
  validationExamples: 100,
  testExamples: 100,
  meanTokens: 300,
  longestTokens: 900,
  lengthSpread: 1,
  source: "counted with the tokenizer of the base model",
};

export function inputWith(
  changes: Record<string, unknown> = {},
  platform: Record<string, unknown> = {},
  tokens: Partial<TokenFacts> = {},
): EstimateInput {
  const job = jobWith(changes);
  return {
    job,
    model: findModel(job.base.model),
    tokens: { ...TOKENS, ...tokens },
    platform: PlatformConfig.parse({
      kind: "PlatformConfig",
      tiers: ["a100-40", "a100-80", "h100-80", "gpu-24gb", "gpu-32gb", "gpu-48gb", "local-cpu"],
      owned: [LAPTOP],
      ...platform,
    }),
    instanceTypes: INSTANCE_TYPES,
    book: builtinPriceBook(),
    now: NOW,
  };
}
