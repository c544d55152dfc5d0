import { z } from "zod";

/**
 * Named classes of GPU capacity. One name generates node pool, flavor, quota, pod size and price rows; `local-cpu` is the
 * machine at hand, with a price row of its own.
 */
export const TIERS = [
  "a100-40",
  "a100-80",
  "h100-80",
  "gpu-24gb",
  "gpu-32gb",
  "gpu-48gb",
  "local-cpu",
] as const;
export const Tier = z.enum(TIERS);
export type Tier = z.infer<typeof Tier>;

export const CAPACITY_TYPES = ["on-demand", "spot", "owned"] as const;
export const CapacityType = z.enum(CAPACITY_TYPES);
export type CapacityType = z.infer<typeof CapacityType>;
