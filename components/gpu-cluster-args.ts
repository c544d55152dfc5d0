import { z } from "zod";
import { Arn, Cidr, MadeText, MadeTexts, RoleArn, Tags } from "./component-args.ts";
import { ADDONS } from "./eks-addons.ts";
import { KubernetesVersion } from "./eks-versions.ts";

/** A cluster that somebody else made and runs. */
const ExistingCluster = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("eks"),
    name: z.string().min(1),
  }),
  z.strictObject({
    kind: z.literal("kubeconfig"),
    name: z.string().min(1),
    /** A kubeconfig document or the path of one. @default the caller's own kubeconfig */
    kubeconfig: MadeText.optional(),
    /** @default the kubeconfig's current context */
    context: z.string().optional(),
  }),
]);
export type ExistingCluster = z.output<typeof ExistingCluster>;

/** Who may talk to the API server from outside the network. */
const Endpoint = z.strictObject({
  /** Ranges that may reach the public endpoint; empty: there is none. `0.0.0.0/0` is refused. @default [] */
  publicCidrs: z
    .array(
      Cidr.refine((cidr) => !cidr.endsWith("/0"), {
        error: "opens the API server to the whole internet",
        params: {
          code: "PublicToAll",
          fix: "name the ranges of your offices and runners, or leave it out for a private endpoint",
        },
      }),
    )
    .max(40)
    .default([]),
});

/** Nodes that carry the controllers: never a GPU. */
const SystemNodes = z.strictObject({
  /** @default ["m7i.large", "m6i.large"] */
  instanceTypes: z.array(z.string()).min(1).default(["m7i.large", "m6i.large"]),
  /** @default 2 */
  min: z.number().int().min(1).default(2),
  /** @default 4 */
  max: z.number().int().min(1).default(4),
  /** Root volume in GiB. @default 50 */
  diskGiB: z.number().int().min(20).max(500).default(50),
});

const OF_A_NEW_CLUSTER = [
  "clusterName",
  "subnetIds",
  "admins",
  "kmsKeyArn",
  "releaseVersion",
] as const;

export const GpuClusterArgs = z
  .strictObject({
    /** Region of the cluster. Not used by an existing cluster that is no EKS. */
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
      .optional(),
    /** Use this cluster; every other argument but `region` and `tags` is then left out. @default none, one is created */
    existing: ExistingCluster.optional(),
    /** Name in AWS. @default the component's name */
    clusterName: z
      .string()
      .regex(/^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/)
      .optional(),
    /** Minor version in standard support. @default "1.35" */
    version: KubernetesVersion,
    /** Private subnets in at least two zones; needed unless `existing`. */
    subnetIds: MadeTexts.optional(),
    /** @default private only */
    endpoint: Endpoint.prefault({}),
    /**
     * Roles or users with full rights in the cluster. Whoever runs `pulumi up` must be one of them: nobody else gets rights
     * by having created it. Needed unless `existing`.
     */
    admins: z.array(RoleArn).min(1).optional(),
    /** Other people: Kubernetes groups by role; `Tenancy` says what a group may do. @default [] */
    access: z
      .array(z.strictObject({ principal: RoleArn, groups: z.array(z.string().min(1)).min(1) }))
      .default([]),
    /** KMS key of the cluster's secrets. @default one is created */
    kmsKeyArn: Arn.optional(),
    /** Retention of control-plane logs in days. @default 90 */
    logDays: z.union([z.literal(30), z.literal(90), z.literal(180), z.literal(365)]).default(90),
    /** `pulumi destroy` is refused while true. @default true */
    deletionProtection: z.boolean().default(true),
    /** Versions of managed add-ons in place of the pinned ones. @default {} */
    addonVersions: z.partialRecord(z.enum(ADDONS), z.string().min(1)).default({}),
    /** @default two to four m7i.large */
    systemNodes: SystemNodes.prefault({}),
    /** Release of the AL2023 node image, such as `1.35.2-20260714`. @default the newest at creation */
    releaseVersion: z.string().optional(),
    /** @default {} */
    tags: Tags,
  })
  .superRefine((args, context) => {
    const problem = (key: string, code: string, message: string, fix: string) =>
      context.addIssue({ code: "custom", path: [key], message, params: { code, fix } });
    const needed = args.existing
      ? args.existing.kind === "eks"
        ? (["region"] as const)
        : []
      : (["region", "subnetIds", "admins"] as const);
    for (const key of needed) {
      if (args[key] !== undefined) continue;
      const where = args.existing ? "an EKS cluster" : "a new cluster";
      problem(key, "MissingKey", `is missing for ${where}`, `add "${key}"`);
    }
    for (const key of args.existing ? OF_A_NEW_CLUSTER : []) {
      if (args[key] === undefined) continue;
      const message = `"${key}" says how to make a cluster, and this one is there already`;
      problem(key, "ConflictingKeys", message, `leave out "${key}" or "existing"`);
    }
  });
export type GpuClusterSettings = z.output<typeof GpuClusterArgs>;
export type GpuClusterArgs = z.input<typeof GpuClusterArgs>;
