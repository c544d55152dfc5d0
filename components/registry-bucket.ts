import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AdapterRegistrySettings } from "./adapter-registry-args.ts";
import { costTags } from "./cost-tags.ts";
import { lifecycleRules } from "./registry-lifecycle.ts";

export interface RegistryBucket {
  bucket: aws.s3.Bucket;
  publicAccess: aws.s3.BucketPublicAccessBlock;
  versioning: aws.s3.BucketVersioning;
}

/** The bucket itself: private, versioned, encrypted, with its own key, and an end to what may go. */
export function createRegistryBucket(
  name: string,
  settings: AdapterRegistrySettings,
  kmsKeyArn: pulumi.Output<string>,
  parent: pulumi.Resource,
): RegistryBucket {
  const { accountId, bucketName, logBucket, protect } = settings;
  const own: pulumi.CustomResourceOptions = { parent, protect, retainOnDelete: protect };
  const bucket = new aws.s3.Bucket(
    `${name}-bucket`,
    {
      ...(bucketName === undefined ? { bucketPrefix: `${name}-` } : { bucket: bucketName }),
      forceDestroy: false,
      tags: costTags(`${name}-bucket`, settings.tags),
    },
    own,
  );
  const of = { bucket: bucket.bucket };
  const publicAccess = new aws.s3.BucketPublicAccessBlock(
    `${name}-public`,
    { ...of, ...NO_PUBLIC_ACCESS },
    own,
  );
  if (settings.blockPublicAccessOfAccount) {
    new aws.s3.AccountPublicAccessBlock(
      `${name}-account-public`,
      { accountId, ...NO_PUBLIC_ACCESS },
      own,
    );
  }
  new aws.s3.BucketOwnershipControls(
    `${name}-ownership`,
    { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } },
    own,
  );
  const versioning = new aws.s3.BucketVersioning(
    `${name}-versioning`,
    { ...of, versioningConfiguration: { status: "Enabled" } },
    own,
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    {
      ...of,
      rules: [
        {
          bucketKeyEnabled: true,
          blockedEncryptionTypes: ["SSE-C"],
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: kmsKeyArn,
          },
        },
      ],
    },
    own,
  );
  const afterVersioning = { ...own, dependsOn: [versioning] };
  new aws.s3.BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    { ...of, rules: lifecycleRules(settings) },
    afterVersioning,
  );
  if (settings.objectLock) {
    new aws.s3.BucketObjectLockConfiguration(
      `${name}-lock`,
      { ...of, objectLockEnabled: "Enabled" },
      afterVersioning,
    );
  }
  if (logBucket !== undefined) {
    new aws.s3.BucketLogging(
      `${name}-logging`,
      { ...of, targetBucket: logBucket, targetPrefix: `${name}/` },
      own,
    );
  }
  return { bucket, publicAccess, versioning };
}

const NO_PUBLIC_ACCESS = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
} as const;
