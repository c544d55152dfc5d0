/**
 * What Karpenter's controller may do, after the policies that Karpenter 1.14 documents
 * (aws/karpenter-provider-aws, getting-started cloudformation.yaml): everything that it makes bears the cluster's tag, and
 * it touches nothing without it.
 */
export interface KarpenterScope {
  region: string;
  accountId: string;
  clusterName: string;
  nodeRoleArn: string;
  queueArn: string;
}

export type PolicyDocument = { Version: "2012-10-17"; Statement: object[] };

export function karpenterControllerPolicy(scope: KarpenterScope): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      ...instanceStatements(scope),
      ...profileStatements(scope),
      ...readStatements(scope),
    ],
  };
}

const allow = (
  Sid: string,
  Action: string | string[],
  Resource: string | string[],
  Condition?: object,
) => ({ Sid, Effect: "Allow", Action, Resource, ...(Condition ? { Condition } : {}) });

function instanceStatements({ region, clusterName }: KarpenterScope): object[] {
  const owned = `kubernetes.io/cluster/${clusterName}`;
  const ec2 = (kind: string, account = "*") => `arn:aws:ec2:${region}:${account}:${kind}/*`;
  const made = [
    "fleet",
    "instance",
    "volume",
    "network-interface",
    "launch-template",
    "spot-instances-request",
  ].map((kind) => ec2(kind));
  const isOwned = {
    StringEquals: { [`aws:ResourceTag/${owned}`]: "owned" },
    StringLike: { "aws:ResourceTag/karpenter.sh/nodepool": "*" },
  };
  const tagsItsOwn = {
    [`aws:RequestTag/${owned}`]: "owned",
    "aws:RequestTag/eks:eks-cluster-name": clusterName,
  };
  const inPool = { "aws:RequestTag/karpenter.sh/nodepool": "*" };
  const run = ["ec2:RunInstances", "ec2:CreateFleet"];
  return [
    allow("UseWhatIsThere", run, [
      ec2("image", ""),
      ec2("snapshot", ""),
      ec2("security-group"),
      ec2("subnet"),
      ec2("capacity-reservation"),
      ec2("placement-group"),
    ]),
    allow("UseOwnTemplates", run, ec2("launch-template"), isOwned),
    allow("StartTagged", [...run, "ec2:CreateLaunchTemplate"], made, {
      StringEquals: tagsItsOwn,
      StringLike: inPool,
    }),
    allow("TagWhatItStarts", "ec2:CreateTags", made, {
      StringEquals: {
        ...tagsItsOwn,
        "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"],
      },
      StringLike: inPool,
    }),
    allow("NameOwnInstances", "ec2:CreateTags", ec2("instance"), {
      ...isOwned,
      StringEqualsIfExists: { "aws:RequestTag/eks:eks-cluster-name": clusterName },
      "ForAllValues:StringEquals": {
        "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"],
      },
    }),
    allow(
      "EndOwnInstances",
      ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
      [ec2("instance"), ec2("launch-template")],
      isOwned,
    ),
  ];
}

function profileStatements({ region, accountId, clusterName, nodeRoleArn }: KarpenterScope) {
  const owned = `kubernetes.io/cluster/${clusterName}`;
  const profiles = `arn:aws:iam::${accountId}:instance-profile/*`;
  const tagged = (kind: "ResourceTag" | "RequestTag") => ({
    [`aws:${kind}/${owned}`]: "owned",
    [`aws:${kind}/topology.kubernetes.io/region`]: region,
  });
  const named = (kind: "ResourceTag" | "RequestTag") => ({
    [`aws:${kind}/karpenter.k8s.aws/ec2nodeclass`]: "*",
  });
  const ofCluster = { "aws:RequestTag/eks:eks-cluster-name": clusterName };
  return [
    allow("PassNodeRole", "iam:PassRole", nodeRoleArn, {
      StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" },
    }),
    allow("MakeProfiles", "iam:CreateInstanceProfile", profiles, {
      StringEquals: { ...tagged("RequestTag"), ...ofCluster },
      StringLike: named("RequestTag"),
    }),
    allow("TagProfiles", "iam:TagInstanceProfile", profiles, {
      StringEquals: { ...tagged("ResourceTag"), ...tagged("RequestTag"), ...ofCluster },
      StringLike: { ...named("ResourceTag"), ...named("RequestTag") },
    }),
    allow(
      "UseOwnProfiles",
      [
        "iam:AddRoleToInstanceProfile",
        "iam:RemoveRoleFromInstanceProfile",
        "iam:DeleteInstanceProfile",
      ],
      profiles,
      { StringEquals: tagged("ResourceTag"), StringLike: named("ResourceTag") },
    ),
    allow("ReadProfiles", "iam:GetInstanceProfile", profiles),
    allow("ListProfiles", "iam:ListInstanceProfiles", "*"),
  ];
}

const readStatements = ({ region, accountId, clusterName, queueArn }: KarpenterScope) => [
  allow(
    "ReadInterruptions",
    ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
    queueArn,
  ),
  allow(
    "ReadCluster",
    "eks:DescribeCluster",
    `arn:aws:eks:${region}:${accountId}:cluster/${clusterName}`,
  ),
  allow(
    "ReadRegion",
    [
      "ec2:DescribeCapacityReservations",
      "ec2:DescribeImages",
      "ec2:DescribeInstances",
      "ec2:DescribeInstanceStatus",
      "ec2:DescribeInstanceTypeOfferings",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeLaunchTemplates",
      "ec2:DescribePlacementGroups",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSpotPriceHistory",
      "ec2:DescribeSubnets",
    ],
    "*",
    { StringEquals: { "aws:RequestedRegion": region } },
  ),
  allow("ReadImages", "ssm:GetParameter", `arn:aws:ssm:${region}::parameter/aws/service/*`),
  allow("ReadPrices", "pricing:GetProducts", "*"),
];

/** EventBridge puts interruptions into the queue; nobody talks to it without TLS. */
export const interruptionQueuePolicy = (queueArn: string): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "EventsIn",
      Effect: "Allow",
      Principal: { Service: ["events.amazonaws.com", "sqs.amazonaws.com"] },
      Action: "sqs:SendMessage",
      Resource: queueArn,
    },
    {
      Sid: "OnlyTls",
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:*",
      Resource: queueArn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ],
});

/** What makes a node go: each becomes a rule. */
export const INTERRUPTIONS = {
  "scheduled-change": { source: ["aws.health"], "detail-type": ["AWS Health Event"] },
  "spot-interruption": {
    source: ["aws.ec2"],
    "detail-type": ["EC2 Spot Instance Interruption Warning"],
  },
  rebalance: { source: ["aws.ec2"], "detail-type": ["EC2 Instance Rebalance Recommendation"] },
  "state-change": {
    source: ["aws.ec2"],
    "detail-type": ["EC2 Instance State-change Notification"],
  },
  "capacity-reservation": {
    source: ["aws.ec2"],
    "detail-type": ["EC2 Capacity Reservation Instance Interruption Warning"],
  },
} as const;
