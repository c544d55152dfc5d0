import * as pulumi from "@pulumi/pulumi";
import { supportNotice } from "../components/eks-versions.ts";
import { priceBookOf } from "../core/catalog/price-book.ts";
import {
  platformCost,
  platformCostLine,
  platformCostSums,
} from "../core/platform/platform-cost.ts";
import type { StackConfig } from "../core/platform/stack-config.ts";

/**
 * Says in the preview what the stack costs, and when its Kubernetes goes out of support.
 * @param now ISO instant
 * @returns the sums, as `tunekit platform cost` has them with all lines
 */
export function announce(config: StackConfig, now: string): ReturnType<typeof platformCostSums> {
  const cost = platformCost(config, priceBookOf(config.platform), now);
  void pulumi.log.info(`cost: ${platformCostLine(cost)}`);
  const notice =
    "existing" in config.cluster ? undefined : supportNotice(config.cluster.version, now);
  if (notice !== undefined) void pulumi.log.warn(notice);
  return platformCostSums(cost);
}
