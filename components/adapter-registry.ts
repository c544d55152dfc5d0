import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { parseSpec } from "../core/spec/parse.ts";
import { AdapterRegistryArgs, type AdapterRegistrySettings } from "./adapter-registry-args.ts";
import { costTags } from "./cost-tags.ts";
import { createRegistryBucket } from "./registry-bucket.ts";
import { createRegistryCopies } from "./registry-copies.ts";
import { registryBucketPolicy } from "./registry-policies.ts";
import { REGISTRY_ROLES, type RegistryRole } from "./registry-rights.ts";
import { createPodRoles, createTeamRoles } from "./registry-roles.ts";

/**
 * The bucket of everything that lasts: runs, adapter versions, data sets, evaluations, the ledger. Its policy makes the
 * rules that the programs keep binding for everybody: written once means once, an alias moves only for who has seen where
 * it points, and a training pod writes under its own team's runs only.
 *
 * **Cost**: storage by the GB (price book row `s3-standard`), the KMS key by the month, requests.
 * @throws SpecError on arguments that cannot be used, with the path of each.
 */
export class AdapterRegistry extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  readonly kmsKeyArn: pulumi.Output<string>;
  /** Roles of pods. */
  readonly roleArns: Readonly<Record<RegistryRole, pulumi.Output<string>>>;
  /** Roles of people by team. */
  readonly teamRoleArns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: AdapterRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = parseSpec(AdapterRegistryArgs, args);
    super("tunekit:index:AdapterRegistry", name, {}, opts);
    const kmsKeyArn = settings.kmsKeyArn
      ? pulumi.output(settings.kmsKeyArn)
      : createKey(name, settings, this);
    const { bucket, publicAccess, versioning } = createRegistryBucket(
      name,
      settings,
      kmsKeyArn,
      this,
    );
    const roles = createPodRoles(name, settings, { bucketArn: bucket.arn, kmsKeyArn }, this);
    const teams = createTeamRoles(name, settings, { bucketArn: bucket.arn, kmsKeyArn }, this);
    new aws.s3.BucketPolicy(
      `${name}-policy`,
      {
        bucket: bucket.bucket,
        policy: pulumi
          .all([bucket.arn, kmsKeyArn, roles.gc.arn, settings.vpcEndpointId])
          .apply(([bucketArn, keyArn, gcRoleArn, vpcEndpointId]) =>
            JSON.stringify(
              registryBucketPolicy({
                bucketArn,
                kmsKeyArn: keyArn,
                gcRoleArn,
                administrators: settings.administrators,
                vpcEndpointId,
                organizationId: settings.organizationId,
              }),
            ),
          ),
      },
      // AWS refuses two changes of a bucket's access at one time.
      { ...kept(settings, this), dependsOn: [publicAccess] },
    );
    createRegistryCopies(name, settings, { bucket, versioning, kmsKeyArn }, this);

    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.kmsKeyArn = kmsKeyArn;
    this.roleArns = Object.fromEntries(
      REGISTRY_ROLES.map((role) => [role, roles[role].arn]),
    ) as Record<RegistryRole, pulumi.Output<string>>;
    this.teamRoleArns = Object.fromEntries(
      Object.entries(teams).map(([team, role]) => [team, role.arn]),
    );
    this.registerOutputs({
      bucketName: this.bucketName,
      bucketArn: this.bucketArn,
      kmsKeyArn: this.kmsKeyArn,
      roleArns: this.roleArns,
      teamRoleArns: this.teamRoleArns,
    });
  }
}

/** What holds data, or guards it, outlives the stack. */
const kept = (
  { protect }: AdapterRegistrySettings,
  parent: pulumi.Resource,
): pulumi.CustomResourceOptions => ({ parent, protect, retainOnDelete: protect });

function createKey(
  name: string,
  settings: AdapterRegistrySettings,
  parent: AdapterRegistry,
): pulumi.Output<string> {
  const key = new aws.kms.Key(
    `${name}-key`,
    {
      description: `Objects of the adapter registry ${name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      tags: costTags(`${name}-key`, settings.tags),
    },
    kept(settings, parent),
  );
  return key.arn;
}
