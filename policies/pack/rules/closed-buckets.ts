import {
  cannotTell,
  type PlannedResource,
  type ResourceRule,
  type StackRule,
  UNKNOWN,
  valueAt,
} from "./rule.ts";

const BUCKET = /^aws:s3\/bucket(V2)?:Bucket(V2)?$/;
const ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const ENCRYPTION =
  /^aws:s3\/bucketServerSideEncryptionConfiguration(V2)?:BucketServerSideEncryptionConfiguration(V2)?$/;
const ACL = /^aws:s3\/bucketAcl(V2)?:BucketAcl(V2)?$/;
const FLAGS = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
] as const;

/** What one resource alone says about a bucket; `bucketsAreClosed` says what is missing. */
export const bucketStaysClosed: ResourceRule = {
  name: "bucket-stays-closed",
  description: "Nothing opens a bucket to the public or takes its encryption away.",
  fix: "set all four public-access flags, encrypt with aws:kms, and give access by roles",
  check({ type, props }) {
    if (type === ACCESS_BLOCK) return FLAGS.flatMap((flag) => openFlag(flag, props[flag]));
    if (ENCRYPTION.test(type)) return weakEncryption(props);
    if (ACL.test(type) || BUCKET.test(type)) return publicAcl(props.acl);
    return [];
  },
};

const openFlag = (flag: string, value: unknown): string[] => {
  if (value === UNKNOWN) return [cannotTell(flag)];
  return value === true ? [] : [`${flag} is not true`];
};

const publicAcl = (acl: unknown): string[] => {
  if (acl === UNKNOWN) return [cannotTell("the access list of the bucket")];
  return typeof acl === "string" && /^(public|authenticated)-/.test(acl)
    ? [`the access list ${acl} opens the bucket`]
    : [];
};

function weakEncryption(props: PlannedResource["props"]): string[] {
  const algorithm = valueAt(
    props,
    "rules",
    0,
    "applyServerSideEncryptionByDefault",
    "sseAlgorithm",
  );
  if (algorithm === UNKNOWN) return [cannotTell("how the bucket is encrypted")];
  return typeof algorithm === "string" && algorithm.startsWith("aws:kms")
    ? []
    : ["the bucket is not encrypted with a key of yours (aws:kms)"];
}

/** A bucket without its two companions is as open as S3's defaults of the day. */
export const bucketsAreClosed: StackRule = {
  name: "buckets-are-closed",
  description: "Every bucket has a public-access block and its encryption beside it.",
  fix: "add BucketPublicAccessBlock and BucketServerSideEncryptionConfiguration for the bucket",
  checkAll(resources) {
    const blocks = resources.filter(({ type }) => type === ACCESS_BLOCK);
    const encryptions = resources.filter(({ type }) => ENCRYPTION.test(type));
    return resources
      .filter(({ type }) => BUCKET.test(type))
      .flatMap((bucket) => [
        ...companion(bucket, blocks, "public-access block"),
        ...companion(bucket, encryptions, "encryption"),
      ]);
  },
};

function companion(
  bucket: PlannedResource,
  others: readonly PlannedResource[],
  what: string,
): string[] {
  if (others.some((other) => belongs(other, bucket))) return [];
  const open = others.some(
    ({ props, sources }) => props.bucket === UNKNOWN && (sources.bucket ?? []).length === 0,
  );
  return open
    ? [cannotTell(`whether the bucket ${bucket.name} has its ${what}`)]
    : [`the bucket ${bucket.name} has no ${what}`];
}

/** By the resource that its `bucket` comes from, or by the bucket's own name. */
const belongs = ({ props, sources }: PlannedResource, bucket: PlannedResource): boolean =>
  (sources.bucket ?? []).includes(bucket.urn) ||
  (typeof props.bucket === "string" && props.bucket === bucket.props.bucket);
