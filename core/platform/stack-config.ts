import { z } from "zod";
import { NODE_TIERS, POOL_CAPACITIES, poolName, soldAsWholeNode } from "../catalog/tiers.ts";
import { Usd } from "../spec/fields.ts";
import { PlatformConfig, TeamConfig } from "../spec/platform-config.ts";

/**
 * What one stack is made of: the values under `config:` in stacks/Pulumi.<stack>.yaml, and nothing else. Plain values
 * only, so that a preview, the policy pack and `tunekit platform cost` see the same numbers.
 */

const Region = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
  .describe('an AWS region such as "us-east-1"');

const Zone = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/)
  .describe('an availability zone such as "us-east-1a"');

const Cidr = z
  .string()
  .regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/)
  .describe('an IPv4 range such as "203.0.113.0/24"');

const Role = z
  .string()
  .regex(/^arn:[a-z-]+:iam::\d{12}:(role|user)\/.+$/)
  .describe('the ARN of an IAM role or user, such as "arn:aws:iam::111122223333:role/platform"');

const problem = (code: string, error: string, fix: string) => ({ error, params: { code, fix } });

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
const NewCluster = z.strictObject({
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
const ExistingCluster = z.strictObject({
  existing: z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("eks"),
      name: z.string().min(1),
      subnetIds: z.array(z.string().min(1)).min(1).optional(),
    }),
    z.strictObject({
      kind: z.literal("kubeconfig"),
      name: z.string().min(1),
      context: z.string().min(1).optional(),
      kubeconfig: z.string().min(1).optional(),
    }),
  ]),
});

/** One node pool: a tier bought in one way. */
export const PoolConfig = z
  .strictObject({
    tier: z.enum(NODE_TIERS),
    capacity: z.enum(POOL_CAPACITIES).default("on-demand"),
    /** @default karpenter; `existing` for owned machines, `managed` for a capacity block */
    provisioner: z.enum(["karpenter", "managed", "existing"]).optional(),
    /** Most GPUs at one time; the pool stands at zero while nothing runs. */
    maxGpus: z.number().int().min(1).max(1024),
    /** @default the tier's own machines */
    instanceTypes: z.array(z.string().min(1)).min(1).optional(),
    zones: z.array(Zone).min(1).optional(),
    /** Root volume of a node in GiB. */
    diskGiB: z.number().int().min(100).max(2000).default(200),
    /** Capacity that is yours already; `pulumi up` buys none. */
    reservation: z
      .strictObject({
        id: z
          .string()
          .regex(/^cr-[0-9a-z]+$/)
          .describe('an id such as "cr-0123456789abcdef0"'),
        zone: Zone,
        instanceType: z.string().min(1),
      })
      .optional(),
    /** Node image, where the cards want a newer driver than the EKS image has. */
    amiId: z
      .string()
      .regex(/^ami-[0-9a-f]+$/)
      .describe('an image such as "ami-0123456789abcdef0"')
      .optional(),
    /** What a pod may ask for with each GPU; needed for owned machines. @default the slice that fits all machines */
    perGpu: z
      .strictObject({
        cpu: z.number().int().min(1),
        memoryGiB: z.number().int().min(1),
        ephemeralGiB: z.number().int().min(1),
      })
      .optional(),
    /** Whether the cost gate must agree before a Job starts here. */
    costGate: z.boolean().default(true),
    /** Who answers for the cost of whole 8-GPU nodes, and why a smaller tier does not do. */
    owner: z.string().min(1).optional(),
    reason: z.string().min(1).optional(),
  })
  .refine(
    ({ tier, owner, reason }) => !soldAsWholeNode(tier) || (owner && reason),
    problem(
      "ReasonMissing",
      "is a tier of whole 8-GPU nodes and needs an owner and a reason",
      "add owner and reason, or take a smaller tier",
    ),
  )
  .refine(
    ({ capacity, reservation }) =>
      (capacity === "reservation" || capacity === "capacity-block") === (reservation !== undefined),
    problem(
      "ReservationMissing",
      "must name its reservation exactly when its capacity is reserved",
      "add reservation: {id, zone, instanceType} with capacity reservation or capacity-block, or remove it",
    ),
  )
  .refine(
    ({ capacity, perGpu }) => capacity !== "owned" || perGpu !== undefined,
    problem(
      "PerGpuMissing",
      "is made of your own machines and does not say what a GPU brings along",
      "add perGpu: {cpu, memoryGiB, ephemeralGiB}, what a pod may ask for with each GPU",
    ),
  )
  .transform(({ provisioner, ...pool }) => ({
    ...pool,
    provisioner:
      provisioner ??
      (pool.capacity === "owned"
        ? ("existing" as const)
        : pool.capacity === "capacity-block"
          ? ("managed" as const)
          : ("karpenter" as const)),
  }));
export type PoolConfig = z.output<typeof PoolConfig>;

const GpusByPool = z.record(z.string(), z.number().int().min(0)).default({});

/** A team: its budget and gate mode as in PlatformConfig, its quota, and who is in it. */
export const TeamOfStack = TeamConfig.extend({
  /** GPUs that are this team's whenever it wants them, by pool (`gpu-24gb-spot`); idle ones are lent to the others. */
  guaranteed: GpusByPool,
  /** Most GPUs of a pool that the team may hold, borrowed ones too. @default all that are free */
  atMost: GpusByPool,
  /** Finance's switch: nothing new starts, what runs goes on. */
  frozen: z.boolean().default(false),
  /** IAM roles of its data scientists, where the cluster is on EKS. */
  dataScientists: z.array(Role).default([]),
});
export type TeamOfStack = z.output<typeof TeamOfStack>;

/** Money: the most that the stack may cost by its own figures, and when AWS itself raises the alarm. */
export const SpendConfig = z.strictObject({
  /** Most that all pools at their limits may cost in a month; the policy pack refuses a stack above it. */
  ceiling: Usd,
  /** Actual spend of a month at which AWS Budgets tells the people below. */
  alarm: Usd,
  emails: z.array(z.email()).min(1).max(10),
});

/** Every key of a stack, as it stands in the file. */
export const STACK_KEYS = {
  "aws:region": Region,
  /** Account that the stack belongs to; nothing is done in another one. */
  "tunekit:account": z
    .string()
    .regex(/^\d{12}$/)
    .describe("an account id of twelve digits in quotes"),
  /** Cost tags of every resource. */
  "tunekit:owner": z.string().min(1),
  "tunekit:costCenter": z.string().min(1),
  "tunekit:cluster": z.union([NewCluster, ExistingCluster]),
  /** Needed where a cluster is made. */
  "tunekit:network": NetworkConfig.optional(),
  "tunekit:pools": z
    .array(PoolConfig)
    .min(1)
    .refine(
      (pools) => new Set(pools.map(poolNameOf)).size === pools.length,
      problem(
        "DuplicatePool",
        "holds two pools of one tier and capacity",
        "join them into one with a higher maxGpus",
      ),
    ),
  "tunekit:teams": z
    .array(TeamOfStack)
    .min(1)
    .refine(
      (teams) => new Set(teams.map(({ name }) => name)).size === teams.length,
      problem("DuplicateName", "has two teams with one name", "list each team once"),
    ),
  "tunekit:spend": SpendConfig,
  "tunekit:registry": z
    .strictObject({
      /** @default made from the stack's name */
      bucketName: z.string().min(3).optional(),
      /** What the bucket holds, for its cost. @default unknown, and the cost says so */
      storedGB: z.number().nonnegative().optional(),
      objectLockDays: z.number().int().min(1).optional(),
      /** `pulumi destroy` leaves the bucket and its key. */
      protect: z.boolean().default(true),
    })
    .prefault({}),
  /** More of the PlatformConfig: owned machines, costs, policy. Tiers and teams come from above. */
  "tunekit:platform": PlatformConfig.omit({ kind: true, tiers: true, teams: true }).prefault({}),
};

/** Name of a pool: `gpu-24gb-spot`. */
export const poolNameOf = ({ tier, capacity }: Pick<PoolConfig, "tier" | "capacity">): string =>
  poolName(tier, capacity);

const StackValues = z.object(STACK_KEYS);
type Values = z.output<typeof StackValues>;

/** A stack's settings, each documented at its key above. */
export interface StackConfig {
  region: string;
  account: string;
  owner: string;
  costCenter: string;
  cluster: Values["tunekit:cluster"];
  network?: NetworkConfig;
  pools: readonly PoolConfig[];
  teams: readonly TeamOfStack[];
  spend: Values["tunekit:spend"];
  registry: Values["tunekit:registry"];
  platform: Values["tunekit:platform"];
}
