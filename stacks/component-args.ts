import { z } from "zod";
import type { AdapterRegistryArgs } from "../components/adapter-registry-args.ts";
import type { GpuClusterArgs } from "../components/gpu-cluster-args.ts";
import type { GpuNodePoolArgs } from "../components/gpu-node-pool-args.ts";
import type { JobQueuesArgs } from "../components/job-queues-args.ts";
import type { NetworkArgs } from "../components/network-args.ts";
import type { TenancyArgs } from "../components/tenancy-args.ts";
import {
  POOL_ANNOTATIONS,
  RUN_LABELS,
  RUN_SERVICE_ACCOUNT,
  teamNamespace,
} from "../core/labels.ts";
import { type PoolConfig, poolNameOf } from "../core/platform/pool-config.ts";
import type { StackConfig } from "../core/platform/stack-config.ts";
import { PlatformConfig } from "../core/spec/platform-config.ts";

/** Settings of a stack in the words of each component. Pure: no resource is made here. */

/** Whose everything is: on every resource, with the keys that the cost reports have. */
export const tagsOf = ({ owner, costCenter }: StackConfig): Record<string, string> => ({
  [POOL_ANNOTATIONS.owner]: owner,
  [RUN_LABELS.costCenter]: costCenter,
});

/** The network to make, or the one of the EKS cluster that is there; undefined beside any other cluster. */
export function networkArgs(config: StackConfig): NetworkArgs | undefined {
  const { cluster, network, region } = config;
  const common = { region, tags: tagsOf(config) };
  if (!("existing" in cluster)) return { ...common, ...network };
  const { existing } = cluster;
  if (existing.kind !== "eks") return undefined;
  const { vpcId, privateSubnets } = existing;
  return { ...common, existing: { vpcId, privateSubnets } };
}

/** All of the cluster but the subnets that it is in. */
export function clusterArgs(config: StackConfig): GpuClusterArgs {
  const { cluster, region } = config;
  const common = { region, tags: tagsOf(config) };
  if ("existing" in cluster) {
    const { existing } = cluster;
    if (existing.kind === "eks")
      return { ...common, existing: { kind: "eks", name: existing.name } };
    const { kind, name, context, kubeconfig } = existing;
    return {
      ...common,
      existing: {
        kind,
        name,
        ...(context ? { context } : {}),
        ...(kubeconfig ? { kubeconfig } : {}),
      },
    };
  }
  const { version, admins, publicCidrs, systemNodes, deletionProtection } = cluster;
  const { instanceType, ...sizes } = systemNodes;
  return {
    ...common,
    version,
    admins,
    access: accessOf(config),
    endpoint: { publicCidrs },
    systemNodes: { instanceTypes: [instanceType], ...sizes },
    deletionProtection,
  };
}

/** Kubernetes group of a team's data scientists. */
const groupOf = (team: string): string => `tunekit:${team}`;

const accessOf = ({ teams }: StackConfig) =>
  teams.flatMap(({ name, dataScientists }) =>
    dataScientists.map((principal) => ({ principal, groups: [groupOf(name)] })),
  );

/** All of a pool but the cluster that it belongs to. */
export function poolArgs(
  pool: PoolConfig,
  config: StackConfig,
): Omit<GpuNodePoolArgs, "cluster" | "nodeRole"> {
  const { tier, capacity, provisioner, maxGpus, diskGiB, reservation } = pool;
  return {
    tier,
    provisioner,
    maxGpus,
    diskGiB,
    capacity:
      capacity === "reservation" || capacity === "capacity-block"
        ? {
            kind: capacity,
            reservationId: reservation?.id ?? "",
            zone: reservation?.zone ?? "",
            instanceType: reservation?.instanceType ?? "",
          }
        : { kind: capacity },
    ...(pool.instanceTypes ? { instanceTypes: pool.instanceTypes } : {}),
    ...(pool.zones ? { zones: pool.zones } : {}),
    ...(pool.amiId ? { amiId: pool.amiId } : {}),
    ...(pool.reason ? { reason: pool.reason } : {}),
    owner: pool.owner ?? config.owner,
    tags: { ...tagsOf(config), [POOL_ANNOTATIONS.owner]: pool.owner ?? config.owner },
  };
}

export const queueArgs = ({ pools, teams }: StackConfig): JobQueuesArgs => ({
  pools: pools.map(({ tier, capacity, maxGpus, instanceTypes, reservation, perGpu, costGate }) => ({
    tier,
    capacity,
    maxGpus,
    costGate,
    ...(reservation
      ? { instanceTypes: [reservation.instanceType] }
      : instanceTypes
        ? { instanceTypes }
        : {}),
    ...(perGpu ? { perGpu } : {}),
  })),
  teams: teams.map(({ name, guaranteed, atMost, frozen }) => ({
    name,
    guaranteed,
    atMost,
    frozen,
  })),
});

/** A namespace may ask for what its queues may give it, and no more. */
export const tenantsOf = ({ pools, teams, costCenter }: StackConfig): TenancyArgs["teams"] =>
  teams.map(({ name, atMost }) => ({
    name,
    costCenter,
    scientists: [groupOf(name)],
    maxGpus: pools.reduce((sum, pool) => sum + (atMost[poolNameOf(pool)] ?? pool.maxGpus), 0),
  }));

/** The bucket: a trainer's account in each team's namespace, and the people who put data there. */
export const registryArgs = ({
  registry,
  teams,
}: StackConfig): Omit<AdapterRegistryArgs, "accountId"> => ({
  protect: registry.protect,
  ...(registry.bucketName ? { bucketName: registry.bucketName } : {}),
  ...(registry.objectLockDays ? { objectLockDays: registry.objectLockDays } : {}),
  accounts: {
    trainer: teams.map(({ name }) => ({
      namespace: teamNamespace(name),
      name: RUN_SERVICE_ACCOUNT,
    })),
  },
  dataScientists: teams
    .filter(({ dataScientists }) => dataScientists.length > 0)
    .map(({ name, dataScientists }) => ({ team: teamNamespace(name), principals: dataScientists })),
});

/** What SDK, CLI and controller read from the cluster, as people write it. */
export function platformConfigOf(config: StackConfig): z.input<typeof PlatformConfig> {
  return z.encode(PlatformConfig, {
    ...config.platform,
    kind: "PlatformConfig",
    tiers: [...new Set(config.pools.map(({ tier }) => tier))],
    teams: config.teams.map(({ name, mode, monthlyBudget }) => ({ name, mode, monthlyBudget })),
  });
}
