import { CHECKPOINT_LIFECYCLE, OBJECT_TAGS } from "../core/labels.ts";
import { KEPT_KEYS, type Rights, SWAP_KEYS, WRITE_ONCE_KEYS } from "./registry-rights.ts";

export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Record<string, unknown>[];
}

export interface BucketPolicyFacts {
  bucketArn: string;
  kmsKeyArn: string;
  /** The one role that may delete what is written once. */
  gcRoleArn: string;
  /** Roles that may do so too, and come from anywhere. */
  administrators: readonly string[];
  /** Objects are reached through this endpoint only. */
  vpcEndpointId?: string | undefined;
  /** And only by principals of this organisation. */
  organizationId?: string | undefined;
}

const LIFECYCLE_TAG = `s3:RequestObjectTag/${OBJECT_TAGS.lifecycle}`;

/**
 * What the bucket refuses, whatever a role allows. Write-once and compare-and-swap follow
 * docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html: the parts of a multipart upload carry no
 * condition, its completion must, and so a copy onto these keys is impossible.
 */
export function registryBucketPolicy(facts: BucketPolicyFacts): PolicyDocument {
  const { bucketArn, kmsKeyArn, gcRoleArn, administrators } = facts;
  const objects = (keys: readonly string[]) => keys.map((key) => `${bucketArn}/${key}`);
  const all = [bucketArn, `${bucketArn}/*`];
  const every = [`${bucketArn}/*`];
  const deny = (
    Sid: string,
    Action: string | string[],
    Resource: readonly string[],
    Condition?: object,
  ) => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource,
    ...(Condition ? { Condition } : {}),
  });
  const isCreation = { Bool: { "s3:ObjectCreationOperation": "true" } };
  const butAdministrators =
    administrators.length > 0
      ? { ArnNotEquals: { "aws:PrincipalArn": administrators } }
      : undefined;
  const butGc = { ArnNotEquals: { "aws:PrincipalArn": [gcRoleArn, ...administrators] } };
  const deletes = ["s3:DeleteObject", "s3:DeleteObjectVersion"];
  return {
    Version: "2012-10-17",
    Statement: [
      deny("OnlyTls", "s3:*", all, { Bool: { "aws:SecureTransport": "false" } }),
      deny("OnlyTls12", "s3:*", all, { NumericLessThan: { "s3:TlsVersion": "1.2" } }),
      // No header means the bucket's own key, which is right; a header must not name another way.
      deny("OnlyKms", "s3:PutObject", every, {
        Null: { "s3:x-amz-server-side-encryption": "false" },
        StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" },
      }),
      deny("OnlyOurKey", "s3:PutObject", every, {
        Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "false" },
        StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": kmsKeyArn },
      }),
      deny("NoKeyOfTheCaller", "s3:PutObject", every, {
        Null: { "s3:x-amz-server-side-encryption-customer-algorithm": "false" },
      }),
      deny("WriteOnce", "s3:PutObject", objects(WRITE_ONCE_KEYS), {
        Null: { "s3:if-none-match": "true" },
        ...isCreation,
      }),
      deny("CompareAndSwap", "s3:PutObject", objects(SWAP_KEYS), {
        Null: { "s3:if-match": "true", "s3:if-none-match": "true" },
        ...isCreation,
      }),
      // A deleted key could be written again, so these deletes are garbage collection's alone.
      deny("DeleteOnlyByGc", deletes, objects(WRITE_ONCE_KEYS), butGc),
      deny("KeepForEver", deletes, objects(KEPT_KEYS), butAdministrators),
      deny("NoExpiryOfWhatIsKept", "s3:PutObject", objects(WRITE_ONCE_KEYS), {
        Null: { [LIFECYCLE_TAG]: "false" },
      }),
      deny("NoTagsLater", "s3:PutObjectTagging", objects(WRITE_ONCE_KEYS), butAdministrators),
      ...placeStatements(facts, every),
    ],
  };
}

/** Objects only from inside: the bucket itself stays reachable for whoever runs `pulumi up`. */
function placeStatements(
  { administrators, organizationId, vpcEndpointId }: BucketPolicyFacts,
  objects: readonly string[],
): Record<string, unknown>[] {
  const actions = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"];
  const statement = (Sid: string, strings: Record<string, string>) => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action: actions,
    Resource: objects,
    Condition: {
      StringNotEquals: strings,
      BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
      ...(administrators.length > 0
        ? { ArnNotEquals: { "aws:PrincipalArn": administrators } }
        : {}),
    },
  });
  return [
    ...(vpcEndpointId === undefined
      ? []
      : [statement("OnlyThroughTheEndpoint", { "aws:SourceVpce": vpcEndpointId })]),
    ...(organizationId === undefined
      ? []
      : [statement("OnlyOurOrganisation", { "aws:PrincipalOrgID": organizationId })]),
  ];
}

/** What a role may do in the bucket and with its key; nothing that is not said here. */
export function registryRolePolicy(
  bucketArn: string,
  kmsKeyArn: string,
  rights: Rights,
): PolicyDocument {
  const objects = (keys: readonly string[]) => keys.map((key) => `${bucketArn}/${key}`);
  const allow = (Sid: string, Action: readonly string[], Resource: unknown, more: object = {}) => ({
    Sid,
    Effect: "Allow",
    Action,
    Resource,
    ...more,
  });
  const { read = [], list = [], write = [], delete: remove = [], tagCheckpoints = [] } = rights;
  const statements: Record<string, unknown>[] = [];
  if (read.length > 0) statements.push(allow("Read", ["s3:GetObject"], objects(read)));
  if (list.length > 0) {
    const within = list.includes("*") ? {} : { Condition: { StringLike: { "s3:prefix": list } } };
    statements.push(allow("List", ["s3:ListBucket"], bucketArn, within));
  }
  if (write.length > 0) {
    const actions = ["s3:PutObject", "s3:AbortMultipartUpload"];
    statements.push(allow("Write", actions, objects(write)));
    // A swap compares with what is there, for which S3 asks for the right to read it (`If-Match` needs `s3:GetObject`).
    statements.push(allow("Compare", ["s3:GetObject"], objects(write)));
  }
  if (tagCheckpoints.length > 0) {
    statements.push(
      allow("MarkCheckpoints", ["s3:PutObjectTagging"], objects(tagCheckpoints), {
        Condition: { StringEquals: { [LIFECYCLE_TAG]: CHECKPOINT_LIFECYCLE } },
      }),
    );
  }
  if (rights.mayLock) {
    statements.push(allow("Lock", ["s3:PutObjectRetention"], objects(["adapters/*/versions/*"])));
  }
  if (remove.length > 0) statements.push(allow("Delete", ["s3:DeleteObject"], objects(remove)));
  const uses = ["kms:Decrypt", ...(write.length > 0 ? ["kms:GenerateDataKey"] : [])];
  statements.push(
    allow("UseKey", uses, kmsKeyArn, {
      Condition: { StringLike: { "kms:ViaService": "s3.*.amazonaws.com" } },
    }),
  );
  return { Version: "2012-10-17", Statement: statements };
}
