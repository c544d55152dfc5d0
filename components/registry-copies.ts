import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AdapterRegistrySettings } from "./adapter-registry-args.ts";
import { costTags } from "./cost-tags.ts";

interface Copied {
  bucket: aws.s3.Bucket;
  versioning: aws.s3.BucketVersioning;
  kmsKeyArn: pulumi.Output<string>;
}

/** A copy of adapters and runs in another region, and a weekly list for finance; each only where it was asked for. */
export function createRegistryCopies(
  name: string,
  settings: AdapterRegistrySettings,
  copied: Copied,
  parent: pulumi.Resource,
): void {
  const { inventoryBucketArn, replicaBucketArn, replicaKmsKeyArn } = settings;
  if (inventoryBucketArn !== undefined) {
    new aws.s3.Inventory(
      `${name}-inventory`,
      {
        bucket: copied.bucket.bucket,
        name: "weekly",
        includedObjectVersions: "All",
        schedule: { frequency: "Weekly" },
        optionalFields: ["Size", "LastModifiedDate", "StorageClass", "EncryptionStatus"],
        destination: { bucket: { bucketArn: inventoryBucketArn, format: "CSV" } },
      },
      { parent },
    );
  }
  if (replicaBucketArn === undefined || replicaKmsKeyArn === undefined) return;
  const role = createReplicaRole(
    name,
    settings,
    copied,
    { replicaBucketArn, replicaKmsKeyArn },
    parent,
  );
  new aws.s3.BucketReplicationConfig(
    `${name}-replica`,
    {
      bucket: copied.bucket.bucket,
      role: role.arn,
      // The bytes of a version lie in the folder of its run.
      rules: ["adapters/", "runs/"].map((prefix, index) => ({
        id: prefix.replace("/", ""),
        priority: index,
        status: "Enabled",
        filter: { prefix },
        // What is deleted here stays there: a copy must outlive a mistake.
        deleteMarkerReplication: { status: "Disabled" },
        sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
        destination: {
          bucket: replicaBucketArn,
          encryptionConfiguration: { replicaKmsKeyId: replicaKmsKeyArn },
        },
      })),
    },
    { parent, dependsOn: [copied.versioning] },
  );
}

function createReplicaRole(
  name: string,
  settings: AdapterRegistrySettings,
  { bucket, kmsKeyArn }: Copied,
  replica: { replicaBucketArn: string; replicaKmsKeyArn: string },
  parent: pulumi.Resource,
): aws.iam.Role {
  const role = new aws.iam.Role(
    `${name}-replica`,
    {
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      }),
      tags: costTags(`${name}-replica`, settings.tags),
    },
    { parent },
  );
  const allow = (Action: string[], Resource: string) => ({ Effect: "Allow", Action, Resource });
  new aws.iam.RolePolicy(
    `${name}-replica`,
    {
      role: role.name,
      policy: pulumi.all([bucket.arn, kmsKeyArn]).apply(([bucketArn, keyArn]) =>
        JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            allow(["s3:GetReplicationConfiguration", "s3:ListBucket"], bucketArn),
            allow(
              [
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionTagging",
              ],
              `${bucketArn}/*`,
            ),
            allow(["s3:ReplicateObject", "s3:ReplicateTags"], `${replica.replicaBucketArn}/*`),
            allow(["kms:Decrypt"], keyArn),
            allow(["kms:Encrypt"], replica.replicaKmsKeyArn),
          ],
        }),
      ),
    },
    { parent },
  );
  return role;
}
