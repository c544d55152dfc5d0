import type * as k8s from "@pulumi/kubernetes";
import { z } from "zod";
import { NODE_TIERS } from "../core/catalog/tiers.ts";
import { Arn, Cidr, MadeText, Tags, Zone } from "./component-args.ts";

/** How the nodes are paid for. A capacity block is bought by a person, never by this program: its id comes in. */
export const PoolCapacityArgs = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("on-demand") }),
  z.strictObject({ kind: z.literal("spot") }),
  z.strictObject({
    kind: z.enum(["reservation", "capacity-block"]),
    /** Capacity reservation that is yours already, such as `cr-0123456789abcdef0`. */
    reservationId: z
      .string()
      .regex(/^cr-[0-9a-z]+$/)
      .describe('the id of a capacity reservation, such as "cr-0123456789abcdef0"'),
    /** The one zone of the reservation. */
    zone: Zone,
    /** The one machine of the reservation. */
    instanceType: z.string().min(1),
  }),
  z.strictObject({ kind: z.literal("owned") }),
]);
export type PoolCapacityArgs = z.output<typeof PoolCapacityArgs>;

/** Text that may stand in a tag of every AWS service. */
const TagText = z
  .string()
  .regex(/^[\p{L}\p{N} +\-=._:/@]{1,256}$/u)
  .describe("up to 256 letters, digits, spaces and + - = . _ : / @");

/** The cluster as a pool sees it: outputs of `GpuCluster`. */
const PoolCluster = z.strictObject({
  name: MadeText,
  /** Private subnet by zone; outputs of `Network`. A pool of reserved capacity takes that of its zone. */
  privateSubnets: z.record(Zone, MadeText).optional(),
  /** Security group of the nodes. */
  securityGroupId: MadeText.optional(),
  /** Only for managed groups with an image of your own, which EKS tells nothing: endpoint, authority and service range. */
  join: z
    .strictObject({ endpoint: MadeText, certificateAuthority: MadeText, serviceCidr: Cidr })
    .optional(),
  /** How to reach the cluster, for the Karpenter objects. */
  provider: z
    .custom<k8s.Provider>((value) => typeof value === "object" && value !== null)
    .optional(),
});

export const GpuNodePoolArgs = z.strictObject({
  tier: z.enum(NODE_TIERS),
  /** `existing`: the nodes are there already with the tier's labels and taints, on your own premises for example. */
  provisioner: z.enum(["karpenter", "managed", "existing"]),
  capacity: PoolCapacityArgs,
  cluster: PoolCluster,
  /** Most GPUs at one time; Karpenter and the node group stop there. */
  maxGpus: z.number().int().min(1).max(1024),
  /** @default the tier's own machines */
  instanceTypes: z.array(z.string()).min(1).optional(),
  /** Zones of the nodes. @default all of the cluster's */
  zones: z.array(Zone).min(1).optional(),
  /** Role of the nodes: its name for Karpenter, its ARN for a managed group. */
  nodeRole: MadeText.optional(),
  /**
   * Node image. Needed where the cards want a newer driver than the EKS image has, and for fractional GPUs.
   * @default the EKS image AL2023 NVIDIA
   */
  amiId: z
    .string()
    .regex(/^ami-[0-9a-f]+$/)
    .describe('the id of an image, such as "ami-0123456789abcdef0"')
    .optional(),
  /** Release of the EKS image for Karpenter, such as `v20260714`. @default "v20260714" */
  amiRelease: z
    .string()
    .regex(/^v\d{8}$/)
    .describe('a release such as "v20260714"')
    .default("v20260714"),
  /** The same for a managed group, with its Kubernetes version: `1.35.2-20260714`. @default the newest at creation */
  releaseVersion: z
    .string()
    .regex(/^\d+\.\d+\.\d+-\d{8}$/)
    .describe('a release such as "1.35.2-20260714"')
    .optional(),
  /** Root volume in GiB; CUDA images are large. @default 200 */
  diskGiB: z.number().int().min(100).max(2000).default(200),
  /** KMS key of the volumes. @default the account's key for EBS */
  volumeKmsKeyArn: Arn.optional(),
  /** Time after which an empty node goes. @default "5m" */
  emptyAfter: z
    .string()
    .regex(/^\d+[smh]$/)
    .describe('a time such as "5m"')
    .default("5m"),
  /** Time in which a node that must go may finish its pods. @default "24h" */
  drainWithin: z
    .string()
    .regex(/^\d+[mh]$/)
    .describe('a time such as "24h"')
    .default("24h"),
  /** Age at which a node is replaced, once it is empty or `drainWithin` is over. @default "168h" */
  expireAfter: z
    .string()
    .regex(/^\d+h$/)
    .describe('hours such as "168h"')
    .default("168h"),
  /** Who answers for the cost; needed for whole 8-GPU nodes. */
  owner: TagText.optional(),
  /** Why a smaller tier does not do; needed for whole 8-GPU nodes. */
  reason: TagText.optional(),
  /** @default {} */
  tags: Tags,
});
export type GpuNodePoolArgs = z.input<typeof GpuNodePoolArgs>;
export type GpuNodePoolSettings = z.output<typeof GpuNodePoolArgs>;
