import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { NODE_LABELS } from "../core/labels.ts";
import { costTags } from "./cost-tags.ts";
import type { GpuClusterSettings } from "./gpu-cluster-args.ts";
import { nodeRole } from "./node-role.ts";
import { NODE_METADATA, rootVolume, startedTags } from "./node-template.ts";

export interface SystemNodes {
  group: aws.eks.NodeGroup;
  roleArn: pulumi.Output<string>;
}

/** The nodes that carry DNS, Karpenter, Kueue and the cost gate. They have no GPU, and GPU nodes take none of their pods. */
export function createSystemNodes(
  name: string,
  settings: GpuClusterSettings,
  cluster: aws.eks.Cluster,
  opts: pulumi.CustomResourceOptions,
): SystemNodes {
  const { instanceTypes, min, max, diskGiB } = settings.systemNodes;
  const tags = costTags(`${name}-system`, settings.tags);
  const { role, policies } = nodeRole(`${name}-node`, tags, opts);
  const template = new aws.ec2.LaunchTemplate(
    `${name}-system`,
    {
      updateDefaultVersion: true,
      metadataOptions: NODE_METADATA,
      blockDeviceMappings: [rootVolume(diskGiB, undefined)],
      tagSpecifications: startedTags(tags),
      tags,
    },
    opts,
  );
  const group = new aws.eks.NodeGroup(
    `${name}-system`,
    {
      clusterName: cluster.name,
      nodeRoleArn: role.arn,
      subnetIds: settings.subnetIds ?? [],
      amiType: "AL2023_x86_64_STANDARD",
      version: settings.version,
      ...(settings.releaseVersion === undefined ? {} : { releaseVersion: settings.releaseVersion }),
      capacityType: "ON_DEMAND",
      instanceTypes,
      scalingConfig: { minSize: min, maxSize: max, desiredSize: min },
      updateConfig: { maxUnavailable: 1 },
      nodeRepairConfig: { enabled: true },
      launchTemplate: {
        id: template.id,
        version: template.latestVersion.apply((version) => `${version}`),
      },
      labels: { [NODE_LABELS.role]: "system" },
      tags,
    },
    {
      ...opts,
      ignoreChanges: ["scalingConfig.desiredSize"],
      dependsOn: [...policies, ...((opts.dependsOn ?? []) as pulumi.Resource[])],
    },
  );
  return { group, roleArn: role.arn };
}
