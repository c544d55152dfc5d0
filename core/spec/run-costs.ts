import { z } from "zod";
import { SERVICES } from "../catalog/services.ts";
import { Duration, Fraction, Usd } from "./fields.ts";
import { Tier } from "./tier.ts";

/** Who says so, and since when: both stand beside the figure wherever it is used. */
const Stated = {
  source: z.string().min(1),
  asOf: z.iso.date().describe('a date such as "2026-11-24"'),
};

/**
 * What a run costs beside its machine, and how the platform's nodes behave. Nothing is required and nothing has a default:
 * what is not given is not in the cost, or is an assumption of the estimate that says so (docs/estimation.md).
 */
export const RunCosts = z.strictObject({
  /**
   * Share of a node's other GPUs that other jobs keep busy while a job runs there, by tier. A tier that is missing is
   * unknown: the job is then charged the whole node.
   */
  sharing: z
    .array(z.strictObject({ tier: Tier, othersBusy: Fraction, ...Stated }))
    .refine((rows) => new Set(rows.map(({ tier }) => tier)).size === rows.length, {
      error: "names a tier twice",
      params: { code: "DuplicateName", fix: "list each tier once" },
    })
    .default([]),
  /** Life of a cloud node as it was measured here; each figure takes the place of an assumed one. */
  node: z
    .strictObject({
      /** From order to ready. @default 221 s */
      start: Duration.optional(),
      /** Pull and unpacking of the trainer's image. @default 745 s */
      imagePull: Duration.optional(),
      /** Time that a ready node waits for the job. @default none */
      hold: Duration.optional(),
      /** Time that an empty node stays. @default 300 s */
      idle: Duration.optional(),
      /** gp3 volume of a node, billed while the node is there. @default none */
      diskGB: z.number().positive().optional(),
      ...Stated,
    })
    .optional(),
  /** Interruptions of spot capacity. @default 0.05 an hour, 15 min to be running again */
  spot: z
    .strictObject({
      interruptionsPerHour: z.number().nonnegative(),
      restart: Duration.optional(),
      ...Stated,
    })
    .optional(),
  /** How many nodes bear the control plane together, and the fee of Auto Mode as a share of the on-demand price. */
  eks: z
    .strictObject({
      nodes: z.number().min(1),
      support: z.enum(["standard", "extended"]).default("standard"),
      autoMode: Fraction.optional(),
      ...Stated,
    })
    .optional(),
  /** Months for which a run's checkpoints and adapter stay in the bucket. */
  storage: z.strictObject({ months: z.number().positive() }).optional(),
  network: z
    .strictObject({
      /** What comes through a NAT gateway, which is paid by the GB; an S3 gateway endpoint is free. */
      nat: z.array(z.enum(["weights", "image"])).default([]),
      /** Compressed size of the trainer's image. */
      imageGB: z.number().positive().optional(),
      /** What a run sends out of the cloud: downloads of its adapter, predictions, logs. */
      egressGB: z.number().positive().optional(),
    })
    .refine(({ nat, imageGB }) => !nat.includes("image") || imageGB !== undefined, {
      error: 'says "image" under nat and not how large the image is',
      params: { code: "MissingKey", fix: 'add imageGB, or take "image" out of nat' },
    })
    .optional(),
  /** Human review of one evaluation. */
  review: z.strictObject({ items: z.number().int().min(1), perItem: Usd, ...Stated }).optional(),
  /** What a deployed adapter costs each month: serving it, going on reviewing it. Shown beside the cost, never in it. */
  upkeep: z
    .array(z.strictObject({ item: z.string().min(1), perMonth: Usd, ...Stated }))
    .default([]),
  /** Prices that take the place of the price book's, in one region or, without one, in all. */
  prices: z
    .array(
      z.strictObject({
        service: z.enum(SERVICES),
        region: z.string().min(1).optional(),
        price: Usd,
        ...Stated,
      }),
    )
    .default([]),
});
export type RunCosts = z.output<typeof RunCosts>;
