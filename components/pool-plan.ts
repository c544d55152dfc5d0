import { findInstanceType, type InstanceType } from "../core/catalog/instance-types.ts";
import {
  type GpuSlice,
  gpuSlice,
  machinesOf,
  type NodeTier,
  type PoolCapacity,
  poolName,
  poolNodeLabels,
  type Taint,
  tierRecord,
  tierTaints,
} from "../core/catalog/tiers.ts";
import { isKitError, type Problem, SpecError } from "../core/errors.ts";
import { NODE_LABELS, POOL_ANNOTATIONS } from "../core/labels.ts";
import type { GpuNodePoolSettings } from "./gpu-node-pool-args.ts";
import { imageProblems } from "./node-image.ts";

/** A pool worked out from its tier record: what both ways of making nodes are rendered from. */
export interface PoolPlan {
  /** Name of the pool and of its flavor. */
  name: string;
  tier: NodeTier;
  capacity: PoolCapacity;
  labels: Readonly<Record<string, string>>;
  taints: readonly Taint[];
  maxGpus: number;
  /** Empty for nodes that somebody else makes. */
  machines: readonly InstanceType[];
  /** What a pod may ask for with each GPU; undefined for nodes that somebody else makes. */
  slice: GpuSlice | undefined;
  /** The only zones of the nodes; empty: wherever the cluster has a subnet. */
  zones: readonly string[];
  /** Capacity that is yours already. */
  reservationId: string | undefined;
  /** Owner and reason, where they were given. */
  annotations: Readonly<Record<string, string>>;
}

/** @throws SpecError with everything that is wrong with the pool, each with its path. */
export function planPool(settings: GpuNodePoolSettings): PoolPlan {
  const { tier, capacity, maxGpus } = settings;
  const reserved = "reservationId" in capacity ? capacity : undefined;
  const isElsewhere = settings.provisioner === "existing";
  const named = reserved ? [reserved.instanceType] : settings.instanceTypes;
  const problems: Problem[] = [];
  const machines = isElsewhere ? [] : knownMachines(settings, named, problems);
  if (!isElsewhere)
    problems.push(...provisionerProblems(settings), ...nodeProblems(settings, machines));
  const [first, ...others] = problems;
  if (first) throw new SpecError([first, ...others]);
  const name = poolName(tier, capacity.kind);
  return {
    name,
    tier,
    capacity: capacity.kind,
    labels: { ...poolNodeLabels(tier, capacity.kind), [NODE_LABELS.pool]: name },
    taints: tierTaints(tier),
    maxGpus,
    machines,
    slice: machines.length > 0 ? gpuSlice(machines) : undefined,
    zones: reserved ? [reserved.zone] : (settings.zones ?? []),
    reservationId: reserved?.reservationId,
    annotations: {
      ...(settings.owner === undefined ? {} : { [POOL_ANNOTATIONS.owner]: settings.owner }),
      ...(settings.reason === undefined ? {} : { [POOL_ANNOTATIONS.reason]: settings.reason }),
    },
  };
}

function knownMachines(
  { tier, amiId }: GpuNodePoolSettings,
  named: readonly string[] | undefined,
  problems: Problem[],
): InstanceType[] {
  const ids = named ?? tierRecord(tier).instanceTypes;
  problems.push(...imageProblems(ids, amiId));
  const machines = ids.flatMap((id) => {
    try {
      return [findInstanceType(id)];
    } catch (error) {
      if (!isKitError(error)) throw error;
      const { code, message, fix } = error;
      problems.push({ code, message, fix, path: "instanceTypes" });
      return [];
    }
  });
  for (const machine of machines) {
    if (machine.tier === tier) continue;
    problems.push({
      code: "WrongTier",
      path: "instanceTypes",
      message: `${machine.id} is a machine of tier ${machine.tier}, not of ${tier}`,
      fix: `name machines of ${tier}, such as ${machinesOf(tier)[0]?.id}, or make a pool of ${machine.tier}`,
    });
  }
  return machines;
}

/** What the way of making nodes needs or cannot do. */
function provisionerProblems(settings: GpuNodePoolSettings): Problem[] {
  const { capacity, cluster, provisioner } = settings;
  const problems: Problem[] = [];
  const missing = (path: string, fix: string) =>
    problems.push({ code: "MissingKey", path, message: `${path} is missing`, fix });
  if (capacity.kind === "owned") {
    problems.push({
      code: "WrongProvisioner",
      path: "provisioner",
      message: `provisioner ${provisioner} cannot make machines that you own`,
      fix: 'write provisioner: "existing" for nodes that are in the cluster already',
    });
  }
  if ("reservationId" in capacity && settings.instanceTypes) {
    problems.push({
      code: "ConflictingKeys",
      path: "instanceTypes",
      message: "instanceTypes cannot stand beside a reservation, which has one machine",
      fix: "leave instanceTypes out; capacity.instanceType says it",
    });
  }
  if (settings.nodeRole === undefined) missing("nodeRole", "hand over the role that nodes take");
  if (!cluster.privateSubnets) missing("cluster.privateSubnets", "hand over those of Network");
  const wanted = "zone" in capacity ? [capacity.zone] : (settings.zones ?? []);
  for (const zone of wanted) {
    if (!cluster.privateSubnets || Object.hasOwn(cluster.privateSubnets, zone)) continue;
    problems.push({
      code: "ZoneWithoutSubnet",
      path: "zone" in capacity ? "capacity.zone" : "zones",
      message: `the cluster has no private subnet in ${zone}`,
      fix: `add ${zone} to the zones of the network; it has ${Object.keys(cluster.privateSubnets).join(", ")}`,
    });
  }
  if (provisioner === "karpenter") {
    if (cluster.securityGroupId === undefined) {
      missing("cluster.securityGroupId", "hand over that of GpuCluster");
    }
  } else if (settings.amiId !== undefined && !cluster.join) {
    missing("cluster.join", "tell an image of your own where the cluster is");
  }
  return problems;
}

/** What whole machines with several GPUs ask for. */
function nodeProblems(
  { tier, maxGpus, owner, reason }: GpuNodePoolSettings,
  machines: readonly InstanceType[],
): Problem[] {
  const problems: Problem[] = [];
  const sizes = new Set(machines.map(({ gpus }) => gpus));
  const [gpus] = sizes;
  if (sizes.size > 1) {
    problems.push({
      code: "MixedNodes",
      path: "instanceTypes",
      message: `the machines have ${[...sizes].join(" and ")} GPUs, so nobody could say what a job's share of a node is`,
      fix: "make a pool for each number of GPUs",
    });
  } else if (gpus !== undefined && maxGpus % gpus !== 0) {
    const whole = Math.max(gpus, maxGpus - (maxGpus % gpus));
    problems.push({
      code: "PartOfNode",
      path: "maxGpus",
      message: `maxGpus ${maxGpus} is no whole number of nodes: ${machines[0]?.id} has ${gpus} GPUs`,
      fix: `write ${whole} or another multiple of ${gpus}`,
    });
  }
  if (gpus !== undefined && gpus > 1) {
    for (const [path, value] of Object.entries({ owner, reason })) {
      if (value !== undefined) continue;
      problems.push({
        code: "MissingKey",
        path,
        message: `${path} is missing: ${tier} is rented as whole nodes of ${gpus} GPUs`,
        fix:
          path === "owner" ? "name who answers for the cost" : "say why a smaller tier does not do",
      });
    }
  }
  return problems;
}
