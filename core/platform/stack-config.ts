import { z } from "zod";
import { Name, Usd } from "../spec/fields.ts";
import { PlatformConfig, TeamConfig } from "../spec/platform-config.ts";
import { ExistingCluster, NetworkConfig, NewCluster } from "./cluster-config.ts";
import { PoolConfig, poolNameOf } from "./pool-config.ts";
import { Cidr, problem, Region, Role, TagText } from "./stack-fields.ts";

/**
 * What one stack is made of: the values under `config:` in stacks/Pulumi.<stack>.yaml, and nothing else. Plain values
 * only, so that a preview, the policy pack and `tunekit platform cost` see the same numbers.
 */

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

/** Charts that any cluster may need, in the order in which they are installed. Karpenter has a component of its own. */
export const PLATFORM_CHARTS = [
  "kueue",
  "nvidia-device-plugin",
  "kube-prometheus-stack",
  "dcgm-exporter",
  "opencost",
  "metrics-server",
] as const;

/** Every key of a stack, as it stands in the file. */
export const STACK_KEYS = {
  "aws:region": Region,
  /** The account of the stack; AWS's provider refuses any other one. */
  "aws:allowedAccountIds": z
    .array(
      z
        .string()
        .regex(/^\d{12}$/)
        .describe("an account id of twelve digits in quotes"),
    )
    .length(1),
  /** Cost tags of every resource. */
  "tunekit:owner": TagText,
  "tunekit:costCenter": Name,
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
  "tunekit:charts": z
    .strictObject({
      /** @default all but metrics-server; of a cluster that is there, name those that it does not have */
      install: z.array(z.enum(PLATFORM_CHARTS)).optional(),
      /** A registry (`oci://...`) that holds the charts, for a network without internet. */
      mirror: z.string().min(1).optional(),
    })
    .prefault({}),
  /** Ranges that runs reach on port 443, beside S3 and the network of the stack. */
  "tunekit:egressCidrs": z.array(Cidr).default([]),
  /** More of the PlatformConfig: owned machines, costs, policy. Tiers and teams come from above. */
  "tunekit:platform": PlatformConfig.omit({ kind: true, tiers: true, teams: true }).prefault({}),
};

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
  charts: Values["tunekit:charts"];
  egressCidrs: readonly string[];
  platform: Values["tunekit:platform"];
}
