import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Taint } from "../core/catalog/tiers.ts";
import type { GpuNodePoolSettings } from "./gpu-node-pool-args.ts";
import { NODE_METADATA, rootVolume, startedTags } from "./node-template.ts";
import { nodeUserData } from "./node-user-data.ts";
import type { PoolPlan } from "./pool-plan.ts";

const CAPACITY_TYPES = {
  "on-demand": "ON_DEMAND",
  spot: "SPOT",
  /** Reserved machines are on-demand ones that wait for you. */
  reservation: "ON_DEMAND",
  "capacity-block": "CAPACITY_BLOCK",
} as const;

/**
 * A managed node group from zero nodes up. Nothing here scales it: run the Cluster Autoscaler, or set the size by hand, as
 * is usual for a capacity block. Its size is never set back.
 */
export function createManagedPool(
  name: string,
  plan: PoolPlan,
  settings: GpuNodePoolSettings,
  tags: Readonly<Record<string, string>>,
  opts: pulumi.CustomResourceOptions,
): aws.eks.NodeGroup {
  if (plan.capacity === "owned") throw new RangeError("EKS makes no nodes that you own");
  const { cluster } = settings;
  const isBlock = plan.capacity === "capacity-block";
  const [machine] = plan.machines;
  const template = new aws.ec2.LaunchTemplate(
    `${name}-template`,
    {
      updateDefaultVersion: true,
      metadataOptions: NODE_METADATA,
      blockDeviceMappings: [rootVolume(settings.diskGiB, settings.volumeKmsKeyArn)],
      userData: userDataOf(plan, settings),
      ...(settings.amiId === undefined ? {} : { imageId: settings.amiId }),
      ...(plan.reservationId === undefined
        ? {}
        : {
            capacityReservationSpecification: {
              capacityReservationTarget: { capacityReservationId: plan.reservationId },
            },
          }),
      ...(isBlock && machine
        ? { instanceType: machine.id, instanceMarketOptions: { marketType: "capacity-block" } }
        : {}),
      tagSpecifications: startedTags(tags),
      tags,
    },
    opts,
  );
  const gpus = machine?.gpus ?? 1;
  const subnets = Object.entries(cluster.privateSubnets ?? {});
  return new aws.eks.NodeGroup(
    `${name}-nodes`,
    {
      clusterName: cluster.name,
      nodeRoleArn: settings.nodeRole ?? "",
      subnetIds: subnets
        .filter(([zone]) => plan.zones.length === 0 || plan.zones.includes(zone))
        .map(([, id]) => id),
      ...(settings.amiId === undefined ? eksImage(settings) : {}),
      capacityType: CAPACITY_TYPES[plan.capacity],
      ...(isBlock ? {} : { instanceTypes: plan.machines.map(({ id }) => id) }),
      scalingConfig: { minSize: 0, desiredSize: 0, maxSize: plan.maxGpus / gpus },
      updateConfig: { maxUnavailable: 1 },
      nodeRepairConfig: { enabled: true },
      launchTemplate: {
        id: template.id,
        version: template.latestVersion.apply((version) => `${version}`),
      },
      labels: { ...plan.labels },
      taints: plan.taints.map(eksTaint),
      tags,
    },
    { ...opts, ignoreChanges: ["scalingConfig.desiredSize"] },
  );
}

const eksImage = ({ releaseVersion }: GpuNodePoolSettings) => ({
  amiType: "AL2023_x86_64_NVIDIA",
  ...(releaseVersion === undefined ? {} : { releaseVersion }),
});

const eksTaint = ({ key, value }: Taint) => ({ key, value, effect: "NO_SCHEDULE" });

/** EKS completes the user data, unless the image is one that it does not know. */
function userDataOf(plan: PoolPlan, settings: GpuNodePoolSettings): pulumi.Input<string> {
  const { name, join } = settings.cluster;
  if (settings.amiId === undefined || !join) return nodeUserData({ raid0: true });
  const { serviceCidr } = join;
  return pulumi
    .all([name, join.endpoint, join.certificateAuthority])
    .apply(([cluster, endpoint, certificateAuthority]) =>
      nodeUserData({
        raid0: true,
        join: {
          name: cluster,
          endpoint,
          certificateAuthority,
          serviceCidr,
          labels: plan.labels,
          taints: plan.taints,
        },
      }),
    );
}
