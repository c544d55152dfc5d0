import { z } from "zod";
import { GPU_NAMES } from "../catalog/gpus.ts";
import { EnteredPrices } from "./entered-price.ts";
import { Fraction, Name, Usd } from "./fields.ts";
import { RunCosts } from "./run-costs.ts";
import { Tier } from "./tier.ts";

export const GATE_MODES = ["observe", "warn", "enforce"] as const;
export const GateMode = z.enum(GATE_MODES);
export type GateMode = z.infer<typeof GateMode>;

/**
 * Thresholds of the cost gate. Each default is a judgement of this project (docs/cost-gate.md says why), to be replaced
 * by the team's own and by calibration.
 */
export const GatePolicy = z.strictObject({
  id: z.string().default("default"),
  version: z.string().default("1"),
  /** Fewer examples are refused. */
  minExamples: z.number().int().min(50).default(50),
  /** Fewer examples get a pilot. */
  pilotExamples: z.number().int().default(100),
  /** Fewer examples get a warning. */
  typicalExamples: z.number().int().default(500),
  /** Fewer prompt candidates tried make the baseline weak. */
  minPromptsTried: z.number().int().min(1).default(3),
  baselineMaxAgeDays: z.number().positive().default(90),
  /** Audited share of correct labels below this refuses the run. */
  minAuditedQuality: Fraction.default(0.9),
  /** Net benefit must be at least this multiple of the cost. 0: any positive net benefit. */
  hurdle: z.number().nonnegative().default(0),
  /** P(deploying pays) below this refuses the run. */
  minChanceOfWin: Fraction.default(0.1),
  /** One-sided confidence of the promotion gate's lower bound. */
  confidence: z.number().gt(0.5).lt(1).default(0.95),
  /** Assumed share of test items on which adapter and prompt differ, until history says otherwise. */
  discordantShare: z.number().gt(0).max(1).default(0.2),
  /** Largest high estimate of one run. */
  runCap: Usd.nullable().default(null),
  /** A pilot may spend this share of the full run's high estimate. */
  pilotShare: z.number().gt(0).lte(1).default(0.25),
  /** Share of the budget that may go to runs which would be refused on gain alone. */
  explorationShare: Fraction.default(0),
  priceMaxAgeDays: z
    .strictObject({
      onDemand: z.number().default(180),
      spot: z.number().default(2),
      owned: z.number().default(365),
      /** Storage, network, control plane: list prices that have moved little in years. */
      service: z.number().default(365),
    })
    .prefault({}),
  /** USD per test row labelled, to price "add n test rows". Null: unknown, and the reason says what rows are worth. */
  labelCostPerRow: Usd.nullable().default(null),
  decisionTtlHours: z.number().positive().default(24),
});
export type GatePolicy = z.output<typeof GatePolicy>;

/** Thresholds of the promotion gate; docs/evaluation.md says why. */
export const PromotionPolicy = z.strictObject({
  evaluationMaxAgeDays: z.number().positive().default(90),
  /** Cohen's kappa of two or more raters: below, they disagree (Landis & Koch 1977 call 0.41 to 0.60 moderate). */
  minKappa: z.number().min(-1).max(1).default(0.4),
  /** Six one-way choices are the fewest that show a preference at p < .05. */
  minReviewedItems: z.number().int().min(1).default(6),
});
export type PromotionPolicy = z.output<typeof PromotionPolicy>;

/** Owned hardware is priced from what it cost: never zero. All figures are the owner's to edit. */
export const OwnedHardware = z.strictObject({
  name: z.string().min(1),
  tier: Tier,
  /** @default "cpu" */
  gpu: z.enum(GPU_NAMES).optional(),
  /** @default 1 */
  gpus: z.number().int().min(1).optional(),
  /** Memory of a machine without a GPU. @default the catalog's `cpu` row, stated as an assumption */
  memoryGiB: z.number().positive().optional(),
  capitalUsd: Usd,
  lifeYears: z.number().positive(),
  /** Share of the life's hours in which it does paid-for work. */
  utilisation: z.number().gt(0).lte(1),
  watts: z.number().positive(),
  usdPerKwh: Usd,
  asOf: z.iso.date().describe('a date such as "2026-11-24"'),
  source: z.string().min(1),
});
export type OwnedHardware = z.output<typeof OwnedHardware>;

export const TeamConfig = z.strictObject({
  name: Name,
  mode: GateMode.default("enforce"),
  /** Limit a calendar month; null: no budget is set, and the decision says so. */
  monthlyBudget: Usd.nullable().default(null),
});

export type TeamConfig = z.output<typeof TeamConfig>;

/** What the platform offers. In a cluster the ConfigMap `tunekit-platform`; on one machine `tunekit.yaml`. */
export const PlatformConfig = z.strictObject({
  kind: z.literal("PlatformConfig"),
  tiers: z.array(Tier).min(1).default(["local-cpu"]),
  owned: z.array(OwnedHardware).default([]),
  /** Prices of rented machines, instead of the built-in price book's or new to it. */
  prices: EnteredPrices.default([]),
  costs: RunCosts.prefault({}),
  policy: GatePolicy.prefault({}),
  promotion: PromotionPolicy.prefault({}),
  teams: z
    .array(TeamConfig)
    .refine((teams) => new Set(teams.map(({ name }) => name)).size === teams.length, {
      error: "has two teams with one name",
      params: { code: "DuplicateName", fix: "list each team once, with its own name" },
    })
    .default([]),
  /** Folders of base weights on this machine by catalog id; a cluster reads the bucket's mirror. */
  models: z.record(z.string(), z.string()).default({}),
});
export type PlatformConfig = z.output<typeof PlatformConfig>;
