import { beforeAll, describe, expect, it } from "vitest";
import { AdapterRegistry } from "../../components/adapter-registry.ts";
import { AdapterRegistryArgs } from "../../components/adapter-registry-args.ts";
import { WRITE_ONCE_KEYS } from "../../components/registry-rights.ts";
import { parseSpec } from "../../core/spec/parse.ts";
import { awsOutputs, ofType, only, recordOptions } from "../support/aws-outputs.ts";
import { problemsOf } from "../support/problems.ts";
import { type Registered, registered } from "../support/pulumi-mocks.ts";

const ARGS: AdapterRegistryArgs = { accountId: "123456789012" };
const KEY = "arn:aws:test:eu-central-1:123456789012:registry-key";
const make = (args: AdapterRegistryArgs) =>
  registered(() => new AdapterRegistry("registry", args), awsOutputs);
const s3 = (kind: string) => `aws:s3/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`;

let plain: Registered[] = [];
let options = new Map<string, { protect?: boolean; retainOnDelete?: boolean }>();
let full: Registered[] = [];
beforeAll(async () => {
  plain = await registered(() => {
    options = recordOptions();
    new AdapterRegistry("registry", ARGS);
  }, awsOutputs);
  full = await make({
    ...ARGS,
    objectLock: true,
    logBucket: "logs",
    blockPublicAccessOfAccount: true,
    inventoryBucketArn: "arn:aws:s3:::lists",
    replicaBucketArn: "arn:aws:s3:::copy",
    replicaKmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/2",
    vpcEndpointId: "vpce-1",
    organizationId: "o-abc123",
  });
});
const statements = (resources: Registered[]) =>
  JSON.parse(String(only(resources, s3("BucketPolicy")).policy)).Statement as {
    Sid: string;
    Condition: Record<string, Record<string, string>>;
  }[];
const statement = (resources: Registered[], sid: string) =>
  statements(resources).find(({ Sid }) => Sid === sid);

describe("the bucket", () => {
  it("1 keeps versions", () => {
    expect(only(plain, s3("BucketVersioning"))).toMatchObject({
      versioningConfiguration: { status: "Enabled" },
    });
  });

  it("2 encrypts with its own key and 6 with no key of a caller", () => {
    expect(only(plain, s3("BucketServerSideEncryptionConfiguration")).rules).toEqual([
      {
        bucketKeyEnabled: true,
        blockedEncryptionTypes: ["SSE-C"],
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY },
      },
    ]);
    expect(only(plain, "aws:kms/key:Key")).toMatchObject({ enableKeyRotation: true });
    expect(statement(plain, "OnlyOurKey")?.Condition).toMatchObject({
      StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": KEY },
    });
    expect(statement(plain, "NoKeyOfTheCaller")).toBeDefined();
  });

  it("3 is never public, nor is the account where it is asked for", () => {
    const flags = {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    };
    expect(only(plain, s3("BucketPublicAccessBlock"))).toMatchObject(flags);
    expect(ofType(plain, s3("AccountPublicAccessBlock"))).toEqual([]);
    expect(only(full, s3("AccountPublicAccessBlock"))).toMatchObject({
      accountId: "123456789012",
      ...flags,
    });
  });

  it("4 knows no ACL", () => {
    expect(only(plain, s3("BucketOwnershipControls"))).toMatchObject({
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
  });

  it("5 speaks TLS 1.2 or newer", () => {
    expect(statement(plain, "OnlyTls")?.Condition).toEqual({
      Bool: { "aws:SecureTransport": "false" },
    });
    expect(statement(plain, "OnlyTls12")?.Condition).toEqual({
      NumericLessThan: { "s3:TlsVersion": "1.2" },
    });
  });

  it("7 ends uploads, checkpoints and older versions, and nothing that is written once", () => {
    const rules = only(plain, s3("BucketLifecycleConfiguration")).rules as {
      id: string;
      filter: { prefix?: string; and?: { prefix: string; tags: Record<string, string> } };
      expiration?: { days?: number; expiredObjectDeleteMarker?: boolean };
      noncurrentVersionExpiration?: { noncurrentDays: number; newerNoncurrentVersions?: number };
      abortIncompleteMultipartUpload?: { daysAfterInitiation: number };
    }[];
    expect(rules.find(({ id }) => id === "broken-uploads")).toMatchObject({
      abortIncompleteMultipartUpload: { daysAfterInitiation: 3 },
    });
    const expiring = rules.filter(({ expiration }) => expiration?.days !== undefined);
    expect(expiring).toEqual([
      {
        id: "checkpoints",
        status: "Enabled",
        filter: { and: { prefix: "runs/", tags: { "tunekit.dev/lifecycle": "checkpoint" } } },
        expiration: { days: 14 },
      },
    ]);
    // so nobody may put that tag on what is written once
    expect(statement(plain, "NoExpiryOfWhatIsKept")).toMatchObject({
      Action: "s3:PutObject",
      Resource: WRITE_ONCE_KEYS.map((key) => `arn:aws:s3:::registry-bucket/${key}`),
      Condition: { Null: { "s3:RequestObjectTag/tunekit.dev/lifecycle": "false" } },
    });
    expect(rules.find(({ filter }) => filter.prefix === "adapters/")).toMatchObject({
      noncurrentVersionExpiration: { noncurrentDays: 90, newerNoncurrentVersions: 10 },
    });
    expect(rules.find(({ filter }) => filter.prefix === "runs/")).toMatchObject({
      noncurrentVersionExpiration: { noncurrentDays: 90 },
    });
  });

  it("8 outlives its stack, with everything that guards it", async () => {
    expect(only(plain, s3("Bucket")).forceDestroy).toBe(false);
    const guarded = plain.filter(({ type }) => /^aws:(s3|kms)/.test(type));
    expect(guarded.length).toBeGreaterThan(7);
    for (const { type, name } of guarded) {
      expect([name, options.get(`${type} ${name}`)]).toMatchObject([
        name,
        { protect: true, retainOnDelete: true },
      ]);
    }
    let loose = new Map<string, { protect?: boolean }>();
    await registered(() => {
      loose = recordOptions();
      new AdapterRegistry("registry", { ...ARGS, protect: false });
    }, awsOutputs);
    expect(loose.get(`${s3("Bucket")} registry-bucket`)?.protect).toBe(false);
  });

  it("9 can lock versions one by one, and holds nothing else", () => {
    expect(ofType(plain, s3("BucketObjectLockConfiguration"))).toEqual([]);
    const lock = only(full, s3("BucketObjectLockConfiguration"));
    expect(lock.objectLockEnabled).toBe("Enabled");
    expect(lock).not.toHaveProperty("rule");
    const rights = (role: string) =>
      String(only(full, "aws:iam/rolePolicy:RolePolicy", `registry-${role}-policy`).policy);
    expect(rights("controller")).toContain("s3:PutObjectRetention");
    expect(rights("promoter")).not.toContain("s3:PutObjectRetention");
  });

  it("10 writes down who came", () => {
    expect(ofType(plain, s3("BucketLogging"))).toEqual([]);
    expect(only(full, s3("BucketLogging"))).toMatchObject({
      targetBucket: "logs",
      targetPrefix: "registry/",
    });
  });

  it("12 lets objects be reached from inside only, where it is told what inside is", () => {
    expect(statement(plain, "OnlyThroughTheEndpoint")).toBeUndefined();
    expect(statement(full, "OnlyThroughTheEndpoint")?.Condition.StringNotEquals).toEqual({
      "aws:SourceVpce": "vpce-1",
    });
    expect(statement(full, "OnlyOurOrganisation")?.Condition.StringNotEquals).toEqual({
      "aws:PrincipalOrgID": "o-abc123",
    });
  });

  it("13 copies adapters and runs elsewhere, and not their deletion", () => {
    const { rules } = only(full, s3("BucketReplicationConfig")) as {
      rules: { filter: { prefix: string } }[];
    };
    expect(rules.map(({ filter }) => filter.prefix)).toEqual(["adapters/", "runs/"]);
    expect(rules[0]).toMatchObject({
      deleteMarkerReplication: { status: "Disabled" },
      sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
      destination: {
        bucket: "arn:aws:s3:::copy",
        encryptionConfiguration: { replicaKmsKeyId: "arn:aws:kms:eu-west-1:123456789012:key/2" },
      },
    });
  });

  it("14 is listed every week", () => {
    expect(only(full, s3("Inventory"))).toMatchObject({
      schedule: { frequency: "Weekly" },
      destination: { bucket: { bucketArn: "arn:aws:s3:::lists" } },
    });
  });
});

describe("the roles", () => {
  it("11 go to service accounts by Pod Identity, with the session tags that hold teams apart", async () => {
    const resources = await make({
      ...ARGS,
      clusterName: "ai",
      accounts: {
        trainer: [
          { namespace: "research", name: "trainer" },
          { namespace: "support", name: "trainer" },
        ],
        controller: [{ namespace: "tunekit-system", name: "controller" }],
      },
    });
    const type = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
    const associations = ofType(resources, type).map(({ inputs }) => inputs);
    expect(associations.map(({ namespace, roleArn }) => [namespace, roleArn])).toEqual([
      ["research", "arn:aws:iam::123456789012:role/registry-trainer"],
      ["support", "arn:aws:iam::123456789012:role/registry-trainer"],
      ["tunekit-system", "arn:aws:iam::123456789012:role/registry-controller"],
    ]);
    for (const association of associations) {
      expect(association).not.toHaveProperty("disableSessionTags");
      expect(association).not.toHaveProperty("policy");
    }
  });

  it("of people are taken by their team", async () => {
    const principal = "arn:aws:iam::123456789012:role/sso/researchers";
    const resources = await make({
      ...ARGS,
      dataScientists: [{ team: "research", principals: [principal] }],
    });
    const role = only(resources, "aws:iam/role:Role", "registry-team-research");
    expect(JSON.parse(String(role.assumeRolePolicy)).Statement[0].Principal).toEqual({
      AWS: [principal],
    });
  });
});

describe("a registry is refused", () => {
  it("with half a copy", () => {
    const problems = (args: unknown) => problemsOf(() => parseSpec(AdapterRegistryArgs, args));
    expect(problems({ ...ARGS, replicaBucketArn: "arn:aws:s3:::copy" })).toEqual([
      "MissingKey replicaKmsKeyArn",
    ]);
    expect(problems({ ...ARGS, checkpointDays: 1 })).toEqual(["TooSmall checkpointDays"]);
  });
});
