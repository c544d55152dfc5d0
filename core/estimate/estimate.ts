import { z } from "zod";
import { CapacityType, Tier } from "../spec/tier.ts";
import { Checkpointing, Method } from "../spec/training-job.ts";
import { PHASES } from "./time-parts.ts";

/** The shapes that every later improvement of the estimator keeps. All figures are at a stated 80 % interval. */

export const RangeSchema = z.object({ low: z.number(), expected: z.number(), high: z.number() });

/** One term of a sum, so that a reader can check it: `value` in the sum's unit. */
export const Term = z.object({ name: z.string(), value: z.number(), note: z.string() });
export type Term = z.output<typeof Term>;

/** Something that the job did not say and the estimate had to take for granted. */
export const Assumption = z.object({ name: z.string(), value: z.string(), source: z.string() });
export type Assumption = z.output<typeof Assumption>;

export const FITS = ["fits", "borderline", "does-not-fit"] as const;

export const CostLine = z.object({
  item: z.string(),
  quantity: z.number(),
  unit: z.string(),
  unitPriceMicroUsd: z.number().int(),
  /** Rounded once: quantity x unit price. */
  microUsd: z.number().int(),
  source: z.string(),
  asOf: z.string(),
});
export type CostLine = z.output<typeof CostLine>;

/** How the job runs there: micro-batch x accumulation x GPUs examples make one optimizer step in every variant. */
export const Variant = z.object({
  method: Method,
  microBatch: z.number().int(),
  gradientAccumulation: z.number().int(),
  /** Null: left to the trainer. */
  checkpointing: Checkpointing.nullable(),
});
export type Variant = z.output<typeof Variant>;

/** Where and how the run would go. */
export const Placement = z.object({
  tier: Tier,
  capacity: CapacityType,
  provider: z.string(),
  region: z.string().nullable(),
  instanceType: z.string(),
  gpu: z.string(),
  /** GPUs that the job uses, and GPUs of the whole node that is paid for. */
  gpuCount: z.number().int(),
  nodeGpus: z.number(),
  variant: Variant,
});
export type Placement = z.output<typeof Placement>;

/**
 * A figure that cannot be given, and why. Codes are reason codes: `PriceUnknown`, `PriceStale`, `SpotUnavailable`,
 * `DoesNotFitMemory`; and `DeadlineMissed`.
 */
export const Unknown = z.object({ code: z.string(), message: z.string(), fix: z.string() });
export type Unknown = z.output<typeof Unknown>;

/** A published run, how far it is, and what was measured there. */
export const NearestPoint = z.object({
  id: z.string(),
  source: z.string(),
  summary: z.string(),
  /** 0: the same setting. 1: a model, or a micro-batch in tokens, 2.7 times as large. */
  distance: z.number(),
  /** Each in words, the point's value first. */
  differences: z.array(z.string()),
  /** Bytes at the peak, or tokens per second of one GPU. */
  measured: z.number(),
  /** What the estimator says of that very run. */
  predicted: z.number(),
  /** How the source measured it. */
  metric: z.string(),
});
export type NearestPoint = z.output<typeof NearestPoint>;

/** A figure before correction with its 80 % interval, the factor of past runs, and how many there were. */
export const CalibratedFigure = z.object({
  raw: z.number(),
  low: z.number(),
  high: z.number(),
  /** 1 without past runs. */
  factor: z.number(),
  /** Settled runs of the same stack, GPU and method. */
  runs: z.number().int(),
  /** Those of the same stack with another method or on another GPU. */
  related: z.number().int(),
});

/** What past runs made of the estimate. A settled run is held against `raw`, never against a corrected figure. */
export const Calibration = z.object({
  stack: z.string(),
  /** Trained tokens per second of the whole job. */
  speed: CalibratedFigure,
  /** Bytes at the peak as the trainer reports them: allocated on a GPU, resident without one. */
  memory: CalibratedFigure,
});
export type Calibration = z.output<typeof Calibration>;

export const Estimate = z.object({
  schemaVersion: z.literal(1),
  placement: Placement,
  /** Bytes on the busiest device; terms add up to `expected`. */
  memory: RangeSchema.extend({
    terms: z.array(Term),
    usableBytes: z.number(),
    mayShowBytes: z.number(),
    fit: z.enum(FITS),
  }),
  /** Trained tokens per second of the whole job. */
  speed: RangeSchema,
  /** Seconds from start to result; terms add up to `expected`. */
  time: RangeSchema.extend({ terms: z.array(Term.extend({ phase: z.enum(PHASES) })) }),
  /** Integer micro-USD; lines add up to `expected`. Null when a price is unknown: `unknowns` says which. */
  cost: RangeSchema.extend({
    lines: z.array(CostLine),
    /** Of the node's idle GPUs, as far as the job pays for them: part of `expected`, in lines of its own. */
    strandedMicroUsd: z.number().int(),
    /** What is paid beside the machine, whatever its hours turn out to be: part of `expected`. */
    chargesMicroUsd: z.number().int(),
    /** The same hours on a node whose other GPUs all work for others, and on a node that works for this job alone. */
    packedMicroUsd: z.number().int(),
    aloneMicroUsd: z.number().int(),
    /** Share of the node's other GPUs that other jobs keep busy; null: nobody has said, and the whole node is paid. */
    othersBusy: z.number().nullable(),
    /** Of the whole machine: by it the time really taken is settled. */
    perHourMicroUsd: z.number().int(),
    /** Spent each month once the adapter is deployed: not in the cost. Null: nothing is known of any. */
    upkeep: z.object({ microUsdPerMonth: z.number().int(), lines: z.array(CostLine) }).nullable(),
  }).nullable(),
  adapterBytes: z.number().int(),
  loraParameters: z.number().int(),
  trainedTokens: z.number(),
  calibration: Calibration,
  assumptions: z.array(Assumption),
  /** Published runs nearest in memory and in speed. Null: not looked up. */
  nearest: z.object({ memory: NearestPoint, speed: NearestPoint }).nullable(),
  unknowns: z.array(Unknown),
  priceBook: z.object({ id: z.string(), digest: z.string(), asOf: z.string() }),
});
export type Estimate = z.output<typeof Estimate>;
