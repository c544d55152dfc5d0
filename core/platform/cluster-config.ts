import { z } from "zod";
import { Cidr, problem, Role, Zone } from "./stack-fields.ts";

/** AWS services that nodes reach without the internet; each is paid by the hour and zone. */
export const INTERFACE_ENDPOINTS = [
  "ecr.api",
  "ecr.dkr",
  "ec2",
  "eks",
  "eks-auth",
  "kms",
  "logs",
  "sqs",
  "ssm",
  "sts",
] as const;
const DEFAULT_ENDPOINTS = ["ecr.api", "ecr.dkr", "eks-auth", "kms", "sts"] as const;

export const NetworkConfig = z
  .strictObject({
    /** Two to four zones. Those of reserved capacity must be among them. */
    zones: z.array(Zone).min(2).max(4),
    cidr: Cidr.default("10.64.0.0/16"),
    /** NAT gateways. `none`: every image must come from ECR, and all endpoints are made. */
    nat: z.enum(["none", "one", "per-zone"]).default("one"),
    /** @default ECR, STS, KMS and Pod Identity; with `nat: none` all */
    endpoints: z.array(z.enum(INTERFACE_ENDPOINTS)).optional(),
  })
  .transform(({ endpoints, ...network }) => ({
    ...network,
    endpoints: endpoints ?? [...(network.nat === "none" ? INTERFACE_ENDPOINTS : DEFAULT_ENDPOINTS)],
  }));
export type NetworkConfig = z.output<typeof NetworkConfig>;

/** A cluster to be made on EKS. */
export const NewCluster = z.strictObject({
  /** Minor version of Kubernetes in standard support of EKS. */
  version: z.enum(["1.35", "1.36"]).default("1.35"),
  /** Roles with full rights in the cluster. Whoever runs `pulumi up` must be one of them. */
  admins: z.array(Role).min(1),
  /** Ranges that may reach the API server from the internet. Empty: nobody may. */
  publicCidrs: z
    .array(
      Cidr.refine(
        (cidr) => !cidr.endsWith("/0"),
        problem(
          "PublicToAll",
          "opens the API server to the whole internet",
          "name the ranges of your offices and runners, or leave it out",
        ),
      ),
    )
    .default([]),
  systemNodes: z
    .strictObject({
      instanceType: z.string().min(1).default("m7i.large"),
      min: z.number().int().min(1).default(2),
      max: z.number().int().min(1).default(4),
      diskGiB: z.number().int().min(20).default(50),
    })
    .prefault({}),
  /** `pulumi destroy` is refused while true. */
  deletionProtection: z.boolean().default(true),
});

/** A cluster that somebody else made: `eks` by its name, `kubeconfig` by a context, on your own premises for example. */
export const ExistingCluster = z.strictObject({
  existing: z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("eks"),
      name: z.string().min(1),
      vpcId: z.string().min(1),
      /** Private subnet by zone, at least two. */
      privateSubnets: z
        .record(Zone, z.string().min(1))
        .refine(
          (subnets) => Object.keys(subnets).length >= 2,
          problem("TooSmall", "names fewer than two zones", "name a private subnet in two zones"),
        ),
    }),
    z.strictObject({
      kind: z.literal("kubeconfig"),
      name: z.string().min(1),
      context: z.string().min(1).optional(),
      kubeconfig: z.string().min(1).optional(),
    }),
  ]),
});
