import { staleness } from "../catalog/prices.ts";
import {
  costLine,
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

/** What a month costs in which no job runs: all that is there all the time. */
export const idleLines = (config: StackConfig, pricing: Pricing): Found[] => [
  ...clusterLines(config, pricing),
  ...registryLines(config, pricing),
  ...config.pools.flatMap((pool) => standingLines(pool, config, pricing)),
];

function clusterLines({ cluster, network }: StackConfig, pricing: Pricing): Found[] {
  if ("existing" in cluster || !network) return [];
  const { systemNodes } = cluster;
  const gateways = { none: 0, one: 1, "per-zone": network.zones.length }[network.nat];
  const endpoints = network.endpoints.length * network.zones.length;
  const found = [
    // Standard support is what the cluster is told to stay in, so the extended price never holds.
    serviceLine(pricing, "eks-control-plane", "EKS control plane", HOURS_A_MONTH),
    machineLine(
      pricing,
      systemNodes.instanceType,
      `${counted(systemNodes.min, "system node")} ${systemNodes.instanceType}`,
      systemNodes.min,
    ),
    serviceLine(
      pricing,
      "gp3-storage",
      `disks of ${counted(systemNodes.min, "system node")}`,
      systemNodes.min * systemNodes.diskGiB,
    ),
    serviceLine(pricing, "kms-key", "KMS key of the cluster's secrets", 1),
  ];
  if (gateways > 0) {
    const item = counted(gateways, "NAT gateway");
    found.push(serviceLine(pricing, "nat-gateway", item, gateways * HOURS_A_MONTH));
  }
  if (endpoints > 0) {
    const item = `${counted(network.endpoints.length, "VPC endpoint")} in ${network.zones.length} zones`;
    found.push(serviceLine(pricing, "vpc-endpoint", item, endpoints * HOURS_A_MONTH));
  }
  return found;
}

function registryLines({ registry }: StackConfig, pricing: Pricing): Found[] {
  const key = serviceLine(pricing, "kms-key", "KMS key of the adapter registry", 1);
  if (registry.storedGB === undefined) return [key];
  return [key, serviceLine(pricing, "s3-standard", "adapter registry", registry.storedGB)];
}

/** Pools that cost something at zero jobs: a reservation is billed whether used or not, an owned machine was paid for. */
function standingLines(pool: PoolConfig, { platform }: StackConfig, pricing: Pricing): Found[] {
  const name = poolNameOf(pool);
  if (pool.capacity === "reservation") {
    return poolMachines(pool).map(({ machine, nodes }) =>
      machineLine(pricing, machine.id, `${name}: ${nodes} reserved ${machine.id}`, nodes),
    );
  }
  if (pool.capacity !== "owned") return [];
  const machines = ownedMachines(pool, platform.owned);
  if (machines.length === 0) {
    const message = `no machine of tier ${pool.tier} is entered for the pool ${name}`;
    const fix = `enter what it cost under tunekit:platform: {owned: [{name, tier: ${pool.tier}, capitalUsd, ...}]}`;
    return [{ unknown: { code: "PriceUnknown", message, fix } }];
  }
  const capital = machines.map(({ machine, count }): Found => {
    const old = staleness(
      `the machine "${machine.name}"`,
      machine.asOf,
      pricing.now,
      pricing.maxAgeDays.owned,
    );
    return (
      old ??
      costLine({
        item: `${name}: capital of ${count} ${machine.name} over ${machine.lifeYears} years`,
        quantity: count,
        unit: "machine-month",
        unitPriceMicroUsd: Math.round(machine.capitalUsd / (12 * machine.lifeYears)),
        source: machine.source,
        asOf: machine.asOf,
      })
    );
  });
  return [dearestLine(capital)];
}
