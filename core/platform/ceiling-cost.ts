import { staleness } from "../catalog/prices.ts";
import type { NodeTier } from "../catalog/tiers.ts";
import {
  type CostPart,
  costLine,
  costPart,
  counted,
  dearestLine,
  type Found,
  HOURS_A_MONTH,
  machineLine,
  type Pricing,
  serviceLine,
} from "./cost-line.ts";
import { type PoolConfig, poolNameOf } from "./pool-config.ts";
import { ownedMachines, poolMachines } from "./pool-machines.ts";
import type { StackConfig } from "./stack-config.ts";

/** What a pool costs on top of the idle cost when all its GPUs are busy all month. */
export interface PoolCeiling extends CostPart {
  pool: string;
  tier: NodeTier;
  capacity: PoolConfig["capacity"];
  maxGpus: number;
  /** Machines at the limit: the most that any of the pool's instance types needs. */
  nodes: number;
}

export function poolCeiling(
  pool: PoolConfig,
  { platform }: StackConfig,
  pricing: Pricing,
): PoolCeiling {
  const name = poolNameOf(pool);
  const head = { pool: name, tier: pool.tier, capacity: pool.capacity, maxGpus: pool.maxGpus };
  if (pool.capacity === "owned") {
    const owned = ownedMachines(pool, platform.owned);
    const power = owned.map(({ machine, count }): Found => {
      const { watts, usdPerKwh, asOf, source } = machine;
      const old = staleness(
        `the machine "${machine.name}"`,
        asOf,
        pricing.now,
        pricing.maxAgeDays.owned,
      );
      const quantity = (count * watts * HOURS_A_MONTH) / 1000;
      const item = `power of ${count} ${machine.name} at ${watts} W`;
      return (
        old ?? costLine({ item, quantity, unit: "kWh", unitPriceMicroUsd: usdPerKwh, source, asOf })
      );
    });
    // That no machine is entered is said once, in the idle cost.
    const nodes = Math.max(0, ...owned.map(({ count }) => count));
    return { ...head, nodes, ...costPart(power.length > 0 ? [dearestLine(power)] : []) };
  }
  const machines = poolMachines(pool);
  const nodes = Math.max(...machines.map((each) => each.nodes));
  const disks = serviceLine(
    pricing,
    "gp3-storage",
    `disks of ${counted(nodes, "node")}`,
    nodes * pool.diskGiB,
  );
  return { ...head, nodes, ...costPart([...nodeLines(pool, machines, pricing), disks]) };
}

function nodeLines(
  pool: PoolConfig,
  machines: ReturnType<typeof poolMachines>,
  pricing: Pricing,
): Found[] {
  switch (pool.capacity) {
    case "reservation":
      return []; // billed whether used or not, so it stands in the idle cost
    case "capacity-block": {
      const message = `${poolNameOf(pool)}: a capacity block is paid in advance, at a price that no price book holds`;
      const fix =
        "read its price from the offer that was bought (aws ec2 describe-capacity-block-offerings)";
      return [{ unknown: { code: "PriceUnknown", message, fix } }];
    }
    default:
      // Spot is bounded by the on-demand price: AWS never charges more.
      return [
        dearestLine(
          machines.map(({ machine, nodes }) =>
            machineLine(pricing, machine.id, `${counted(nodes, "node")} ${machine.id}`, nodes),
          ),
        ),
      ];
  }
}

/** The system nodes that may be added as the cluster grows. */
export function systemGrowth({ cluster }: StackConfig, pricing: Pricing): CostPart {
  if ("existing" in cluster) return costPart([]);
  const { instanceType, min, max, diskGiB } = cluster.systemNodes;
  const more = max - min;
  if (more <= 0) return costPart([]);
  return costPart([
    machineLine(
      pricing,
      instanceType,
      `${counted(more, "more system node")} ${instanceType}`,
      more,
    ),
    serviceLine(
      pricing,
      "gp3-storage",
      `disks of ${counted(more, "more system node")}`,
      more * diskGiB,
    ),
  ]);
}
