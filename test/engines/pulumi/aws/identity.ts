import type { Bag } from "../property-value.ts";
import { type Account, hexOf, uuidOf } from "./account.ts";

/** `aws:eks/nodeGroup:NodeGroup` as `{ service: "eks", kind: "nodeGroup" }`. */
export function partsOf(type: string): { service: string; kind: string } {
  const [service, kind] = (type.split(":")[1] as string).split("/");
  return { service: service as string, kind: kind as string };
}

const kebab = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const EC2_PREFIX: Record<string, string> = {
  capacityReservation: "cr",
  defaultSecurityGroup: "sg",
  eip: "eipalloc",
  flowLog: "fl",
  internetGateway: "igw",
  launchTemplate: "lt",
  natGateway: "nat",
  routeTable: "rtb",
  routeTableAssociation: "rtbassoc",
  securityGroup: "sg",
  securityGroupRule: "sgrule",
  subnet: "subnet",
  vpc: "vpc",
  vpcEndpoint: "vpce",
  securityGroupEgressRule: "sgr",
  securityGroupIngressRule: "sgr",
};

type FromInputs = (i: Bag, account: Account, seed: string) => string;

const ID: Record<string, FromInputs> = {
  "budgets/budget": (i, account) => `${account.id}:${i.name}`,
  "cloudwatch/eventTarget": (i) => `${i.rule}-${i.targetId}`,
  "ec2/route": (i, _, seed) => `r-${i.routeTableId}${hexOf(seed, 10)}`,
  "eks/accessEntry": (i) => `${i.clusterName}:${i.principalArn}`,
  "eks/accessPolicyAssociation": (i) => `${i.clusterName}#${i.principalArn}#${i.policyArn}`,
  "eks/addon": (i) => `${i.clusterName}:${i.addonName}`,
  "eks/nodeGroup": (i) => `${i.clusterName}:${i.nodeGroupName}`,
  "eks/podIdentityAssociation": (_, __, seed) => `a-${hexOf(seed, 17)}`,
  "iam/policy": (i, account) => `arn:aws:iam::${account.id}:policy${i.path ?? "/"}${i.name}`,
  "iam/rolePolicy": (i) => `${i.role}:${i.name}`,
  "iam/rolePolicyAttachment": (i) => `${i.role}/${i.policyArn}`,
  "kms/key": (_, __, seed) => uuidOf(seed),
  "sns/topic": (i, { region, id }) => `arn:aws:sns:${region}:${id}:${i.name}`,
  "sns/topicPolicy": (i) => `${i.arn}`,
  "sqs/queue": (i, { region, id }) => `https://sqs.${region}.amazonaws.com/${id}/${i.name}`,
  "sqs/queuePolicy": (i) => `${i.queueUrl}`,
};

/** The id that AWS gives, in its form where this table knows it. `seed` differs for every resource ever made. */
export function idOf(
  type: string,
  inputs: Bag,
  named: string | undefined,
  account: Account,
  seed: string,
): string {
  const { service, kind } = partsOf(type);
  const known = ID[`${service}/${kind}`];
  if (known) return known(inputs, account, seed);
  const prefix = service === "ec2" || service === "vpc" ? EC2_PREFIX[kind] : undefined;
  if (prefix) return `${prefix}-0${hexOf(seed, 16)}`;
  if (service === "s3" && typeof inputs.bucket === "string") return inputs.bucket;
  const name = named ? inputs[named] : inputs.name;
  return typeof name === "string" ? name : `${kebab(kind)}-${hexOf(seed, 12)}`;
}

const ARN: Record<string, FromInputs> = {
  "budgets/budget": (i, { id }) => `arn:aws:budgets::${id}:budget/${i.name}`,
  "cloudwatch/eventRule": (i, { region, id }) => `arn:aws:events:${region}:${id}:rule/${i.name}`,
  "cloudwatch/logGroup": (i, { region, id }) => `arn:aws:logs:${region}:${id}:log-group:${i.name}`,
  "cloudwatch/metricAlarm": (i, { region, id }) =>
    `arn:aws:cloudwatch:${region}:${id}:alarm:${i.name}`,
  "costexplorer/anomalyMonitor": (_, { id }, seed) =>
    `arn:aws:ce::${id}:anomalymonitor/${uuidOf(seed)}`,
  "costexplorer/anomalySubscription": (_, { id }, seed) =>
    `arn:aws:ce::${id}:anomalysubscription/${uuidOf(seed)}`,
  "eks/accessEntry": (i, { region, id }, seed) =>
    `arn:aws:eks:${region}:${id}:access-entry/${i.clusterName}/${uuidOf(seed)}`,
  "eks/addon": (i, { region, id }, seed) =>
    `arn:aws:eks:${region}:${id}:addon/${i.clusterName}/${i.addonName}/${uuidOf(seed)}`,
  "eks/nodeGroup": (i, { region, id }, seed) =>
    `arn:aws:eks:${region}:${id}:nodegroup/${i.clusterName}/${i.nodeGroupName}/${uuidOf(seed)}`,
  "iam/instanceProfile": (i, { id }) =>
    `arn:aws:iam::${id}:instance-profile${i.path ?? "/"}${i.name}`,
  "iam/policy": (i, { id }) => `arn:aws:iam::${id}:policy${i.path ?? "/"}${i.name}`,
  "iam/role": (i, { id }) => `arn:aws:iam::${id}:role${i.path ?? "/"}${i.name}`,
  "kms/alias": (i, { region, id }) => `arn:aws:kms:${region}:${id}:${i.name}`,
  "kms/key": (_, { region, id }, seed) => `arn:aws:kms:${region}:${id}:key/${uuidOf(seed)}`,
  "s3/bucket": (i) => `arn:aws:s3:::${i.bucket}`,
  "sns/topic": (i, { region, id }) => `arn:aws:sns:${region}:${id}:${i.name}`,
  "sqs/queue": (i, { region, id }) => `arn:aws:sqs:${region}:${id}:${i.name}`,
};

export function arnOf(
  type: string,
  inputs: Bag,
  id: string,
  account: Account,
  seed: string,
): string {
  const { service, kind } = partsOf(type);
  const known = ARN[`${service}/${kind}`];
  if (known) return known(inputs, account, seed);
  return `arn:aws:${service === "vpc" ? "ec2" : service}:${account.region}:${account.id}:${kebab(kind)}/${id}`;
}
