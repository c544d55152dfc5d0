import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { GpuSlice, NodeTier, PoolCapacity, Taint } from "../core/catalog/tiers.ts";
import { RUN_LABELS } from "../core/labels.ts";
import { parseSpec } from "../core/spec/parse.ts";
import { costTags } from "./cost-tags.ts";
import { GpuNodePoolArgs, type GpuNodePoolSettings } from "./gpu-node-pool-args.ts";
import { EC2_NODE_CLASS, ec2NodeClass, karpenterNodePool } from "./karpenter-pool.ts";
import { createManagedPool } from "./managed-pool.ts";
import { type PoolPlan, planPool } from "./pool-plan.ts";

/**
 * GPU nodes of one tier, bought in one way, from zero up to a ceiling in GPUs. Karpenter makes them when a Job that the
 * queue admitted waits (`karpenter`), or a node group that somebody scales (`managed`, the way for a capacity block), or
 * they are there already (`existing`).
 *
 * Nothing here buys capacity: a reservation or capacity block comes in by its id.
 *
 * **Cost**: nothing while no node runs. At the ceiling: the price of the machine times the nodes. A tier with several GPUs
 * a node is paid by the node, however few of its GPUs are in use.
 * @throws SpecError on arguments that cannot be used, all problems at once, with the path of each.
 */
export class GpuNodePool extends pulumi.ComponentResource {
  /** Name of the pool and of its flavor in the queues: `a100-40-on-demand`. */
  readonly poolName: string;
  readonly tier: NodeTier;
  readonly capacity: PoolCapacity;
  readonly nodeLabels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly maxGpus: number;
  /** Machines of the pool by name; empty for `existing`. */
  readonly instanceTypes: readonly string[];
  /** What a pod may ask for with each GPU; undefined for `existing`. */
  readonly slice: GpuSlice | undefined;

  constructor(name: string, args: GpuNodePoolArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = parseSpec(GpuNodePoolArgs, args);
    const plan = planPool(settings);
    super("tunekit:index:GpuNodePool", name, {}, opts);
    if (settings.provisioner === "karpenter") createKarpenterPool(name, plan, settings, this);
    if (settings.provisioner === "managed") {
      createManagedPool(name, plan, settings, poolTags(name, plan, settings), { parent: this });
    }
    this.poolName = plan.name;
    this.tier = plan.tier;
    this.capacity = plan.capacity;
    this.nodeLabels = plan.labels;
    this.taints = plan.taints;
    this.maxGpus = plan.maxGpus;
    this.instanceTypes = plan.machines.map(({ id }) => id);
    this.slice = plan.slice;
    this.registerOutputs({
      poolName: this.poolName,
      tier: this.tier,
      capacity: this.capacity,
      nodeLabels: this.nodeLabels,
      taints: this.taints,
      maxGpus: this.maxGpus,
      instanceTypes: this.instanceTypes,
      slice: this.slice,
    });
  }
}

const poolTags = (
  name: string,
  plan: PoolPlan,
  { tags }: GpuNodePoolSettings,
): Record<string, string> =>
  costTags(name, { [RUN_LABELS.tier]: plan.tier, ...plan.annotations, ...tags });

function createKarpenterPool(
  name: string,
  plan: PoolPlan,
  settings: GpuNodePoolSettings,
  parent: GpuNodePool,
): void {
  const { cluster } = settings;
  const opts = { parent, ...(cluster.provider ? { provider: cluster.provider } : {}) };
  const subnets = Object.entries(cluster.privateSubnets ?? {});
  const nodeClass = new k8s.apiextensions.CustomResource(
    `${name}-class`,
    ec2NodeClass<pulumi.Input<string>>(plan, {
      nodeRole: settings.nodeRole ?? "",
      subnetIds: subnets
        .filter(([zone]) => plan.zones.length === 0 || plan.zones.includes(zone))
        .map(([, id]) => id),
      securityGroupId: cluster.securityGroupId ?? "",
      amiRelease: settings.amiRelease,
      amiId: settings.amiId,
      diskGiB: settings.diskGiB,
      volumeKmsKeyArn: settings.volumeKmsKeyArn,
      tags: poolTags(name, plan, settings),
    }),
    opts,
  );
  const { emptyAfter, drainWithin, expireAfter } = settings;
  new k8s.apiextensions.CustomResource(
    `${name}-pool`,
    karpenterNodePool(
      plan,
      { ...EC2_NODE_CLASS, name: plan.name },
      { emptyAfter, drainWithin, expireAfter },
    ),
    // Deleted before its class: Karpenter drains by the class's own finalizer.
    { ...opts, dependsOn: [nodeClass] },
  );
}
