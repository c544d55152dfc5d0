import { cannotTell, type PlannedResource, type ResourceRule, UNKNOWN, valueAt } from "./rule.ts";

/** What costs money by the hour or the GB, and where its tags stand. Anything else from AWS counts once it has tags. */
const TAGS_OF: Record<string, readonly (readonly string[])[]> = {
  "aws:eks/cluster:Cluster": [["tags"]],
  "aws:eks/nodeGroup:NodeGroup": [["tags"]],
  "aws:ec2/instance:Instance": [["tags"]],
  "aws:ec2/launchTemplate:LaunchTemplate": [["tags"]],
  "aws:ec2/natGateway:NatGateway": [["tags"]],
  "aws:ec2/eip:Eip": [["tags"]],
  "aws:ec2/vpc:Vpc": [["tags"]],
  "aws:ec2/vpcEndpoint:VpcEndpoint": [["tags"]],
  "aws:ebs/volume:Volume": [["tags"]],
  "aws:s3/bucket:Bucket": [["tags"]],
  "aws:kms/key:Key": [["tags"]],
  "aws:sqs/queue:Queue": [["tags"]],
  "aws:cloudwatch/logGroup:LogGroup": [["tags"]],
  // the machines of a Karpenter pool: most of the bill
  "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass": [["spec", "tags"]],
};

export const costTagsRule: ResourceRule = {
  name: "cost-tags",
  description: "Everything that costs money says whose it is.",
  fix: "hand the stack's tags to the component, or set the keys on the resource",
  check(resource, { costTags }) {
    return places(resource).flatMap((tags) => missing(tags, costTags));
  },
};

function places({ type, props }: PlannedResource): unknown[] {
  const found = (TAGS_OF[type] ?? []).map((path) => valueAt(props, ...path));
  if (type === "aws:ec2/launchTemplate:LaunchTemplate") found.push(...startedTags(props));
  if (found.length > 0) return found;
  return type.startsWith("aws:") && props.tags !== undefined ? [props.tags] : [];
}

/** Tags of what a template starts; EC2 hands the template's own on to nothing. */
function startedTags(props: PlannedResource["props"]): unknown[] {
  const all = props.tagSpecifications;
  if (all === UNKNOWN) return [UNKNOWN];
  const each = Array.isArray(all) ? all : [];
  return ["instance", "volume"].map((kind) => {
    const one = each.find((spec) => valueAt(spec, "resourceType") === kind);
    return valueAt(one, "tags");
  });
}

function missing(tags: unknown, wanted: readonly string[]): string[] {
  if (tags === UNKNOWN) return [cannotTell("its tags")];
  const unknown = wanted.filter((key) => valueAt(tags, key) === UNKNOWN);
  const absent = wanted.filter((key) => valueAt(tags, key) !== UNKNOWN && !valueAt(tags, key));
  return [
    ...(absent.length > 0 ? [`tags are missing: ${absent.join(", ")}`] : []),
    ...unknown.map((key) => cannotTell(`the tag ${key}`)),
  ];
}
