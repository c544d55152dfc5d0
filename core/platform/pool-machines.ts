import type { InstanceType } from "../catalog/instance-types.ts";
import { machinesOf } from "../catalog/tiers.ts";
import type { OwnedHardware } from "../spec/platform-config.ts";
import type { PoolConfig } from "./pool-config.ts";

/** One kind of machine that a pool may grow with, and how many of it its GPU limit allows. */
export interface PoolMachines {
  machine: InstanceType;
  nodes: number;
}

/** A pool whose limit is below one node's GPUs grows by no node at all. */
export const poolMachines = (pool: PoolConfig): PoolMachines[] =>
  machinesOf(
    pool.tier,
    pool.reservation ? [pool.reservation.instanceType] : pool.instanceTypes,
  ).map((machine) => ({ machine, nodes: Math.floor(pool.maxGpus / machine.gpus) }));

/** The owned machines that may stand behind a pool, each with as many as its GPU limit asks for. */
export const ownedMachines = (pool: PoolConfig, owned: readonly OwnedHardware[]) =>
  owned
    .filter(({ tier }) => tier === pool.tier)
    .map((machine) => ({ machine, count: Math.ceil(pool.maxGpus / (machine.gpus ?? 1)) }));
