import { z } from "zod";

/** A figure before any correction, the 80 % interval around it, and what a run measured. */
export const ObservedFigure = z.object({
  low: z.number().positive(),
  estimated: z.number().positive(),
  high: z.number().positive(),
  actual: z.number().positive(),
});
export type ObservedFigure = z.output<typeof ObservedFigure>;

/**
 * What a settled run teaches the next estimate. Trainer, GPU and method are what an estimate is wrong about alike, whatever
 * the model and the data are.
 */
export const ObservedRun = z.object({
  /** Name of the trainer that the estimate was made for. */
  stack: z.string(),
  gpu: z.string(),
  method: z.string(),
  /** Trained tokens per second of all GPUs, padding included. Null: the trainer did not measure it. */
  speed: ObservedFigure.nullable(),
  /** Peak bytes that the trainer reports: allocated on the busiest GPU, resident without one. Null: not measured. */
  memory: ObservedFigure.nullable(),
});
export type ObservedRun = z.output<typeof ObservedRun>;
