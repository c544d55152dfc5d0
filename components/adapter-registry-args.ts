import { z } from "zod";
import { Arn, MadeText, Tags } from "./component-args.ts";

/** A service account whose pods get one of the bucket's roles, through EKS Pod Identity. */
const ServiceAccount = z.strictObject({ namespace: z.string().min(1), name: z.string().min(1) });

export const AdapterRegistryArgs = z
  .strictObject({
    /** Name of the bucket, unique in all of AWS. @default one that begins with the component's name */
    bucketName: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/)
      .describe("a bucket name: lower-case letters, digits and dashes")
      .optional(),
    /** Twelve digits. */
    accountId: z
      .string()
      .regex(/^\d{12}$/)
      .describe("an account id of twelve digits"),
    /** Cluster whose pods use the bucket. @default none: no Pod Identity association is made */
    clusterName: MadeText.optional(),
    /** Service accounts by role. A trainer's namespace is its team: it may write under `runs/<namespace>/` only. */
    accounts: z
      .strictObject({
        /** @default [] */
        trainer: z.array(ServiceAccount).default([]),
        /** @default [] */
        evaluator: z.array(ServiceAccount).default([]),
        /** @default [] */
        mirror: z.array(ServiceAccount).default([]),
        /** @default [] */
        controller: z.array(ServiceAccount).default([]),
        /** @default [] */
        serving: z.array(ServiceAccount).default([]),
        /** @default [] */
        promoter: z.array(ServiceAccount).default([]),
        /** @default [] */
        gc: z.array(ServiceAccount).default([]),
      })
      .prefault({}),
    /** Roles of people who may read runs and put data sets, by team. @default [] */
    dataScientists: z
      .array(z.strictObject({ team: z.string().min(1), principals: z.array(Arn).min(1) }))
      .default([]),
    /** Roles that may delete what is written once, and come from outside the network. @default nobody */
    administrators: z.array(Arn).default([]),
    /** KMS key of the objects. @default one is created, with rotation */
    kmsKeyArn: Arn.optional(),
    /** Days until a checkpoint goes. @default 14 */
    checkpointDays: z.number().int().min(7).max(90).default(14),
    /** Days until an older version of an object goes. @default 90 */
    noncurrentDays: z.number().int().min(30).max(3650).default(90),
    /** Older versions of an object that are kept all the same. @default 10 */
    keptVersions: z.number().int().min(1).max(100).default(10),
    /**
     * Lets the controller lock the objects of a version as it writes them. The bucket gets no lock by default: that would
     * hold checkpoints and budgets too. Cannot be switched off again. @default false
     */
    objectLock: z.boolean().default(false),
    /** Bucket for access logs. @default none */
    logBucket: z.string().optional(),
    /** Bucket ARN in another region for a copy of versions and events. @default none */
    replicaBucketArn: Arn.optional(),
    /** KMS key of the copy; needed with `replicaBucketArn`. */
    replicaKmsKeyArn: Arn.optional(),
    /** Bucket ARN for the weekly inventory. @default none */
    inventoryBucketArn: Arn.optional(),
    /** Only requests through this endpoint, apart from the administrators'. @default none */
    vpcEndpointId: MadeText.optional(),
    /** Only principals of this organisation. @default none */
    organizationId: z
      .string()
      .regex(/^o-[a-z0-9]+$/)
      .describe('an organisation id such as "o-abc123"')
      .optional(),
    /** Blocks public access for the whole account too. @default false: others may use the account */
    blockPublicAccessOfAccount: z.boolean().default(false),
    /** `pulumi destroy` leaves the bucket and its key. @default true */
    protect: z.boolean().default(true),
    /** @default {} */
    tags: Tags,
  })
  .superRefine(({ replicaBucketArn, replicaKmsKeyArn }, context) => {
    if ((replicaBucketArn === undefined) === (replicaKmsKeyArn === undefined)) return;
    context.addIssue({
      code: "custom",
      path: [replicaBucketArn === undefined ? "replicaBucketArn" : "replicaKmsKeyArn"],
      message: "is missing: a copy needs a bucket and a key in its region",
      params: { code: "MissingKey", fix: "give both, or neither" },
    });
  });
export type AdapterRegistryArgs = z.input<typeof AdapterRegistryArgs>;
export type AdapterRegistrySettings = z.output<typeof AdapterRegistryArgs>;
