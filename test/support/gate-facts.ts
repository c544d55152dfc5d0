import type { GateFacts } from "../../core/spec/gate-facts.ts";
import { microUsd } from "../../core/units.ts";
import { exampleEstimate } from "./example-estimate.ts";

/** Sections may be given in part; a section that is null in the facts is filled from its example first. */
export type GateFactsOverrides = {
  [Key in keyof GateFacts]?: NonNullable<GateFacts[Key]> extends readonly unknown[]
    ? GateFacts[Key]
    : NonNullable<GateFacts[Key]> extends object
      ? Partial<NonNullable<GateFacts[Key]>> | Extract<GateFacts[Key], null>
      : GateFacts[Key];
};

export const JOB_DIGEST = "1".repeat(64);
export const TEST_DIGEST = "2".repeat(64);

/** Valid facts of a run that is worth its compute: verdict `approve`, nothing that blocks. */
export function gateFacts(overrides: GateFactsOverrides = {}): GateFacts {
  const example = exampleFacts();
  const merged = Object.entries(overrides).map(([key, value]) => [
    key,
    isSection(value) ? { ...sectionOf(example, key), ...value } : value,
  ]);
  return { ...example, ...Object.fromEntries(merged) };
}

const isSection = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function sectionOf(example: GateFacts, key: string): object {
  const section: unknown = example[key as keyof GateFacts] ?? OPTIONAL_SECTIONS[key];
  return isSection(section) ? section : {};
}

/** Sections that the approved run does without. */
const OPTIONAL_SECTIONS: Record<string, object> = {
  history: { stratum: "classification", multipliers: [], wins: 0, evaluated: 0, costRatios: [] },
  duplicateOf: { runId: "01JD8ZQ7Y3T2M5N6P7Q8R9S0T1", adapterVersion: "d".repeat(64) },
  override: {
    approver: "cfo@example.com",
    reason: "needed for the launch in December",
    issuedAt: "2026-11-23T09:00:00.000Z",
    expiresAt: "2026-11-27T09:00:00.000Z",
    jobDigest: JOB_DIGEST,
  },
};

function exampleFacts(): GateFacts {
  return {
    schemaVersion: 1,
    id: "01JDF0000000000000000000ZZ",
    now: "2026-11-24T09:30:00.000Z",
    requester: "ada@example.com",
    team: "support",
    costCenter: "CC-100",
    mode: "enforce",
    job: {
      name: "support-triage",
      digest: JOB_DIGEST,
      method: "lora",
      model: "llama-3.1-8b",
      sweepRuns: 1,
      labellingMicroUsd: 0,
      deadlineSeconds: null,
      gpuCount: 1,
    },
    dataset: {
      digest: "3".repeat(64),
      testDigest: TEST_DIGEST,
      train: 800,
      validation: 100,
      test: 100,
      leaked: 0,
      audit: { sampled: 100, correct: 99 },
      findings: [],
    },
    baseline: {
      digest: "4".repeat(64),
      testDigest: TEST_DIGEST,
      model: "llama-3.1-8b",
      metric: "exact-match",
      score: 0.71,
      baseScore: 0.4,
      testItems: 100,
      promptsTried: 5,
      at: "2026-11-20T12:00:00.000Z",
    },
    useCase: {
      name: "support-triage",
      owner: "ada@example.com",
      metric: "exact-match",
      valuePerCorrectAnswer: microUsd(0.5),
      rationale: "a wrong route costs a clerk two minutes",
      savingPerRequest: 0,
      requestsPerMonth: 20_000,
      horizonMonths: 12,
      changesPerYear: 0,
      deploymentCost: microUsd(300),
      ceiling: 1,
      minGain: 0,
    },
    estimate: exampleEstimate(),
    alternatives: [],
    budget: {
      period: "2026-11",
      limitMicroUsd: microUsd(1_000),
      actualMicroUsd: microUsd(200),
      committedMicroUsd: microUsd(50),
      exploredMicroUsd: 0,
      nextPeriodAt: "2026-12-01T00:00:00.000Z",
      periodStartAt: "2026-11-01T00:00:00.000Z",
    },
    history: null,
    duplicateOf: null,
    override: null,
    policy: {
      id: "default",
      version: "1",
      minExamples: 50,
      pilotExamples: 100,
      typicalExamples: 500,
      minPromptsTried: 3,
      baselineMaxAgeDays: 90,
      minAuditedQuality: 0.9,
      hurdle: 0,
      minChanceOfWin: 0.1,
      confidence: 0.95,
      discordantShare: 0.2,
      runCap: null,
      pilotShare: 0.25,
      explorationShare: 0,
      priceMaxAgeDays: { onDemand: 180, spot: 2, owned: 365, service: 365 },
      labelCostPerRow: null,
      decisionTtlHours: 24,
    },
  };
}
