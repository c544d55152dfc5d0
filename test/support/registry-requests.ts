import {
  type PolicyDocument,
  registryBucketPolicy,
  registryRolePolicy,
} from "../../components/registry-policies.ts";
import {
  dataScientistRights,
  type RegistryRole,
  RIGHTS,
} from "../../components/registry-rights.ts";
import { decideAccess, type IamAnswer, type IamRequest } from "./iam-evaluator.ts";

export const BUCKET = "arn:aws:s3:::registry";
export const KMS_KEY = "arn:aws:kms:eu-central-1:123456789012:key/1";
export const roleArn = (role: string) => `arn:aws:iam::123456789012:role/registry-${role}`;
export const ADMIN = "arn:aws:iam::123456789012:role/admin";

export const BUCKET_POLICY = registryBucketPolicy({
  bucketArn: BUCKET,
  kmsKeyArn: KMS_KEY,
  gcRoleArn: roleArn("gc"),
  administrators: [ADMIN],
});

/** Whoever may do anything in S3, so that only the bucket itself can refuse. */
export const ALL_RIGHTS: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
};

export type Who = RegistryRole | "scientist" | "admin" | "anybody";

export const policyOf = (who: Who): PolicyDocument => {
  if (who === "admin" || who === "anybody") return ALL_RIGHTS;
  const rights = who === "scientist" ? dataScientistRights("research") : RIGHTS[who];
  return registryRolePolicy(BUCKET, KMS_KEY, rights);
};

/** A request over TLS 1.3 of a pod or person of team `research`. */
export const requestOf = (
  who: Who,
  action: string,
  key: string,
  context: Readonly<Record<string, string>> = {},
): IamRequest => ({
  action: `s3:${action}`,
  resource: key === "" ? BUCKET : `${BUCKET}/${key}`,
  context: {
    "aws:securetransport": "true",
    "s3:tlsversion": "1.3",
    "aws:principalisawsservice": "false",
    "aws:principaltag/kubernetes-namespace": "research",
    "aws:principalarn": who === "admin" ? ADMIN : roleArn(who),
    ...context,
  },
});

/** What a put says with it. `part`: one of the steps of a multipart upload that make no object. */
export const PUTS = {
  plain: { "s3:objectcreationoperation": "true" },
  once: { "s3:objectcreationoperation": "true", "s3:if-none-match": "*" },
  swap: { "s3:objectcreationoperation": "true", "s3:if-match": '"etag"' },
  part: { "s3:objectcreationoperation": "false" },
} as const;

export const ask = (
  who: Who,
  action: string,
  key: string,
  context?: Readonly<Record<string, string>>,
  bucketPolicy = BUCKET_POLICY,
): IamAnswer => decideAccess([policyOf(who), bucketPolicy], requestOf(who, action, key, context));
