import { toUsd } from "../units.ts";
import type { StackConfig } from "./stack-config.ts";

/** Rules of the policy pack that judge a cost, and so must be told the ceiling and the region of the prices. */
export const CEILING_RULES = {
  pool: "gpu-pool-below-ceiling",
  stack: "gpu-pools-below-ceiling",
} as const;

/** What the pack must be told of a stack, as Pulumi's `--policy-pack-config` takes it. Pulumi does not tell it itself. */
export function policyPackConfig({ spend, region }: StackConfig) {
  const told = { ceilingUsdPerMonth: toUsd(spend.ceiling), region };
  return { [CEILING_RULES.pool]: told, [CEILING_RULES.stack]: told };
}
