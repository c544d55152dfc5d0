import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { parseSpec } from "../core/spec/parse.ts";
import { costTags } from "./cost-tags.ts";
import { createAddons } from "./eks-addon-set.ts";
import { ADDONS_BEFORE_NODES } from "./eks-addons.ts";
import { eksKubeconfig } from "./eks-kubeconfig.ts";
import {
  type ExistingCluster,
  GpuClusterArgs,
  type GpuClusterSettings,
} from "./gpu-cluster-args.ts";
import { createSystemNodes } from "./system-nodes.ts";

/** What only a cluster on EKS has. */
export interface EksCluster {
  endpoint: pulumi.Output<string>;
  /** Base64. */
  certificateAuthority: pulumi.Output<string>;
  /** Group of the control plane and every node. */
  securityGroupId: pulumi.Output<string>;
  /** Role of managed nodes; undefined for a cluster that somebody else made. */
  nodeRoleArn: pulumi.Output<string> | undefined;
  /** Key of the cluster's secrets; undefined for a cluster that somebody else made. */
  secretsKeyArn: pulumi.Output<string> | undefined;
}

/** The control plane's logs, all of them: who did what, and why a pod waits. */
const LOGS = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/**
 * Fills a node with GPUs in use before the next one: jobs with one GPU each share an 8-GPU node. The weight outdoes CPU
 * and memory together. EKS has the parameter from Kubernetes 1.31 on; it does not move pods that run.
 */
const PACK_GPUS = {
  nodeResourcesFit: {
    scoringStrategy: {
      type: "MostAllocated",
      resources: [
        { name: "nvidia.com/gpu", weight: 10 },
        { name: "cpu", weight: 1 },
        { name: "memory", weight: 1 },
      ],
    },
  },
};

/**
 * A cluster for training: EKS with a private endpoint, access entries only, secrets under KMS, pinned add-ons and a
 * scheduler that packs GPUs; or the cluster that `existing` names, of which nothing is changed.
 *
 * **Cost** while idle: the control plane by the hour (price book row `eks-control-plane`), the system nodes, their disks,
 * the KMS key, log storage.
 *
 * At the end of a version's standard support AWS upgrades the control plane on its own (`eks-versions.ts` has the dates):
 * that is the price of never paying for extended support.
 * @throws SpecError on arguments that cannot be used, with the path of each.
 */
export class GpuCluster extends pulumi.ComponentResource {
  readonly clusterName: pulumi.Output<string>;
  readonly kubernetesVersion: pulumi.Output<string | undefined>;
  /** Holds no secret for EKS; a secret where it was given. */
  readonly kubeconfig: pulumi.Output<string> | undefined;
  /** For every object in this cluster; it waits until its user has rights. */
  readonly provider: k8s.Provider;
  readonly eks: EksCluster | undefined;

  constructor(name: string, args: GpuClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = parseSpec(GpuClusterArgs, args);
    super("tunekit:index:GpuCluster", name, {}, opts);
    const made = settings.existing
      ? adopt(name, settings.existing, settings, this)
      : create(name, settings, this);
    this.clusterName = made.clusterName;
    this.kubernetesVersion = made.kubernetesVersion;
    this.kubeconfig = made.kubeconfig;
    this.provider = made.provider;
    this.eks = made.eks;
    this.registerOutputs({
      clusterName: this.clusterName,
      kubernetesVersion: this.kubernetesVersion,
      kubeconfig: this.kubeconfig,
      eks: this.eks,
    });
  }
}

type Made = Pick<
  GpuCluster,
  "clusterName" | "kubernetesVersion" | "kubeconfig" | "provider" | "eks"
>;

function create(name: string, settings: GpuClusterSettings, parent: GpuCluster): Made {
  const tags = costTags(name, settings.tags);
  const opts = { parent };
  const clusterName = settings.clusterName ?? name;
  const secretsKeyArn = settings.kmsKeyArn
    ? pulumi.output(settings.kmsKeyArn)
    : createSecretsKey(name, settings, parent);
  const role = new aws.iam.Role(
    `${name}-role`,
    {
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "eks.amazonaws.com" },
            Action: "sts:AssumeRole",
          },
        ],
      }),
      tags,
    },
    opts,
  );
  const policy = new aws.iam.RolePolicyAttachment(
    `${name}-role-cluster`,
    { role: role.name, policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" },
    opts,
  );
  // EKS would make the group itself, and keep its logs for ever.
  const logs = new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    { name: `/aws/eks/${clusterName}/cluster`, retentionInDays: settings.logDays, tags },
    opts,
  );
  const { publicCidrs } = settings.endpoint;
  const cluster = new aws.eks.Cluster(
    `${name}-eks`,
    {
      name: clusterName,
      version: settings.version,
      roleArn: role.arn,
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
      vpcConfig: {
        subnetIds: settings.subnetIds ?? [],
        endpointPrivateAccess: true,
        endpointPublicAccess: publicCidrs.length > 0,
        ...(publicCidrs.length > 0 ? { publicAccessCidrs: publicCidrs } : {}),
      },
      encryptionConfig: { provider: { keyArn: secretsKeyArn }, resources: ["secrets"] },
      enabledClusterLogTypes: LOGS,
      bootstrapSelfManagedAddons: false,
      deletionProtection: settings.deletionProtection,
      upgradePolicy: { supportType: "STANDARD" },
      kubeSchedulerConfig: PACK_GPUS,
      tags,
    },
    // AWS would refuse the deletion only after all around the cluster is gone; Pulumi refuses it before
    { parent, dependsOn: [policy, logs], protect: settings.deletionProtection },
  );
  const rights = grantAccess(name, settings, cluster, parent);
  const early = createAddons(name, settings, cluster, ADDONS_BEFORE_NODES, { parent });
  const nodes = createSystemNodes(name, settings, cluster, { parent, dependsOn: early });
  const late = createAddons(name, settings, cluster, "others", {
    parent,
    dependsOn: [nodes.group],
  });
  return connect(name, settings, parent, {
    clusterName: cluster.name,
    kubernetesVersion: cluster.version,
    dependsOn: [...rights, nodes.group, ...late],
    eks: {
      endpoint: cluster.endpoint,
      certificateAuthority: cluster.certificateAuthority.apply(({ data }) => data ?? ""),
      securityGroupId: cluster.vpcConfig.apply(
        ({ clusterSecurityGroupId }) => clusterSecurityGroupId,
      ),
      nodeRoleArn: nodes.roleArn,
      secretsKeyArn,
    },
  });
}

function createSecretsKey(
  name: string,
  settings: GpuClusterSettings,
  parent: GpuCluster,
): pulumi.Output<string> {
  const key = new aws.kms.Key(
    `${name}-secrets`,
    {
      description: `Secrets of the Kubernetes cluster ${name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      tags: costTags(`${name}-secrets`, settings.tags),
    },
    { parent },
  );
  return key.arn;
}

/** Nobody has rights by having created the cluster, so these come before the first object in it. */
function grantAccess(
  name: string,
  settings: GpuClusterSettings,
  cluster: aws.eks.Cluster,
  parent: GpuCluster,
): pulumi.Resource[] {
  const opts = { parent };
  const tags = costTags(name, settings.tags);
  const admins = (settings.admins ?? []).map((principalArn) => {
    const entry = new aws.eks.AccessEntry(
      `${name}-admin-${principalName(principalArn)}`,
      { clusterName: cluster.name, principalArn, type: "STANDARD", tags },
      opts,
    );
    return new aws.eks.AccessPolicyAssociation(
      `${name}-admin-${principalName(principalArn)}`,
      {
        clusterName: cluster.name,
        principalArn: entry.principalArn,
        policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        accessScope: { type: "cluster" },
      },
      opts,
    );
  });
  const others = settings.access.map(
    ({ principal, groups }) =>
      new aws.eks.AccessEntry(
        `${name}-access-${principalName(principal)}`,
        {
          clusterName: cluster.name,
          principalArn: principal,
          kubernetesGroups: groups,
          type: "STANDARD",
          tags,
        },
        opts,
      ),
  );
  return [...admins, ...others];
}

/** `role/teams/research` becomes `role-teams-research`. */
const principalName = (arn: string): string =>
  arn.split(":").slice(5).join("-").replaceAll("/", "-");

function adopt(
  name: string,
  existing: ExistingCluster,
  settings: GpuClusterSettings,
  parent: GpuCluster,
): Made {
  if (existing.kind === "kubeconfig") {
    const kubeconfig =
      existing.kubeconfig === undefined ? undefined : pulumi.secret(existing.kubeconfig);
    const provider = new k8s.Provider(
      `${name}-kubernetes`,
      {
        enableServerSideApply: true,
        ...(kubeconfig ? { kubeconfig } : {}),
        ...(existing.context === undefined ? {} : { context: existing.context }),
      },
      { parent },
    );
    const clusterName = pulumi.output(existing.name);
    const kubernetesVersion = pulumi.output(undefined);
    return { clusterName, kubernetesVersion, kubeconfig, provider, eks: undefined };
  }
  const found = aws.eks.getClusterOutput({ name: existing.name }, { parent });
  return connect(name, settings, parent, {
    clusterName: found.name,
    kubernetesVersion: found.version,
    dependsOn: [],
    eks: {
      endpoint: found.endpoint,
      certificateAuthority: found.certificateAuthorities.apply(([first]) => first?.data ?? ""),
      securityGroupId: found.vpcConfig.apply(
        ({ clusterSecurityGroupId }) => clusterSecurityGroupId,
      ),
      nodeRoleArn: undefined,
      secretsKeyArn: undefined,
    },
  });
}

/** A provider that waits for what `dependsOn` names: rights, nodes, add-ons. */
function connect(
  name: string,
  settings: GpuClusterSettings,
  parent: GpuCluster,
  cluster: Pick<Made, "clusterName" | "kubernetesVersion"> & {
    eks: EksCluster;
    dependsOn: pulumi.Resource[];
  },
): Made {
  const { clusterName, kubernetesVersion, eks, dependsOn } = cluster;
  const region = settings.region ?? "";
  const kubeconfig = pulumi
    .all([clusterName, eks.endpoint, eks.certificateAuthority])
    .apply(([cluster, endpoint, certificateAuthority]) =>
      eksKubeconfig({ name: cluster, region, endpoint, certificateAuthority }),
    );
  const provider = new k8s.Provider(
    `${name}-kubernetes`,
    { kubeconfig, enableServerSideApply: true },
    { parent, dependsOn },
  );
  return { clusterName, kubernetesVersion, kubeconfig, provider, eks };
}
