/** A program of which a preview cannot know what the policy pack asks for: it all hangs on a bucket to be made. */
import * as aws from "@pulumi/aws";

const tags = {
  "app.kubernetes.io/part-of": "tunekit",
  "tunekit.dev/owner": "ml",
  "tunekit.dev/cost-center": "lab",
};
const bucket = new aws.s3.Bucket("bucket", { tags });
const later = bucket.arn;

new aws.kms.Key("key", { tags: { ...tags, "tunekit.dev/owner": later } });
new aws.s3.BucketPublicAccessBlock("block", {
  bucket: bucket.bucket,
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: later.apply((arn) => arn !== ""),
});
new aws.s3.BucketServerSideEncryptionConfiguration("encryption", {
  bucket: bucket.bucket,
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }],
});
new aws.eks.NodeGroup("group", {
  clusterName: "existing",
  nodeRoleArn: "arn:aws:iam::111122223333:role/node",
  subnetIds: ["subnet-existing"],
  instanceTypes: [later],
  scalingConfig: {
    minSize: later.apply((arn) => arn.length),
    desiredSize: 0,
    maxSize: later.apply((arn) => arn.length),
  },
  tags,
});
new aws.eks.Cluster("cluster", {
  roleArn: "arn:aws:iam::111122223333:role/cluster",
  vpcConfig: { subnetIds: ["subnet-existing"] },
  version: later,
  upgradePolicy: { supportType: "STANDARD" },
  tags,
});
