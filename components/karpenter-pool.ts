import type { PoolCapacity } from "../core/catalog/tiers.ts";
import { GPU_RESOURCE, KARPENTER } from "../core/labels.ts";
import { NODE_METADATA, ROOT_DEVICE } from "./node-template.ts";
import type { PoolPlan } from "./pool-plan.ts";

/** Which object says how a node is made: an EC2NodeClass on AWS, another one elsewhere. */
export interface NodeClassRef {
  group: string;
  kind: string;
  name: string;
}

export const EC2_NODE_CLASS = { group: "karpenter.k8s.aws", kind: "EC2NodeClass" } as const;

/** Times in the life of a node, as Karpenter writes them. */
export interface NodeLife {
  emptyAfter: string;
  drainWithin: string;
  expireAfter: string;
}

const CAPACITY_TYPES: Record<Exclude<PoolCapacity, "owned">, string> = {
  "on-demand": "on-demand",
  spot: "spot",
  reservation: "reserved",
  "capacity-block": "reserved",
};

/**
 * The NodePool of a plan. It scales from zero by the labels of the flavor, stops at its GPUs, and lets only empty nodes go:
 * a training pod is never moved to save money. A node that must go all the same (a new image, its age) waits
 * `drainWithin` for its pods, longer than any run may last.
 */
export function karpenterNodePool(plan: PoolPlan, nodeClassRef: NodeClassRef, life: NodeLife) {
  if (plan.capacity === "owned") throw new RangeError("Karpenter makes no nodes that you own");
  const requirement = (key: string, values: readonly string[]) => ({ key, operator: "In", values });
  return {
    apiVersion: "karpenter.sh/v1",
    kind: "NodePool",
    metadata: { name: plan.name, labels: { ...plan.labels }, annotations: { ...plan.annotations } },
    spec: {
      template: {
        metadata: { labels: { ...plan.labels } },
        spec: {
          nodeClassRef,
          taints: [...plan.taints],
          requirements: [
            requirement(KARPENTER.capacityType, [CAPACITY_TYPES[plan.capacity]]),
            requirement(
              "node.kubernetes.io/instance-type",
              plan.machines.map(({ id }) => id),
            ),
            requirement("kubernetes.io/arch", ["amd64"]),
            requirement("kubernetes.io/os", ["linux"]),
            ...(plan.zones.length > 0
              ? [requirement("topology.kubernetes.io/zone", plan.zones)]
              : []),
          ],
          expireAfter: life.expireAfter,
          terminationGracePeriod: life.drainWithin,
        },
      },
      disruption: {
        consolidationPolicy: "WhenEmpty",
        // A block is paid for to its end, so an empty node of it saves nothing by going.
        consolidateAfter: plan.capacity === "capacity-block" ? "Never" : life.emptyAfter,
        budgets: [
          { nodes: "100%", reasons: ["Empty"] },
          { nodes: "1", reasons: ["Drifted"] },
        ],
      },
      limits: { [GPU_RESOURCE]: String(plan.maxGpus) },
    },
  };
}

/** What an EC2NodeClass needs from the cloud. `Text` is a string, or an output of one. */
export interface NodePlace<Text> {
  /** Name of the role that nodes take. */
  nodeRole: Text;
  subnetIds: readonly Text[];
  securityGroupId: Text;
  /** Release of the EKS image, such as `v20260714`; not used with an image of your own. */
  amiRelease: string;
  amiId?: string | undefined;
  diskGiB: number;
  volumeKmsKeyArn?: string | undefined;
  tags: Readonly<Record<string, string>>;
}

/** How Karpenter starts a node on EC2: pinned image, IMDSv2 with one hop, encrypted disk, local disks in RAID 0. */
export const ec2NodeClass = <Text>(plan: PoolPlan, place: NodePlace<Text>) => ({
  apiVersion: `${EC2_NODE_CLASS.group}/v1`,
  kind: EC2_NODE_CLASS.kind,
  metadata: { name: plan.name, labels: { ...plan.labels } },
  spec: {
    amiFamily: "AL2023",
    amiSelectorTerms: [
      place.amiId === undefined ? { alias: `al2023@${place.amiRelease}` } : { id: place.amiId },
    ],
    role: place.nodeRole,
    subnetSelectorTerms: place.subnetIds.map((id) => ({ id })),
    securityGroupSelectorTerms: [{ id: place.securityGroupId }],
    ...(plan.reservationId === undefined
      ? {}
      : { capacityReservationSelectorTerms: [{ id: plan.reservationId }] }),
    associatePublicIPAddress: false,
    metadataOptions: { ...NODE_METADATA, httpProtocolIPv6: "disabled" },
    blockDeviceMappings: [
      {
        deviceName: ROOT_DEVICE,
        rootVolume: true,
        ebs: {
          volumeType: "gp3",
          volumeSize: `${place.diskGiB}Gi`,
          encrypted: true,
          deleteOnTermination: true,
          ...(place.volumeKmsKeyArn === undefined ? {} : { kmsKeyID: place.volumeKmsKeyArn }),
        },
      },
    ],
    instanceStorePolicy: "RAID0",
    tags: { ...place.tags },
  },
});
