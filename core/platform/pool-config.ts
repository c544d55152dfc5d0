import { z } from "zod";
import { NODE_TIERS, POOL_CAPACITIES, poolName, soldAsWholeNode } from "../catalog/tiers.ts";
import { problem, TagText, Zone } from "./stack-fields.ts";

/** One node pool: a tier bought in one way. */
export const PoolConfig = z
  .strictObject({
    tier: z.enum(NODE_TIERS),
    capacity: z.enum(POOL_CAPACITIES).default("on-demand"),
    /** @default karpenter; `existing` for owned machines, `managed` for a capacity block */
    provisioner: z.enum(["karpenter", "managed", "existing"]).optional(),
    /** Most GPUs at one time; the pool stands at zero while nothing runs. */
    maxGpus: z.number().int().min(1).max(1024),
    /** @default the tier's own machines */
    instanceTypes: z.array(z.string().min(1)).min(1).optional(),
    zones: z.array(Zone).min(1).optional(),
    /** Root volume of a node in GiB. */
    diskGiB: z.number().int().min(100).max(2000).default(200),
    /** Capacity that is yours already; `pulumi up` buys none. */
    reservation: z
      .strictObject({
        id: z
          .string()
          .regex(/^cr-[0-9a-z]+$/)
          .describe('an id such as "cr-0123456789abcdef0"'),
        zone: Zone,
        instanceType: z.string().min(1),
      })
      .optional(),
    /** Node image, where the cards want a newer driver than the EKS image has. */
    amiId: z
      .string()
      .regex(/^ami-[0-9a-f]+$/)
      .describe('an image such as "ami-0123456789abcdef0"')
      .optional(),
    /** What a pod may ask for with each GPU; needed for owned machines. @default the slice that fits all machines */
    perGpu: z
      .strictObject({
        cpu: z.number().int().min(1),
        memoryGiB: z.number().int().min(1),
        ephemeralGiB: z.number().int().min(1),
      })
      .optional(),
    /** Whether the cost gate must agree before a Job starts here. */
    costGate: z.boolean().default(true),
    /** Who answers for the cost of whole 8-GPU nodes, and why a smaller tier does not do. */
    owner: TagText.optional(),
    reason: TagText.optional(),
  })
  .refine(
    ({ tier, owner, reason }) => !soldAsWholeNode(tier) || (owner && reason),
    problem(
      "ReasonMissing",
      "is a tier of whole 8-GPU nodes and needs an owner and a reason",
      "add owner and reason, or take a smaller tier",
    ),
  )
  .refine(
    ({ capacity, reservation }) =>
      (capacity === "reservation" || capacity === "capacity-block") === (reservation !== undefined),
    problem(
      "ReservationMissing",
      "must name its reservation exactly when its capacity is reserved",
      "add reservation: {id, zone, instanceType} with capacity reservation or capacity-block, or remove it",
    ),
  )
  .refine(
    ({ capacity, perGpu }) => capacity !== "owned" || perGpu !== undefined,
    problem(
      "PerGpuMissing",
      "is made of your own machines and does not say what a GPU brings along",
      "add perGpu: {cpu, memoryGiB, ephemeralGiB}, what a pod may ask for with each GPU",
    ),
  )
  .transform(({ provisioner, ...pool }) => ({
    ...pool,
    provisioner:
      provisioner ??
      (pool.capacity === "owned"
        ? ("existing" as const)
        : pool.capacity === "capacity-block"
          ? ("managed" as const)
          : ("karpenter" as const)),
  }));
export type PoolConfig = z.output<typeof PoolConfig>;

/** Name of a pool: `gpu-24gb-spot`. */
export const poolNameOf = ({ tier, capacity }: Pick<PoolConfig, "tier" | "capacity">): string =>
  poolName(tier, capacity);
