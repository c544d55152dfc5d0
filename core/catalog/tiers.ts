import { NODE_LABELS, TAINTS } from "../labels.ts";
import { type Bytes, GiB } from "../units.ts";
import type { GpuName } from "./gpus.ts";
import { findInstanceType, type InstanceType } from "./instance-types.ts";

/** A class of GPU capacity. To add one: a record here and rows in the catalog of instance types. */
export interface TierRecord {
  title: string;
  /** Memory of one GPU as sold. */
  gpuMemoryGiB: number;
  /** Whether the cards compute in bf16, which the trainer's defaults need. */
  bf16: boolean;
  /**
   * Cloud machines that a pool of this tier is made of unless it names others: the cheapest per GPU with room for the
   * weights of an 8B model in host memory. All have the same number of GPUs.
   */
  instanceTypes: readonly [string, ...string[]];
  /** Cards of this class that a team buys and runs itself. */
  ownedGpus: readonly GpuName[];
  /** Values of `nvidia.com/gpu.product` that such a node may report; empty: none has been seen, so nothing is checked. */
  gfdProducts: readonly string[];
  /** Driver branch that the cards need, where the node image of EKS has an older one. */
  minDriver?: number;
  /** What the owner of such a card must have read. */
  licenceNote?: string;
}

const GEFORCE =
  "GeForce cards: an older licence of NVIDIA's driver says that it is not licensed for data-centre deployment, a newer one allows infrastructure that you own or lease. Let counsel decide before you put such cards into a data centre.";

/**
 * One record a tier: node pool, queue flavor, quota, pod size and price rows all come from it. GFD names: NVIDIA
 * k8s-device-plugin docs/gpu-feature-discovery and public manifests.
 */
export const TIER_RECORDS = {
  "a100-40": {
    title: "A100 40 GB",
    gpuMemoryGiB: 40,
    bf16: true,
    instanceTypes: ["p4d.24xlarge"],
    ownedGpus: ["A100-40GB"],
    gfdProducts: ["NVIDIA-A100-SXM4-40GB"],
  },
  "a100-80": {
    title: "A100 80 GB",
    gpuMemoryGiB: 80,
    bf16: true,
    instanceTypes: ["p4de.24xlarge"],
    ownedGpus: ["A100-80GB"],
    gfdProducts: ["NVIDIA-A100-SXM4-80GB"],
  },
  "h100-80": {
    title: "H100 80 GB",
    gpuMemoryGiB: 80,
    bf16: true,
    instanceTypes: ["p5.4xlarge"],
    ownedGpus: ["H100-SXM", "H100-PCIe"],
    gfdProducts: ["NVIDIA-H100-80GB-HBM3"],
  },
  "gpu-24gb": {
    title: "24 GB: A10G, L4, RTX 3090 and 4090",
    gpuMemoryGiB: 24,
    bf16: true,
    instanceTypes: ["g6.2xlarge", "g5.2xlarge", "g6.4xlarge", "g5.4xlarge"],
    ownedGpus: ["RTX-4090", "RTX-3090"],
    gfdProducts: ["NVIDIA-A10G", "NVIDIA-L4", "NVIDIA-GeForce-RTX-4090", "NVIDIA-GeForce-RTX-3090"],
    licenceNote: GEFORCE,
  },
  "gpu-32gb": {
    title: "32 GB: RTX PRO 4500, RTX 5090",
    gpuMemoryGiB: 32,
    bf16: true,
    instanceTypes: ["g7.4xlarge"],
    ownedGpus: ["RTX-5090"],
    gfdProducts: [],
    /** awslabs/amazon-eks-ami doc/usage/g7-ami.md: a custom image until the EKS one has it. */
    minDriver: 595,
    licenceNote: GEFORCE,
  },
  "gpu-48gb": {
    title: "48 GB: L40S, RTX A6000, RTX 6000 Ada",
    gpuMemoryGiB: 48,
    bf16: true,
    instanceTypes: ["g6e.xlarge", "g6e.2xlarge"],
    ownedGpus: ["A6000", "RTX-6000-Ada"],
    gfdProducts: ["NVIDIA-L40S"],
  },
} as const satisfies Record<string, TierRecord>;

/** A tier that nodes are made for; `local-cpu`, the machine at hand, is none of them. */
export type NodeTier = keyof typeof TIER_RECORDS;
export const NODE_TIERS = Object.keys(TIER_RECORDS) as [NodeTier, ...NodeTier[]];

export const tierRecord = (tier: NodeTier): TierRecord => TIER_RECORDS[tier];

/** The most that a pod may ask for with each GPU, so that pods with one GPU each fill the node. */
export interface GpuSlice {
  cpu: number;
  memoryBytes: Bytes;
  /** Scratch space on the node's local disks in one RAID 0. */
  ephemeralBytes: Bytes;
}

/** Cores a node for the pods that run on every node: network, storage and GPU agents, metrics. */
const NODE_AGENT_CORES = 0.5;
/** Share of a node's allocatable memory left to the same pods. */
const NODE_AGENT_MEMORY = 0.05;
/** Of the local disks: 10 % the kubelet's eviction threshold, the rest file system, images and logs. */
const NODE_AGENT_DISK = 0.15;

/**
 * The slice that fits every one of the machines: allocatable by GPU, less what the node's own pods need, rounded down to
 * cores and GiB. On a p4d.24xlarge 11 cores, 125 GiB and 791 GiB of disk a GPU.
 */
export function gpuSlice(machines: readonly InstanceType[]): GpuSlice {
  const least = (share: (machine: InstanceType) => number): number =>
    Math.floor(Math.min(...machines.map((machine) => share(machine) / machine.gpus)));
  return {
    cpu: least(({ allocatableCpuMilli }) => allocatableCpuMilli / 1000 - NODE_AGENT_CORES),
    memoryBytes:
      least(
        ({ allocatableMemoryBytes }) => (allocatableMemoryBytes * (1 - NODE_AGENT_MEMORY)) / GiB,
      ) * GiB,
    ephemeralBytes: least(({ nvmeBytes }) => (nvmeBytes * (1 - NODE_AGENT_DISK)) / GiB) * GiB,
  };
}

/** The machines of a tier's pools, or of the ones named. @throws CatalogError `UnknownInstanceType` */
export const machinesOf = (
  tier: NodeTier,
  instanceTypes: readonly string[] = TIER_RECORDS[tier].instanceTypes,
): InstanceType[] => instanceTypes.map((id) => findInstanceType(id));

/** What a pod of this tier may ask for with each GPU. */
export const tierSlice = (tier: NodeTier): GpuSlice => gpuSlice(machinesOf(tier));

/** GPUs of each node of the tier. More than one: a lone job pays for the node, unless others share it. */
export const gpusPerNode = (tier: NodeTier): number =>
  Math.max(...machinesOf(tier).map(({ gpus }) => gpus));

/** True where a single GPU cannot be rented: a lone job has to be priced with the whole node as its worst case. */
export const soldAsWholeNode = (tier: NodeTier): boolean => gpusPerNode(tier) > 1;

/** One pool, one flavor: a tier bought in one way. Nodes carry both words as labels. */
export const POOL_CAPACITIES = [
  "on-demand",
  "spot",
  "reservation",
  "capacity-block",
  "owned",
] as const;
export type PoolCapacity = (typeof POOL_CAPACITIES)[number];

/** Name of node pool and of flavor: `a100-40-on-demand`. */
export const poolName = (tier: NodeTier, capacity: PoolCapacity): string => `${tier}-${capacity}`;

/** Labels of every node of the pool; the flavor asks for the same, and a pool scales from zero by them. */
export const poolNodeLabels = (
  tier: NodeTier,
  capacity: PoolCapacity,
): Readonly<Record<string, string>> => ({
  [NODE_LABELS.tier]: tier,
  [NODE_LABELS.capacity]: capacity,
});

export interface Taint {
  key: string;
  value: string;
  effect: "NoSchedule";
}

export const tierTaints = (tier: NodeTier): readonly Taint[] => [
  { key: TAINTS.gpu, value: "true", effect: "NoSchedule" },
  { key: TAINTS.tier, value: tier, effect: "NoSchedule" },
];

/** What a pod needs to land there; the queue adds it at admission. */
export const tierTolerations = (tier: NodeTier) =>
  tierTaints(tier).map((taint) => ({ ...taint, operator: "Equal" as const }));
