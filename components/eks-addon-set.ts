import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { costTags } from "./cost-tags.ts";
import { ADDON_VERSIONS, ADDONS, ADDONS_BEFORE_NODES, type Addon } from "./eks-addons.ts";
import type { GpuClusterSettings } from "./gpu-cluster-args.ts";
import { podRole } from "./pod-identity.ts";

/** Add-ons that call AWS, and the one managed policy that each needs for it. */
const IDENTITIES: Partial<Record<Addon, { serviceAccount: string; policy: string }>> = {
  "vpc-cni": { serviceAccount: "aws-node", policy: "AmazonEKS_CNI_Policy" },
  "aws-ebs-csi-driver": {
    serviceAccount: "ebs-csi-controller-sa",
    policy: "service-role/AmazonEBSCSIDriverPolicy",
  },
};

/** Values that differ from an add-on's own. */
const VALUES: Partial<Record<Addon, Record<string, unknown>>> = {
  // Off by default; without it a NetworkPolicy is an object that nobody obeys.
  "vpc-cni": { enableNetworkPolicy: "true" },
  // Its part that reads the health of GPUs tolerates nothing by default, and so would stay off every GPU node
  // (aws/eks-node-monitoring-agent charts/eks-node-monitoring-agent/values.yaml).
  "eks-node-monitoring-agent": { dcgmAgent: { tolerations: [{ operator: "Exists" }] } },
};

/** Managed add-ons, each at its pinned version: those named, or all that are left after the early ones. */
export function createAddons(
  name: string,
  settings: GpuClusterSettings,
  cluster: aws.eks.Cluster,
  which: readonly Addon[] | "others",
  opts: pulumi.CustomResourceOptions,
): aws.eks.Addon[] {
  const wanted =
    which === "others" ? ADDONS.filter((addon) => !ADDONS_BEFORE_NODES.includes(addon)) : which;
  return wanted.map((addon) => {
    const identity = IDENTITIES[addon];
    const values = VALUES[addon];
    const tags = costTags(`${name}-${addon}`, settings.tags);
    const role =
      identity &&
      podRole(
        `${name}-${addon}`,
        { managed: { aws: `arn:aws:iam::aws:policy/${identity.policy}` }, tags },
        opts,
      );
    return new aws.eks.Addon(
      `${name}-${addon}`,
      {
        clusterName: cluster.name,
        addonName: addon,
        addonVersion: settings.addonVersions[addon] ?? ADDON_VERSIONS[settings.version][addon],
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "PRESERVE",
        ...(values ? { configurationValues: JSON.stringify(values) } : {}),
        ...(identity && role
          ? {
              podIdentityAssociations: [
                { roleArn: role.arn, serviceAccount: identity.serviceAccount },
              ],
            }
          : {}),
        tags,
      },
      opts,
    );
  });
}
