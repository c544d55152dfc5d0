import type { GpuNodePoolArgs } from "../../components/gpu-node-pool-args.ts";

/** A cluster as a pool sees it. */
export const POOL_CLUSTER: GpuNodePoolArgs["cluster"] = {
  name: "ai",
  privateSubnets: { "eu-central-1a": "subnet-a", "eu-central-1b": "subnet-b" },
  securityGroupId: "sg-cluster",
};

/** A pool of 24 GB cards by Karpenter. */
export const SMALL_POOL: GpuNodePoolArgs = {
  tier: "gpu-24gb",
  provisioner: "karpenter",
  capacity: { kind: "spot" },
  cluster: POOL_CLUSTER,
  maxGpus: 6,
  nodeRole: "ai-node",
};

/** A pool of whole A100 nodes by Karpenter. */
export const A100_POOL: GpuNodePoolArgs = {
  ...SMALL_POOL,
  tier: "a100-40",
  capacity: { kind: "on-demand" },
  maxGpus: 16,
  owner: "research@example.com",
  reason: "34B models do not fit 24 GB",
};

export const RESERVED = {
  reservationId: "cr-0123456789abcdef0",
  zone: "eu-central-1b",
  instanceType: "p4d.24xlarge",
} as const;
