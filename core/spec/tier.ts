import { z } from "zod";
import { NODE_TIERS, type NodeTier } from "../catalog/tiers.ts";

/**
 * Named classes of GPU capacity. One record (core/catalog/tiers.ts) generates node pool, flavor, quota, pod size and price
 * rows; `local-cpu` is the machine at hand, with a price row of its own.
 */
export const TIERS: readonly [NodeTier, ...NodeTier[], "local-cpu"] = [...NODE_TIERS, "local-cpu"];
export const Tier = z.enum(TIERS);
export type Tier = z.infer<typeof Tier>;

export const CAPACITY_TYPES = ["on-demand", "spot", "owned"] as const;
export const CapacityType = z.enum(CAPACITY_TYPES);
export type CapacityType = z.infer<typeof CapacityType>;
