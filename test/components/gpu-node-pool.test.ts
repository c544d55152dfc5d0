import { describe, expect, it } from "vitest";
import { GpuNodePool } from "../../components/gpu-node-pool.ts";
import type { GpuNodePoolArgs } from "../../components/gpu-node-pool-args.ts";
import { awsOutputs, only, recordOptions } from "../support/aws-outputs.ts";
import { A100_POOL, RESERVED, SMALL_POOL } from "../support/pools.ts";
import { registered } from "../support/pulumi-mocks.ts";

const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const GROUP = "aws:eks/nodeGroup:NodeGroup";
const make = (args: GpuNodePoolArgs) => registered(() => new GpuNodePool("big", args), awsOutputs);
const MANAGED: GpuNodePoolArgs = {
  ...A100_POOL,
  provisioner: "managed",
  nodeRole: "arn:aws:iam::123456789012:role/ai-node",
};

describe("a pool by Karpenter", () => {
  it("is a class and a pool of the flavor's name, the pool first to go", async () => {
    let options = new Map<string, { dependsOn?: unknown }>();
    const resources = await registered(() => {
      options = recordOptions();
      new GpuNodePool("small", SMALL_POOL);
    }, awsOutputs);
    const pool = only(resources, "kubernetes:karpenter.sh/v1:NodePool");
    const nodeClass = only(resources, "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass");
    expect([pool.metadata, nodeClass.metadata]).toMatchObject([
      { name: "gpu-24gb-spot" },
      { name: "gpu-24gb-spot" },
    ]);
    expect(pool.spec).toMatchObject({
      template: {
        spec: {
          nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "gpu-24gb-spot" },
        },
      },
    });
    expect(
      options.get("kubernetes:karpenter.sh/v1:NodePool small-pool")?.dependsOn as unknown[],
    ).toHaveLength(1);
    expect(resources).toHaveLength(4);
  });

  it("tags its machines for the bill", async () => {
    const resources = await make({ ...SMALL_POOL, tags: { team: "platform" } });
    expect(only(resources, "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass").spec).toMatchObject({
      tags: {
        "tunekit.dev/tier": "gpu-24gb",
        "app.kubernetes.io/part-of": "tunekit",
        team: "platform",
      },
    });
  });

  it("of reserved capacity starts in the subnet of its zone only", async () => {
    const resources = await make({
      ...A100_POOL,
      capacity: { kind: "reservation", ...RESERVED },
    });
    expect(only(resources, "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass").spec).toMatchObject({
      subnetSelectorTerms: [{ id: "subnet-b" }],
    });
  });
});

describe("a pool as a node group", () => {
  it("begins at zero, ends at whole nodes, and keeps the size that its scaler gave it", async () => {
    let options = new Map<string, { ignoreChanges?: string[] }>();
    const resources = await registered(() => {
      options = recordOptions();
      new GpuNodePool("big", MANAGED);
    }, awsOutputs);
    expect(only(resources, GROUP)).toMatchObject({
      scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 2 },
      amiType: "AL2023_x86_64_NVIDIA",
      capacityType: "ON_DEMAND",
      instanceTypes: ["p4d.24xlarge"],
      launchTemplate: { id: "big-template-id", version: "7" },
      nodeRepairConfig: { enabled: true },
      labels: { "tunekit.dev/tier": "a100-40", "tunekit.dev/capacity": "on-demand" },
      taints: [
        { key: "nvidia.com/gpu", value: "true", effect: "NO_SCHEDULE" },
        { key: "tunekit.dev/tier", value: "a100-40", effect: "NO_SCHEDULE" },
      ],
    });
    expect(options.get(`${GROUP} big-nodes`)?.ignoreChanges).toEqual(["scalingConfig.desiredSize"]);
  });

  it("stays on one release of the image where one is named", async () => {
    const resources = await make({ ...MANAGED, releaseVersion: "1.35.2-20260714" });
    expect(only(resources, GROUP)).toMatchObject({ releaseVersion: "1.35.2-20260714" });
  });

  it("has IMDSv2 with one hop, an encrypted gp3 disk and RAID 0", async () => {
    const template = only(await make(MANAGED), TEMPLATE);
    expect(template).toMatchObject({
      metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            encrypted: "true",
            deleteOnTermination: "true",
            volumeType: "gp3",
            volumeSize: 200,
          },
        },
      ],
    });
    expect(Buffer.from(String(template.userData), "base64").toString()).toContain("RAID0");
    const tagged = template.tagSpecifications as { resourceType: string; tags: object }[];
    expect(tagged.map(({ resourceType }) => resourceType)).toEqual([
      "instance",
      "volume",
      "network-interface",
    ]);
    expect(tagged[0]?.tags).toMatchObject({ "tunekit.dev/owner": "research@example.com" });
  });

  it("takes a capacity block by its id: all three fields, its zone, and no machine beside", async () => {
    const resources = await make({ ...MANAGED, capacity: { kind: "capacity-block", ...RESERVED } });
    expect(only(resources, TEMPLATE)).toMatchObject({
      instanceType: "p4d.24xlarge",
      instanceMarketOptions: { marketType: "capacity-block" },
      capacityReservationSpecification: {
        capacityReservationTarget: { capacityReservationId: "cr-0123456789abcdef0" },
      },
    });
    const group = only(resources, GROUP);
    expect(group).toMatchObject({ capacityType: "CAPACITY_BLOCK", subnetIds: ["subnet-b"] });
    expect(group).not.toHaveProperty("instanceTypes");
  });

  it("takes a reservation by its id", async () => {
    const resources = await make({ ...MANAGED, capacity: { kind: "reservation", ...RESERVED } });
    expect(only(resources, TEMPLATE)).toMatchObject({
      capacityReservationSpecification: {
        capacityReservationTarget: { capacityReservationId: "cr-0123456789abcdef0" },
      },
    });
    expect(only(resources, TEMPLATE)).not.toHaveProperty("instanceMarketOptions");
    expect(only(resources, GROUP)).toMatchObject({ capacityType: "ON_DEMAND" });
  });

  it("tells an image of one's own where the cluster is", async () => {
    const resources = await make({
      ...MANAGED,
      tier: "gpu-32gb",
      amiId: "ami-0123",
      cluster: {
        ...MANAGED.cluster,
        join: {
          endpoint: "https://ai.example",
          certificateAuthority: "Q0E=",
          serviceCidr: "172.20.0.0/16",
        },
      },
    });
    const template = only(resources, TEMPLATE);
    expect(template.imageId).toBe("ami-0123");
    const userData = Buffer.from(String(template.userData), "base64").toString();
    expect(userData).toContain("https://ai.example");
    expect(userData).toContain("--register-with-taints=nvidia.com/gpu=true:NoSchedule");
    expect(only(resources, GROUP)).not.toHaveProperty("amiType");
  });
});

describe("a pool of nodes that are there", () => {
  it("makes nothing and says what the queue needs", async () => {
    let pool: GpuNodePool | undefined;
    const resources = await registered(() => {
      pool = new GpuNodePool("rtx", {
        tier: "gpu-24gb",
        provisioner: "existing",
        capacity: { kind: "owned" },
        cluster: { name: "basement" },
        maxGpus: 4,
      });
    });
    expect(resources.map(({ type }) => type)).toEqual([
      "pulumi:pulumi:Stack",
      "tunekit:index:GpuNodePool",
    ]);
    expect(pool).toMatchObject({
      poolName: "gpu-24gb-owned",
      maxGpus: 4,
      instanceTypes: [],
      nodeLabels: { "tunekit.dev/tier": "gpu-24gb", "tunekit.dev/capacity": "owned" },
    });
  });
});
