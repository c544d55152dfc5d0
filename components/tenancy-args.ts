import { z } from "zod";
import { isReservedNamespace, teamNamespace } from "../core/labels.ts";
import { Name } from "../core/spec/fields.ts";
import { MadeTexts } from "./component-args.ts";

const Groups = z.array(z.string().min(1)).min(1);

const TenantTeam = z
  .strictObject({
    name: Name,
    /** @default the team's name */
    namespace: z.string().min(1).optional(),
    /** @default the team's name */
    costCenter: Name.optional(),
    /** Kubernetes groups of the team's data scientists. @default `tunekit:<name>` */
    scientists: Groups.optional(),
    /** Most GPUs that the namespace may ask for at one time, whatever the queues say. */
    maxGpus: z.number().int().min(0).max(1024),
    /** Most Jobs that may exist at one time, finished ones too. @default 200 */
    maxJobs: z.number().int().min(1).max(5000).default(200),
  })
  .transform((team) => ({
    ...team,
    namespace: team.namespace ?? teamNamespace(team.name),
    costCenter: team.costCenter ?? team.name,
    scientists: team.scientists ?? [`tunekit:${team.name}`],
  }));
export type TenantTeam = z.output<typeof TenantTeam>;

export const TenancyArgs = z.strictObject({
  teams: z
    .array(TenantTeam)
    .min(1)
    .refine((teams) => new Set(teams.map(({ namespace }) => namespace)).size === teams.length, {
      error: "puts two teams into one namespace",
      params: { code: "DuplicateName", fix: "give each team a name and a namespace of its own" },
    })
    .refine((teams) => teams.every(({ namespace }) => !isReservedNamespace(namespace)), {
      error: "puts a team into a namespace of the cluster itself",
      params: {
        code: "ReservedNamespace",
        fix: "give the team another name: default, kube-*, tunekit-*, kueue-* and the like are the cluster's",
      },
    }),
  /** Kubernetes groups of platform engineers. @default ["tunekit:platform"] */
  platform: Groups.default(["tunekit:platform"]),
  /** Kubernetes groups of finance: they read. @default ["tunekit:finance"] */
  finance: Groups.default(["tunekit:finance"]),
  /** Groups that may give a CostOverride. @default those of finance */
  approvers: Groups.optional(),
  /**
   * Ranges that runs reach on port 443 and nothing else: the network's endpoints (its own range) and the bucket's (the
   * `cidrBlocks` of the S3 endpoint, or where your own store is).
   */
  egressCidrs: MadeTexts,
  /** Whether pods get their AWS rights from EKS Pod Identity, at 169.254.170.23. @default true */
  podIdentity: z.boolean().default(true),
});
export type TenancyArgs = z.input<typeof TenancyArgs>;
export type TenancySettings = z.output<typeof TenancyArgs>;
