import {
  ANNOTATIONS,
  GPU_RESOURCE,
  KUEUE,
  POOL_ANNOTATIONS,
  RUN_LABELS,
} from "../../core/labels.ts";
import { UNKNOWN } from "../../policies/pack/rules/rule.ts";

/** What each rule of the policy pack says of resources: fine, refused, or not known yet in a preview. */
export interface PolicyCase {
  rule: string;
  kind: "compliant" | "violating" | "unknown";
  what: string;
  /** The first is the one that is judged; a stack rule judges all. */
  resources: readonly CaseResource[];
  /** Each problem, or a part of it, in order. */
  problems: readonly string[];
}

export interface CaseResource {
  type: string;
  name: string;
  props: Record<string, unknown>;
  /** Names of the resources that a property's value comes from. */
  sources?: Record<string, readonly string[]>;
}

export const CASE_SETTINGS = { ceilingUsdPerMonth: 20_000, region: "us-east-1" };

const TAGS = {
  "app.kubernetes.io/part-of": "tunekit",
  [POOL_ANNOTATIONS.owner]: "ml",
  [RUN_LABELS.costCenter]: "lab",
};

const nodePool = (
  instanceTypes: unknown,
  gpus: unknown,
  more: { annotations?: unknown; replicas?: unknown } = {},
): CaseResource => ({
  type: "kubernetes:karpenter.sh/v1:NodePool",
  name: "pool",
  props: {
    metadata: {
      name: "pool",
      ...(more.annotations === undefined ? {} : { annotations: more.annotations }),
    },
    spec: {
      ...(more.replicas === undefined ? {} : { replicas: more.replicas }),
      ...(gpus === undefined ? {} : { limits: { [GPU_RESOURCE]: gpus } }),
      template: {
        spec: {
          requirements: [
            { key: "karpenter.sh/capacity-type", operator: "In", values: ["spot"] },
            { key: "node.kubernetes.io/instance-type", operator: "In", values: instanceTypes },
          ],
        },
      },
    },
  },
});

const nodeGroup = (scalingConfig: unknown, more: Record<string, unknown> = {}): CaseResource => ({
  type: "aws:eks/nodeGroup:NodeGroup",
  name: "group",
  props: { instanceTypes: ["g5.2xlarge"], scalingConfig, ...more },
});

const sizes = (minSize: unknown, desiredSize: unknown, maxSize: unknown) => ({
  minSize,
  desiredSize,
  maxSize,
});

const CPU_GROUP = nodeGroup(sizes(2, 2, 4), { instanceTypes: ["m7i.large"] });

const gpuPod = (amount: unknown) => ({
  containers: [
    { name: "trainer", image: UNKNOWN, resources: { limits: { [GPU_RESOURCE]: amount } } },
  ],
});

const job = (labels: unknown, annotations: unknown, podSpec: unknown): CaseResource => ({
  type: "kubernetes:batch/v1:Job",
  name: "job",
  props: { metadata: { labels, annotations }, spec: { template: { spec: podSpec } } },
});
const QUEUED = { [KUEUE.queueName]: "runs" };
const DESCRIBED = { [ANNOTATIONS.job]: "{}" };

const bucket = (sources: CaseResource["sources"]): CaseResource[] => [
  { type: "aws:s3/bucket:Bucket", name: "bucket", props: {} },
  {
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    name: "block",
    props: { bucket: UNKNOWN },
    ...(sources ? { sources } : {}),
  },
  {
    type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    name: "encryption",
    props: { bucket: UNKNOWN },
    ...(sources ? { sources } : {}),
  },
];

const accessBlock = (restrictPublicBuckets: unknown): CaseResource => ({
  type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  name: "block",
  props: {
    bucket: UNKNOWN,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets,
  },
});

const encryption = (sseAlgorithm: unknown): CaseResource => ({
  type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  name: "encryption",
  props: {
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm, kmsMasterKeyId: UNKNOWN } }],
  },
});

const cluster = (version: unknown, supportType: unknown): CaseResource => ({
  type: "aws:eks/cluster:Cluster",
  name: "cluster",
  props: { version, upgradePolicy: { supportType }, roleArn: UNKNOWN, tags: TAGS },
});

const tagged = (tags: unknown): CaseResource => ({
  type: "aws:kms/key:Key",
  name: "key",
  props: { ...(tags === undefined ? {} : { tags }) },
});

const bought = (type: string): CaseResource => ({ type, name: "bought", props: {} });

/** `[kind, what, resources, problems]` by rule. */
const CASES: Record<
  string,
  readonly (readonly [PolicyCase["kind"], string, readonly CaseResource[], readonly string[]])[]
> = {
  "gpu-pool-below-ceiling": [
    ["compliant", "a pool within the ceiling", [nodePool(["g5.2xlarge", "g6.2xlarge"], "4")], []],
    ["compliant", "a node group of CPUs", [CPU_GROUP], []],
    ["compliant", "a pool that may hold no GPU", [nodePool(["m7i.large"], "0")], []],
    [
      "compliant",
      "a capacity block, which was paid for when it was bought",
      [nodeGroup(sizes(0, 0, 9), { instanceTypes: undefined, capacityType: "CAPACITY_BLOCK" })],
      [],
    ],
    // 2 x 730 h x 21.957642 USD
    [
      "violating",
      "two nodes of eight A100",
      [nodePool(["p4d.24xlarge"], "16")],
      ["the pool costs 32,058.16 USD a month at the limit, above the ceiling of 20,000.00 USD"],
    ],
    // 23 x 730 h x 1.212 USD
    [
      "violating",
      "a node group of many small cards",
      [nodeGroup(sizes(0, 0, 23))],
      ["the pool costs 20,349.48 USD a month"],
    ],
    [
      "violating",
      "a pool without a limit",
      [nodePool(["g5.2xlarge"], undefined)],
      ["the pool has no limit on GPUs"],
    ],
    [
      "violating",
      "a machine without a price",
      [nodePool(["p9.huge"], "1")],
      ['PriceUnknown: price book "builtin" has no price for p9.huge on-demand in us-east-1'],
    ],
    [
      "unknown",
      "a limit that is not known",
      [nodePool(["g5.2xlarge"], UNKNOWN)],
      ["cannot tell yet: the limit of the pool is not known in a preview"],
    ],
    [
      "unknown",
      "a size that is not known",
      [nodeGroup(sizes(0, 0, UNKNOWN))],
      ["cannot tell yet: the limit of the pool"],
    ],
    [
      "unknown",
      "a machine that is not known",
      [nodePool([UNKNOWN], "4")],
      ["cannot tell yet: the machine of the pool"],
    ],
  ],
  "gpu-pools-below-ceiling": [
    [
      "compliant",
      "pools within the ceiling together",
      [nodePool(["g5.2xlarge"], "4"), nodeGroup(sizes(0, 0, 4))],
      [],
    ],
    [
      "violating",
      "pools that are each below it and together above",
      [nodePool(["p4d.24xlarge"], "8"), nodePool(["g6e.12xlarge"], "4")],
      ["all GPU pools cost 23,688.71 USD a month at the limit, above the ceiling of 20,000.00 USD"],
    ],
    [
      "unknown",
      "one of two that cannot be told",
      [nodePool(["g5.2xlarge"], "4"), nodePool(["g5.2xlarge"], UNKNOWN)],
      ["cannot tell yet: 1 of 2 GPU pools have no known ceiling"],
    ],
  ],
  "gpu-pool-from-zero": [
    ["compliant", "a group from zero", [nodeGroup(sizes(0, 0, 4))], []],
    ["compliant", "a Karpenter pool", [nodePool(["g5.2xlarge"], "4")], []],
    ["compliant", "system nodes that always run", [CPU_GROUP], []],
    [
      "violating",
      "a group that keeps one",
      [nodeGroup(sizes(1, 1, 4))],
      ["the pool keeps 1 GPU nodes running with nothing to do"],
    ],
    [
      "violating",
      "a group of an unnamed machine with a GPU image",
      [nodeGroup(sizes(0, 2, 4), { instanceTypes: undefined, amiType: "AL2023_x86_64_NVIDIA" })],
      ["the pool keeps 2 GPU nodes"],
    ],
    [
      "violating",
      "a static Karpenter pool",
      [nodePool(["g5.2xlarge"], "4", { replicas: 3 })],
      ["the pool keeps 3 GPU nodes"],
    ],
    [
      "unknown",
      "a size that is not known",
      [nodeGroup(sizes(UNKNOWN, 0, 4))],
      ["cannot tell yet: the smallest size of the pool"],
    ],
  ],
  "whole-node-needs-reason": [
    [
      "compliant",
      "A100s with owner and reason",
      [
        nodePool(["p4d.24xlarge"], "8", {
          annotations: { [POOL_ANNOTATIONS.owner]: "ml", [POOL_ANNOTATIONS.reason]: "13B" },
        }),
      ],
      [],
    ],
    ["compliant", "a small machine without", [nodePool(["g5.2xlarge"], "4")], []],
    [
      "violating",
      "A100s without a word",
      [nodePool(["p4d.24xlarge"], "8")],
      ["the pool names no owner", "the pool names no reason"],
    ],
    [
      "violating",
      "a node group with tags but no reason",
      [
        nodeGroup(sizes(0, 0, 1), {
          instanceTypes: ["p4de.24xlarge"],
          tags: { [POOL_ANNOTATIONS.owner]: "ml" },
        }),
      ],
      ["the pool names no reason"],
    ],
    [
      "violating",
      "a pool that may take any machine",
      [nodePool(undefined, "8")],
      ["the pool names no owner", "the pool names no reason"],
    ],
    [
      "unknown",
      "words that are not known",
      [nodePool(["p4d.24xlarge"], "8", { annotations: UNKNOWN })],
      ["cannot tell yet: the owner of the pool", "cannot tell yet: the reason of the pool"],
    ],
    [
      "unknown",
      "machines that are not known",
      [nodePool(UNKNOWN, "8")],
      ["cannot tell yet: the machine of the pool"],
    ],
  ],
  "gpu-only-through-the-gate": [
    ["compliant", "a Job with queue and spec", [job(QUEUED, DESCRIBED, gpuPod("1"))], []],
    [
      "compliant",
      "a Job without a GPU",
      [job({}, {}, { containers: [{ name: "check", resources: { limits: { cpu: "1" } } }] })],
      [],
    ],
    [
      "violating",
      "a Job without queue and spec",
      [job(undefined, undefined, gpuPod(1))],
      [`the label ${KUEUE.queueName} is missing`, `the annotation ${ANNOTATIONS.job} is missing`],
    ],
    [
      "violating",
      "a Pod",
      [
        {
          type: "kubernetes:core/v1:Pod",
          name: "pod",
          props: { metadata: { labels: QUEUED, annotations: DESCRIBED }, spec: gpuPod("1") },
        },
      ],
      ["a Pod asks for a GPU; only a Job may"],
    ],
    [
      "violating",
      "a Deployment",
      [
        {
          type: "kubernetes:apps/v1:Deployment",
          name: "serve",
          props: { spec: { template: { spec: gpuPod("1") } } },
        },
      ],
      ["a Deployment asks for a GPU"],
    ],
    [
      "violating",
      "a slice of a card in an init container",
      [
        {
          type: "kubernetes:core/v1:Pod",
          name: "pod",
          props: {
            spec: {
              initContainers: [{ resources: { requests: { "nvidia.com/mig-1g.5gb": "1" } } }],
              containers: [],
            },
          },
        },
      ],
      ["a Pod asks for a GPU"],
    ],
    [
      "violating",
      "a GPU through a resource claim",
      [
        {
          type: "kubernetes:core/v1:Pod",
          name: "pod",
          props: { spec: { containers: [{ resources: { claims: [{ name: "gpu" }] } }] } },
        },
      ],
      ["a Pod asks for a GPU"],
    ],
    [
      "unknown",
      "a number of GPUs that is not known",
      [job(QUEUED, DESCRIBED, gpuPod(UNKNOWN))],
      ["cannot tell yet: whether a container asks for a GPU"],
    ],
    [
      "unknown",
      "a pod spec that is not known",
      [job(QUEUED, DESCRIBED, UNKNOWN)],
      ["cannot tell yet: whether a container asks for a GPU"],
    ],
    [
      "unknown",
      "labels that are not known",
      [job(UNKNOWN, DESCRIBED, gpuPod("1"))],
      [`cannot tell yet: the label ${KUEUE.queueName}`],
    ],
  ],
  "no-capacity-purchase": [
    ["compliant", "a node group", [nodeGroup(sizes(0, 0, 1))], []],
    [
      "violating",
      "a capacity block",
      [bought("aws:ec2/capacityBlockReservation:CapacityBlockReservation")],
      ["this buys a capacity block, and nothing can give it back"],
    ],
    [
      "violating",
      "a reservation",
      [bought("aws:ec2/capacityReservation:CapacityReservation")],
      ["this starts a reservation"],
    ],
    [
      "unknown",
      "a capacity block of which nothing is known",
      [
        {
          ...bought("aws:ec2/capacityBlockReservation:CapacityBlockReservation"),
          props: { instanceType: UNKNOWN },
        },
      ],
      ["this buys a capacity block"],
    ],
  ],
  "cost-tags": [
    ["compliant", "all tags", [tagged(TAGS)], []],
    [
      "compliant",
      "something that has no tags",
      [{ type: "aws:iam/rolePolicy:RolePolicy", name: "policy", props: {} }],
      [],
    ],
    [
      "violating",
      "a key without tags",
      [tagged(undefined)],
      [
        `tags are missing: app.kubernetes.io/part-of, ${POOL_ANNOTATIONS.owner}, ${RUN_LABELS.costCenter}`,
      ],
    ],
    [
      "violating",
      "an empty owner",
      [tagged({ ...TAGS, [POOL_ANNOTATIONS.owner]: "" })],
      [`tags are missing: ${POOL_ANNOTATIONS.owner}`],
    ],
    [
      "violating",
      "machines of a Karpenter pool",
      [
        {
          type: "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass",
          name: "class",
          props: { spec: { tags: { "app.kubernetes.io/part-of": "tunekit" } } },
        },
      ],
      [`tags are missing: ${POOL_ANNOTATIONS.owner}, ${RUN_LABELS.costCenter}`],
    ],
    [
      "violating",
      "a template whose volumes have none",
      [
        {
          type: "aws:ec2/launchTemplate:LaunchTemplate",
          name: "template",
          props: { tags: TAGS, tagSpecifications: [{ resourceType: "instance", tags: TAGS }] },
        },
      ],
      [
        `tags are missing: app.kubernetes.io/part-of, ${POOL_ANNOTATIONS.owner}, ${RUN_LABELS.costCenter}`,
      ],
    ],
    ["unknown", "tags that are not known", [tagged(UNKNOWN)], ["cannot tell yet: its tags"]],
    [
      "unknown",
      "one tag that is not known",
      [tagged({ ...TAGS, [RUN_LABELS.costCenter]: UNKNOWN })],
      [`cannot tell yet: the tag ${RUN_LABELS.costCenter}`],
    ],
  ],
  "bucket-stays-closed": [
    ["compliant", "a block with all four flags", [accessBlock(true)], []],
    ["compliant", "a key of one's own", [encryption("aws:kms")], []],
    [
      "violating",
      "a block with a gap",
      [accessBlock(false)],
      ["restrictPublicBuckets is not true"],
    ],
    [
      "violating",
      "S3's own key",
      [encryption("AES256")],
      ["the bucket is not encrypted with a key of yours"],
    ],
    [
      "violating",
      "a public list",
      [{ type: "aws:s3/bucketAcl:BucketAcl", name: "acl", props: { acl: "public-read" } }],
      ["the access list public-read opens the bucket"],
    ],
    [
      "unknown",
      "a flag that is not known",
      [accessBlock(UNKNOWN)],
      ["cannot tell yet: restrictPublicBuckets"],
    ],
    [
      "unknown",
      "an algorithm that is not known",
      [encryption(UNKNOWN)],
      ["cannot tell yet: how the bucket is encrypted"],
    ],
  ],
  "buckets-are-closed": [
    ["compliant", "a bucket with both companions", bucket({ bucket: ["bucket"] }), []],
    [
      "violating",
      "a bucket alone",
      bucket({}).slice(0, 1),
      ["the bucket bucket has no public-access block", "the bucket bucket has no encryption"],
    ],
    [
      "violating",
      "companions of another bucket",
      [
        ...bucket({ bucket: ["other"] }),
        { type: "aws:s3/bucket:Bucket", name: "other", props: {} },
      ],
      ["the bucket bucket has no public-access block", "the bucket bucket has no encryption"],
    ],
    [
      "unknown",
      "companions of a bucket that is not known",
      bucket(undefined),
      [
        "cannot tell yet: whether the bucket bucket has its public-access block",
        "cannot tell yet: whether the bucket bucket has its encryption",
      ],
    ],
  ],
  "kubernetes-in-standard-support": [
    ["compliant", "a version in support", [cluster("1.36", "STANDARD")], []],
    [
      "violating",
      "an old version",
      [cluster("1.33", "STANDARD")],
      ["standard support of Kubernetes 1.33 ended 2026-07-29"],
    ],
    [
      "violating",
      "a version that nobody has tried",
      [cluster("1.99", "STANDARD")],
      ["nobody has tried this kit with Kubernetes 1.99"],
    ],
    ["violating", "no version", [cluster(undefined, "STANDARD")], ["the cluster names no version"]],
    [
      "violating",
      "extended support",
      [cluster("1.36", undefined)],
      ["the cluster slips into extended support"],
    ],
    [
      "unknown",
      "a version that is not known",
      [cluster(UNKNOWN, UNKNOWN)],
      ["cannot tell yet: the version of Kubernetes", "cannot tell yet: the support type"],
    ],
  ],
};

export const POLICY_CASES: readonly PolicyCase[] = Object.entries(CASES).flatMap(([rule, cases]) =>
  cases.map(([kind, what, resources, problems]) => ({ rule, kind, what, resources, problems })),
);
