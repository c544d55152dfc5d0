import { describe, expect, it } from "vitest";
import { GpuNodePoolArgs } from "../../components/gpu-node-pool-args.ts";
import { ec2NodeClass, karpenterNodePool } from "../../components/karpenter-pool.ts";
import { planPool } from "../../components/pool-plan.ts";
import { NODE_TIERS, poolNodeLabels, tierTaints } from "../../core/catalog/tiers.ts";
import { parseSpec } from "../../core/spec/parse.ts";
import { A100_POOL, RESERVED, SMALL_POOL } from "../support/pools.ts";

const LIFE = { emptyAfter: "5m", drainWithin: "24h", expireAfter: "168h" };
const REF = { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "any" };
const planOf = (args: GpuNodePoolArgs) => planPool(parseSpec(GpuNodePoolArgs, args));
const poolOf = (args: GpuNodePoolArgs) => karpenterNodePool(planOf(args), REF, LIFE);
const values = (args: GpuNodePoolArgs, key: string) =>
  poolOf(args).spec.template.spec.requirements.find((each) => each.key === key)?.values;
const PLACE = {
  nodeRole: "ai-node",
  subnetIds: ["subnet-a", "subnet-b"],
  securityGroupId: "sg-cluster",
  amiRelease: "v20260714",
  diskGiB: 200,
  tags: { "tunekit.dev/tier": "gpu-24gb" },
};
const classOf = (args: GpuNodePoolArgs, place = {}) =>
  ec2NodeClass(planOf(args), { ...PLACE, ...place }).spec;

describe("a NodePool", () => {
  it("stops at its GPUs", () => {
    expect(poolOf(SMALL_POOL).spec.limits).toEqual({ "nvidia.com/gpu": "6" });
    expect(poolOf(A100_POOL).spec.limits).toEqual({ "nvidia.com/gpu": "16" });
  });

  it("lets only empty nodes go, and none for ever", () => {
    expect(poolOf(SMALL_POOL).spec.disruption).toEqual({
      consolidationPolicy: "WhenEmpty",
      consolidateAfter: "5m",
      budgets: [
        { nodes: "100%", reasons: ["Empty"] },
        { nodes: "1", reasons: ["Drifted"] },
      ],
    });
    expect(poolOf(SMALL_POOL).spec.template.spec).toMatchObject({
      terminationGracePeriod: "24h",
      expireAfter: "168h",
    });
  });

  it("keeps the nodes of a block, which are paid for to its end", () => {
    const block = { ...A100_POOL, capacity: { kind: "capacity-block", ...RESERVED } as const };
    expect(poolOf(block).spec.disruption.consolidateAfter).toBe("Never");
  });

  it.each(NODE_TIERS)(
    "of %s scales from zero by its flavor's labels, behind its taints",
    (tier) => {
      const pool = poolOf({
        ...A100_POOL,
        tier,
        ...(tier === "gpu-32gb" ? { amiId: "ami-0123" } : {}),
      });
      expect(pool.spec.template.metadata.labels).toMatchObject(poolNodeLabels(tier, "on-demand"));
      expect(pool.spec.template.spec.taints).toEqual(tierTaints(tier));
    },
  );

  it("asks for its own machines, bought in its own way, in its own zones", () => {
    const type = "node.kubernetes.io/instance-type";
    const how = "karpenter.sh/capacity-type";
    expect(values(SMALL_POOL, how)).toEqual(["spot"]);
    expect(values(SMALL_POOL, type)).toContain("g6.2xlarge");
    expect(values(SMALL_POOL, "topology.kubernetes.io/zone")).toBeUndefined();
    const reserved = { ...A100_POOL, capacity: { kind: "reservation", ...RESERVED } as const };
    expect(values(reserved, how)).toEqual(["reserved"]);
    expect(values(reserved, type)).toEqual(["p4d.24xlarge"]);
    expect(values(reserved, "topology.kubernetes.io/zone")).toEqual(["eu-central-1b"]);
  });

  it("refers to whatever class it is told to", () => {
    const reference = { group: "karpenter.kwok.sh", kind: "KWOKNodeClass", name: "fake" };
    const pool = karpenterNodePool(planOf(SMALL_POOL), reference, LIFE);
    expect(pool.spec.template.spec.nodeClassRef).toEqual(reference);
  });

  it("says who answers for whole nodes", () => {
    expect(poolOf(A100_POOL).metadata.annotations).toEqual({
      "tunekit.dev/owner": "research@example.com",
      "tunekit.dev/reason": "34B models do not fit 24 GB",
    });
  });

  it("cannot be made of machines that you own", () => {
    const owned = { ...planOf(SMALL_POOL), capacity: "owned" as const };
    expect(() => karpenterNodePool(owned, REF, LIFE)).toThrow(RangeError);
  });
});

describe("an EC2NodeClass", () => {
  it("has IMDSv2 with one hop, an encrypted gp3 disk and RAID 0 of the local ones", () => {
    expect(classOf(SMALL_POOL)).toMatchObject({
      metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          rootVolume: true,
          ebs: { volumeType: "gp3", volumeSize: "200Gi", encrypted: true },
        },
      ],
      instanceStorePolicy: "RAID0",
      associatePublicIPAddress: false,
    });
  });

  it("is pinned to one release of the image, or to an image of one's own", () => {
    expect(classOf(SMALL_POOL).amiSelectorTerms).toEqual([{ alias: "al2023@v20260714" }]);
    expect(classOf(SMALL_POOL, { amiId: "ami-0123" })).toMatchObject({
      amiFamily: "AL2023",
      amiSelectorTerms: [{ id: "ami-0123" }],
    });
  });

  it("finds subnets and group by id, and takes reserved capacity by id alone", () => {
    expect(classOf(SMALL_POOL)).toMatchObject({
      role: "ai-node",
      subnetSelectorTerms: [{ id: "subnet-a" }, { id: "subnet-b" }],
      securityGroupSelectorTerms: [{ id: "sg-cluster" }],
    });
    expect(classOf(SMALL_POOL)).not.toHaveProperty("capacityReservationSelectorTerms");
    const reserved = { ...A100_POOL, capacity: { kind: "reservation", ...RESERVED } as const };
    expect(classOf(reserved).capacityReservationSelectorTerms).toEqual([
      { id: "cr-0123456789abcdef0" },
    ]);
  });

  it("encrypts with a key that is named", () => {
    const volumeKmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/1";
    expect(classOf(SMALL_POOL, { volumeKmsKeyArn }).blockDeviceMappings[0]?.ebs).toMatchObject({
      kmsKeyID: volumeKmsKeyArn,
    });
  });
});
