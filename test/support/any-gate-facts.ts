import fc from "fast-check";
import type { GateFacts } from "../../core/spec/gate-facts.ts";
import { exampleCost, exampleEstimate } from "./example-estimate.ts";
import { gateFacts } from "./gate-facts.ts";

const money = (max: number) => fc.integer({ min: 0, max: max * 1e6 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

/** Facts of every kind: good and hopeless runs, with and without baseline, price, budget, history and override. */
export const anyGateFacts: fc.Arbitrary<GateFacts> = fc
  .record({
    mode: fc.constantFrom("observe" as const, "warn" as const, "enforce" as const),
    train: fc.integer({ min: 0, max: 4_000 }),
    validation: fc.integer({ min: 0, max: 400 }),
    test: fc.integer({ min: 0, max: 400 }),
    leaked: fc.constantFrom(0, 0, 0, 1),
    correct: fc.option(fc.integer({ min: 80, max: 100 })),
    baseline: fc.option(
      fc.record({
        score: share,
        promptsTried: fc.integer({ min: 1, max: 6 }),
        at: fc.constantFrom("2026-11-20T12:00:00.000Z", "2026-01-20T12:00:00.000Z"),
      }),
      { freq: 6 },
    ),
    useCase: fc.record({
      valuePerCorrectAnswer: money(20),
      savingPerRequest: money(0.1),
      requestsPerMonth: fc.integer({ min: 0, max: 200_000 }),
      horizonMonths: fc.integer({ min: 1, max: 36 }),
      changesPerYear: fc.constantFrom(0, 0, 1, 6, 24),
      deploymentCost: money(20_000),
      minGain: fc.double({ min: 0, max: 0.2, noNaN: true }),
    }),
    high: fc.double({ min: 0.000004, max: 5_000, noNaN: true }),
    priced: fc.constantFrom(true, true, true, false),
    fit: fc.constantFrom(
      "fits" as const,
      "fits" as const,
      "borderline" as const,
      "does-not-fit" as const,
    ),
    budget: fc.option(
      fc.record({
        limitMicroUsd: money(10_000),
        actualMicroUsd: money(5_000),
        committedMicroUsd: money(2_000),
        exploredMicroUsd: money(100),
      }),
      { freq: 4 },
    ),
    history: fc.option(
      fc.record({
        multipliers: fc.array(fc.double({ min: -1, max: 2, noNaN: true }), { maxLength: 12 }),
        costRatios: fc.array(fc.double({ min: 0.2, max: 5, noNaN: true }), { maxLength: 12 }),
      }),
    ),
    duplicate: fc.constantFrom(false, false, false, true),
    override: fc.option(
      fc.record({ approver: fc.constantFrom("cfo@example.com", "ada@example.com") }),
    ),
    policy: fc.record({
      hurdle: fc.constantFrom(0, 0, 1),
      runCap: fc.constantFrom(null, 100_000_000),
      explorationShare: fc.constantFrom(0, 0.2),
      labelCostPerRow: fc.constantFrom(null, 500_000),
    }),
  })
  .map((drawn) => {
    const estimate = exampleEstimate({
      cost: drawn.priced ? exampleCost(drawn.high / 4, drawn.high / 2, drawn.high) : null,
    });
    return gateFacts({
      mode: drawn.mode,
      dataset: {
        train: drawn.train,
        validation: drawn.validation,
        test: drawn.test,
        leaked: drawn.leaked,
        audit: drawn.correct === null ? null : { sampled: 100, correct: drawn.correct },
      },
      baseline: drawn.baseline,
      useCase: drawn.useCase,
      estimate: { ...estimate, memory: { ...estimate.memory, fit: drawn.fit } },
      budget: drawn.budget,
      history: drawn.history,
      duplicateOf: drawn.duplicate ? {} : null,
      override: drawn.override,
      policy: drawn.policy,
    });
  });
