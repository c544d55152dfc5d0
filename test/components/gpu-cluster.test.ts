import { beforeAll, describe, expect, it } from "vitest";
import { ADDON_VERSIONS, ADDONS } from "../../components/eks-addons.ts";
import { KUBERNETES_VERSIONS } from "../../components/eks-versions.ts";
import { GpuCluster } from "../../components/gpu-cluster.ts";
import { GpuClusterArgs } from "../../components/gpu-cluster-args.ts";
import type { SpecError } from "../../core/errors.ts";
import { parseSpec } from "../../core/spec/parse.ts";
import { awsOutputs, ofType, only, recordOptions } from "../support/aws-outputs.ts";
import { problemsOf } from "../support/problems.ts";
import { type Registered, registered, settled } from "../support/pulumi-mocks.ts";

const DEPLOYER = "arn:aws:iam::123456789012:role/ci/deployer";
const ARGS: GpuClusterArgs = {
  region: "eu-central-1",
  subnetIds: ["subnet-a", "subnet-b"],
  admins: [DEPLOYER],
};
const CLUSTER = "aws:eks/cluster:Cluster";
const ADDON = "aws:eks/addon:Addon";
const make = (args: GpuClusterArgs) => registered(() => new GpuCluster("ai", args), awsOutputs);
let plain: Registered[] = [];
beforeAll(async () => {
  plain = await make(ARGS);
});
const eks = async (args?: GpuClusterArgs) => only(args ? await make(args) : plain, CLUSTER);
const place = (resources: Registered[], type: string, name: string) =>
  resources.findIndex((each) => each.type === type && each.name === name);

describe("a cluster on EKS", () => {
  it("lets nobody in by having created it, and its deployer in before the first object", async () => {
    const resources = plain;
    expect(only(resources, CLUSTER).accessConfig).toEqual({
      authenticationMode: "API",
      bootstrapClusterCreatorAdminPermissions: false,
    });
    const association = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation";
    expect(only(resources, association)).toMatchObject({
      principalArn: DEPLOYER,
      policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
      accessScope: { type: "cluster" },
    });
    const provider = place(resources, "pulumi:providers:kubernetes", "ai-kubernetes");
    expect(provider).toBeGreaterThan(place(resources, association, "ai-admin-role-ci-deployer"));
    expect(provider).toBeGreaterThan(place(resources, "aws:eks/nodeGroup:NodeGroup", "ai-system"));
    expect(provider).toBeGreaterThan(place(resources, ADDON, "ai-coredns"));
  });

  it("waits with its provider for rights, nodes and add-ons", async () => {
    let options = new Map<string, { dependsOn?: unknown }>();
    await registered(() => {
      options = recordOptions();
      new GpuCluster("ai", ARGS);
    }, awsOutputs);
    const waits = options.get("pulumi:providers:kubernetes ai-kubernetes")?.dependsOn as unknown[];
    // one administrator, the system nodes, the four add-ons that come after them
    expect(waits).toHaveLength(6);
  });

  it("is private unless ranges are named", async () => {
    expect((await eks()).vpcConfig).toEqual({
      subnetIds: ["subnet-a", "subnet-b"],
      endpointPrivateAccess: true,
      endpointPublicAccess: false,
    });
    expect(
      (await eks({ ...ARGS, endpoint: { publicCidrs: ["203.0.113.0/24"] } })).vpcConfig,
    ).toMatchObject({ endpointPublicAccess: true, publicAccessCidrs: ["203.0.113.0/24"] });
  });

  it("never pays for extended support, and cannot be deleted by mistake", async () => {
    expect(await eks()).toMatchObject({
      version: "1.35",
      upgradePolicy: { supportType: "STANDARD" },
      deletionProtection: true,
      bootstrapSelfManagedAddons: false,
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
    });
    expect((await eks({ ...ARGS, deletionProtection: false })).deletionProtection).toBe(false);
  });

  it("keeps its secrets under a key of its own or one that is named", async () => {
    const resources = plain;
    expect(only(resources, "aws:kms/key:Key")).toMatchObject({ enableKeyRotation: true });
    expect(only(resources, CLUSTER).encryptionConfig).toEqual({
      provider: { keyArn: "arn:aws:test:eu-central-1:123456789012:ai-secrets" },
      resources: ["secrets"],
    });
    const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/1";
    const own = await make({ ...ARGS, kmsKeyArn });
    expect(ofType(own, "aws:kms/key:Key")).toEqual([]);
    expect(only(own, CLUSTER).encryptionConfig).toMatchObject({ provider: { keyArn: kmsKeyArn } });
  });

  it("packs GPUs: most allocated first, GPUs above CPU and memory together", async () => {
    const { kubeSchedulerConfig } = await eks();
    const { scoringStrategy } = (
      kubeSchedulerConfig as {
        nodeResourcesFit: {
          scoringStrategy: { type: string; resources: { name: string; weight: number }[] };
        };
      }
    ).nodeResourcesFit;
    expect(scoringStrategy.type).toBe("MostAllocated");
    const weight = Object.fromEntries(
      scoringStrategy.resources.map((each) => [each.name, each.weight]),
    );
    expect(weight["nvidia.com/gpu"]).toBeGreaterThan((weight.cpu ?? 0) + (weight.memory ?? 0));
    expect(Math.max(...Object.values(weight))).toBeLessThanOrEqual(100);
  });

  it("ends its logs, which EKS alone would keep for ever", async () => {
    expect(only(plain, "aws:cloudwatch/logGroup:LogGroup")).toMatchObject({
      name: "/aws/eks/ai/cluster",
      retentionInDays: 90,
    });
  });

  it("maps people to groups, without rights of their own", async () => {
    const principal = "arn:aws:iam::123456789012:role/scientist";
    const resources = await make({ ...ARGS, access: [{ principal, groups: ["research"] }] });
    expect(
      only(resources, "aws:eks/accessEntry:AccessEntry", "ai-access-role-scientist"),
    ).toMatchObject({ principalArn: principal, kubernetesGroups: ["research"], type: "STANDARD" });
  });

  it("has a kubeconfig without a secret", async () => {
    let cluster: GpuCluster | undefined;
    await registered(() => {
      cluster = new GpuCluster("ai", ARGS);
    }, awsOutputs);
    const { kubeconfig } = cluster as GpuCluster;
    const config = JSON.parse(kubeconfig ? await settled(kubeconfig) : "{}");
    expect(config.clusters[0].cluster.server).toBe("https://cluster.example");
    expect(config.users[0].user.exec.args).toContain("get-token");
    expect(Object.keys(config.users[0].user)).toEqual(["exec"]);
  });
});

describe("add-ons", () => {
  it("are all pinned, for every version on offer", async () => {
    for (const version of KUBERNETES_VERSIONS) {
      const addons = ofType(await make({ ...ARGS, version }), ADDON);
      expect(addons.map(({ inputs }) => inputs.addonName).sort()).toEqual([...ADDONS].sort());
      for (const { inputs } of addons) {
        const name = inputs.addonName as (typeof ADDONS)[number];
        expect(inputs.addonVersion).toBe(ADDON_VERSIONS[version][name]);
        expect(inputs.addonVersion).toMatch(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/);
      }
      expect(ADDON_VERSIONS[version]["kube-proxy"]).toContain(`v${version}.`);
    }
  });

  it("take another version where one is named", async () => {
    const addonVersions = { coredns: "v1.14.9-eksbuild.1" };
    const resources = await make({ ...ARGS, addonVersions });
    expect(only(resources, ADDON, "ai-coredns").addonVersion).toBe("v1.14.9-eksbuild.1");
    expect(
      problemsOf(() => parseSpec(GpuClusterArgs, { ...ARGS, addonVersions: { dns: "v1" } })),
    ).not.toEqual([]);
  });

  it("of the network come before nodes, obey network policies and have a role of their own", async () => {
    const resources = plain;
    const nodes = place(resources, "aws:eks/nodeGroup:NodeGroup", "ai-system");
    for (const early of ["eks-pod-identity-agent", "vpc-cni", "kube-proxy"]) {
      expect(place(resources, ADDON, `ai-${early}`)).toBeLessThan(nodes);
    }
    for (const late of [
      "coredns",
      "aws-ebs-csi-driver",
      "metrics-server",
      "eks-node-monitoring-agent",
    ]) {
      expect(place(resources, ADDON, `ai-${late}`)).toBeGreaterThan(nodes);
    }
    expect(only(resources, ADDON, "ai-vpc-cni")).toMatchObject({
      configurationValues: JSON.stringify({ enableNetworkPolicy: "true" }),
      podIdentityAssociations: [
        { roleArn: "arn:aws:iam::123456789012:role/ai-vpc-cni", serviceAccount: "aws-node" },
      ],
    });
  });
});

describe("the health of GPUs", () => {
  it("is watched on tainted nodes too", () => {
    expect(only(plain, ADDON, "ai-eks-node-monitoring-agent").configurationValues).toBe(
      JSON.stringify({ dcgmAgent: { tolerations: [{ operator: "Exists" }] } }),
    );
  });
});

describe("system nodes", () => {
  it("have IMDSv2 with one hop, an encrypted disk and no rights on the network", async () => {
    const resources = plain;
    expect(only(resources, "aws:ec2/launchTemplate:LaunchTemplate")).toMatchObject({
      metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [{ ebs: { encrypted: "true", volumeType: "gp3", volumeSize: 50 } }],
    });
    const policies = ofType(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .filter(({ inputs }) => inputs.role === "ai-node")
      .map(({ inputs }) => String(inputs.policyArn).split("/").at(-1));
    expect(policies.sort()).toEqual([
      "AmazonEC2ContainerRegistryPullOnly",
      "AmazonEKSWorkerNodePolicy",
    ]);
  });

  it("keep the size that somebody gave them", async () => {
    let options = new Map<string, { ignoreChanges?: string[] }>();
    const resources = await registered(() => {
      options = recordOptions();
      new GpuCluster("ai", ARGS);
    }, awsOutputs);
    expect(only(resources, "aws:eks/nodeGroup:NodeGroup")).toMatchObject({
      scalingConfig: { minSize: 2, maxSize: 4, desiredSize: 2 },
      launchTemplate: { version: "7" },
      nodeRepairConfig: { enabled: true },
      labels: { "tunekit.dev/role": "system" },
    });
    expect(options.get("aws:eks/nodeGroup:NodeGroup ai-system")?.ignoreChanges).toEqual([
      "scalingConfig.desiredSize",
    ]);
  });
});

describe("a cluster of somebody else", () => {
  it("on EKS is looked up and not touched", async () => {
    const resources = await registered(
      () =>
        new GpuCluster("ai", { region: "eu-central-1", existing: { kind: "eks", name: "shared" } }),
      awsOutputs,
      {
        "aws:eks/getCluster:getCluster": {
          endpoint: "https://shared.example",
          version: "1.36",
          certificateAuthorities: [{ data: "Q0E=" }],
          vpcConfig: { clusterSecurityGroupId: "sg-shared" },
        },
      },
    );
    expect(resources.map(({ type }) => type)).toEqual([
      "pulumi:pulumi:Stack",
      "tunekit:index:GpuCluster",
      "pulumi:providers:kubernetes",
    ]);
    expect(String(only(resources, "pulumi:providers:kubernetes").kubeconfig)).toContain(
      "https://shared.example",
    );
  });

  it("elsewhere is reached by its kubeconfig, which is a secret", async () => {
    let cluster: GpuCluster | undefined;
    const resources = await registered(() => {
      cluster = new GpuCluster("ai", {
        existing: { kind: "kubeconfig", name: "basement", kubeconfig: "{}", context: "gpu" },
      });
    });
    expect(only(resources, "pulumi:providers:kubernetes")).toMatchObject({ context: "gpu" });
    expect((cluster as GpuCluster).eks).toBeUndefined();
    expect(await settled((cluster as GpuCluster).clusterName)).toBe("basement");
  });
});

describe("a cluster is refused", () => {
  const problems = (args: unknown) => problemsOf(() => parseSpec(GpuClusterArgs, args));

  it("on a version out of standard support, with the date and the way out", () => {
    expect(problems({ ...ARGS, version: "1.34" })).toEqual(["UnsupportedKubernetes version"]);
    let error: unknown;
    try {
      parseSpec(GpuClusterArgs, { ...ARGS, version: "1.34" });
    } catch (caught) {
      error = caught;
    }
    expect((error as SpecError).message).toContain("standard support on EKS ends 2026-12-02");
    expect((error as SpecError).fix).toBe("write 1.35 or 1.36; leave it out for 1.35");
    expect(problems({ ...ARGS, version: "1.40" })).toEqual(["UnsupportedKubernetes version"]);
    expect(problems({ ...ARGS, version: "1.36" })).toEqual([]);
  });

  it("that is open to everybody", () => {
    expect(problems({ ...ARGS, endpoint: { publicCidrs: ["0.0.0.0/0"] } })).toEqual([
      "PublicToAll endpoint.publicCidrs[0]",
    ]);
  });

  it("without what a new one needs, all of it at once", () => {
    expect(problems({})).toEqual([
      "MissingKey region",
      "MissingKey subnetIds",
      "MissingKey admins",
    ]);
    expect(problems({ existing: { kind: "kubeconfig", name: "basement" } })).toEqual([]);
    expect(problems({ existing: { kind: "eks", name: "shared" } })).toEqual(["MissingKey region"]);
  });

  it("that is there already and to be made all the same", () => {
    const existing = { kind: "eks", name: "shared" };
    expect(problems({ ...ARGS, existing })).toEqual([
      "ConflictingKeys subnetIds",
      "ConflictingKeys admins",
    ]);
  });

  it("with a session where a role belongs: rights would vanish with it", () => {
    const session = "arn:aws:sts::123456789012:assumed-role/deployer/me";
    expect(problems({ ...ARGS, admins: [session] })).toEqual(["WrongValue admins[0]"]);
  });
});
