import { beforeAll, describe, expect, it } from "vitest";
import { Karpenter } from "../../components/karpenter.ts";
import type { KarpenterArgs } from "../../components/karpenter-args.ts";
import { karpenterControllerPolicy } from "../../components/karpenter-policies.ts";
import { awsOutputs, ofType, only, recordOptions } from "../support/aws-outputs.ts";
import { type Registered, registered } from "../support/pulumi-mocks.ts";

const ARGS: KarpenterArgs = {
  cluster: { name: "ai", endpoint: "https://ai.example" },
  region: "eu-central-1",
  accountId: "123456789012",
};
const RELEASE = "kubernetes:helm.sh/v3:Release";
let resources: Registered[] = [];
let options = new Map<string, { dependsOn?: unknown }>();
beforeAll(async () => {
  resources = await registered(() => {
    options = recordOptions();
    new Karpenter("karpenter", ARGS);
  }, awsOutputs);
});

describe("Karpenter", () => {
  it("hears of every kind of interruption through an encrypted queue", () => {
    const queue = "arn:aws:test:eu-central-1:123456789012:karpenter-interruptions";
    expect(only(resources, "aws:sqs/queue:Queue")).toMatchObject({
      messageRetentionSeconds: 300,
      sqsManagedSseEnabled: true,
    });
    const rules = ofType(resources, "aws:cloudwatch/eventRule:EventRule").map(
      ({ inputs }) => JSON.parse(String(inputs.eventPattern))["detail-type"][0],
    );
    expect(rules.sort()).toEqual([
      "AWS Health Event",
      "EC2 Capacity Reservation Instance Interruption Warning",
      "EC2 Instance Rebalance Recommendation",
      "EC2 Instance State-change Notification",
      "EC2 Spot Instance Interruption Warning",
    ]);
    const targets = ofType(resources, "aws:cloudwatch/eventTarget:EventTarget");
    expect(targets.map(({ inputs }) => inputs.arn)).toEqual(Array(5).fill(queue));
    const [eventsIn, onlyTls] = JSON.parse(
      String(only(resources, "aws:sqs/queuePolicy:QueuePolicy").policy),
    ).Statement;
    expect(eventsIn).toMatchObject({ Effect: "Allow", Action: "sqs:SendMessage", Resource: queue });
    expect(onlyTls).toMatchObject({
      Effect: "Deny",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });

  it("has an identity for its pod and an entry for its nodes, both before the chart", () => {
    expect(only(resources, "aws:eks/podIdentityAssociation:PodIdentityAssociation")).toMatchObject({
      clusterName: "ai",
      namespace: "kube-system",
      serviceAccount: "karpenter",
      roleArn: "arn:aws:iam::123456789012:role/karpenter-controller",
    });
    expect(only(resources, "aws:eks/accessEntry:AccessEntry")).toMatchObject({
      principalArn: "arn:aws:iam::123456789012:role/karpenter-node",
      type: "EC2_LINUX",
    });
    // CRDs, identity, entry, and the two policies of the nodes
    expect(options.get(`${RELEASE} karpenter-chart`)?.dependsOn as unknown[]).toHaveLength(5);
  });

  it("is told its cluster and its queue, by the pinned chart", () => {
    expect(only(resources, RELEASE, "karpenter-chart")).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      namespace: "kube-system",
      values: {
        serviceAccount: { name: "karpenter" },
        settings: {
          clusterName: "ai",
          clusterEndpoint: "https://ai.example",
          interruptionQueue: "karpenter-interruptions",
          isolatedVPC: false,
          eksControlPlane: true,
        },
      },
    });
    expect(only(resources, RELEASE, "karpenter-crds").version).toBe(
      only(resources, RELEASE, "karpenter-chart").version,
    );
  });

  it("takes values over its own", async () => {
    const own = await registered(
      () =>
        new Karpenter("karpenter", {
          ...ARGS,
          isolated: true,
          values: { replicas: 1, settings: { batchIdleDuration: "2s" } },
        }),
      awsOutputs,
    );
    expect(only(own, RELEASE, "karpenter-chart").values).toMatchObject({
      replicas: 1,
      settings: { batchIdleDuration: "2s", clusterName: "ai", isolatedVPC: true },
    });
  });
});

describe("Karpenter's rights", () => {
  const { Statement } = karpenterControllerPolicy({
    region: "eu-central-1",
    accountId: "123456789012",
    clusterName: "ai",
    nodeRoleArn: "arn:aws:iam::123456789012:role/karpenter-node",
    queueArn: "arn:aws:sqs:eu-central-1:123456789012:karpenter-interruptions",
  });
  type Statement = {
    Sid: string;
    Action: string | string[];
    Resource: unknown;
    Condition?: object;
  };
  const statements = Statement as Statement[];
  const actionsOf = ({ Action }: Statement) => [Action].flat();

  it("reach no machine, template or profile without the cluster's tag", () => {
    const changes = statements.filter((each) =>
      actionsOf(each).some((action) =>
        /^(ec2:(Terminate|Delete|CreateTags|CreateLaunchTemplate)|iam:(Create|Tag|Add|Remove|Delete))/.test(
          action,
        ),
      ),
    );
    expect(changes.length).toBeGreaterThan(0);
    for (const { Sid, Condition } of changes) {
      expect([Sid, JSON.stringify(Condition)]).toEqual([
        Sid,
        expect.stringContaining("kubernetes.io/cluster/ai"),
      ]);
    }
  });

  it("hand on the role of the nodes alone, and only to EC2", () => {
    expect(statements.filter((each) => actionsOf(each).includes("iam:PassRole"))).toEqual([
      {
        Sid: "PassNodeRole",
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: "arn:aws:iam::123456789012:role/karpenter-node",
        Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
      },
    ]);
  });

  it("buy no capacity", () => {
    const bought = statements
      .flatMap(actionsOf)
      .filter((action) => /Purchase|CreateCapacityReservation|ModifyReserved|\*/.test(action));
    expect(bought).toEqual([]);
  });
});
