import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { parseSpec } from "../core/spec/parse.ts";
import { chartPins, mergeValues, pinnedRelease } from "./chart-pins.ts";
import { costTags } from "./cost-tags.ts";
import { KarpenterArgs } from "./karpenter-args.ts";
import {
  INTERRUPTIONS,
  interruptionQueuePolicy,
  karpenterControllerPolicy,
} from "./karpenter-policies.ts";
import { nodeRole } from "./node-role.ts";
import { podRole } from "./pod-identity.ts";

/** Service account of the controller, which the chart makes. */
const SERVICE_ACCOUNT = "karpenter";

/**
 * Karpenter: the controller that makes a GPU node when an admitted Job waits, and lets it go when it is empty. Its pools are
 * `GpuNodePool`s. An interruption of spot or reserved capacity reaches it through a queue, two minutes before the machine
 * goes.
 *
 * **Cost** while idle: next to nothing beside its two pods on the system nodes; the queue is paid by the request.
 * @throws SpecError on arguments that cannot be used, with the path of each.
 */
export class Karpenter extends pulumi.ComponentResource {
  /** Name of the role that nodes take: for `GpuNodePool.nodeRole`. */
  readonly nodeRoleName: pulumi.Output<string>;
  readonly controllerRoleArn: pulumi.Output<string>;
  readonly queueName: pulumi.Output<string>;

  constructor(name: string, args: KarpenterArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = parseSpec(KarpenterArgs, args);
    super("tunekit:index:Karpenter", name, {}, opts);
    const own = { parent: this };
    const tagsOf = (part: string) => costTags(`${name}-${part}`, settings.tags);
    const { cluster, region, accountId } = settings;
    const clusterName = pulumi.output(cluster.name);

    const node = nodeRole(`${name}-node`, tagsOf("node"), own);
    const entry = new aws.eks.AccessEntry(
      `${name}-node`,
      { clusterName, principalArn: node.role.arn, type: "EC2_LINUX", tags: tagsOf("node") },
      own,
    );
    const queue = createQueue(name, tagsOf, this);
    const policy = pulumi
      .all([clusterName, node.role.arn, queue.arn])
      .apply(([clusterName, nodeRoleArn, queueArn]) =>
        JSON.stringify(
          karpenterControllerPolicy({ region, accountId, clusterName, nodeRoleArn, queueArn }),
        ),
      );
    const controller = podRole(`${name}-controller`, { policy, tags: tagsOf("controller") }, own);
    const identity = new aws.eks.PodIdentityAssociation(
      `${name}-controller`,
      {
        clusterName,
        namespace: chartPins().karpenter.namespace,
        serviceAccount: SERVICE_ACCOUNT,
        roleArn: controller.arn,
        tags: tagsOf("controller"),
      },
      own,
    );
    const inCluster = { ...own, ...(cluster.provider ? { provider: cluster.provider } : {}) };
    const { mirror } = settings;
    const crds = pinnedRelease(`${name}-crds`, "karpenter-crd", { mirror }, inCluster);
    pinnedRelease(
      `${name}-chart`,
      "karpenter",
      {
        mirror,
        values: mergeValues(
          {
            serviceAccount: { name: SERVICE_ACCOUNT },
            settings: {
              clusterName,
              clusterEndpoint: cluster.endpoint,
              interruptionQueue: queue.name,
              isolatedVPC: settings.isolated,
            },
          },
          settings.values,
        ),
      },
      // Without rights the controller would start nothing, and without the entry its nodes could not join.
      { ...inCluster, dependsOn: [crds, identity, entry, ...node.policies] },
    );

    this.nodeRoleName = node.role.name;
    this.controllerRoleArn = controller.arn;
    this.queueName = queue.name;
    this.registerOutputs({
      nodeRoleName: this.nodeRoleName,
      controllerRoleArn: this.controllerRoleArn,
      queueName: this.queueName,
    });
  }
}

/** The queue of interruptions, and a rule for each kind. */
function createQueue(
  name: string,
  tagsOf: (part: string) => Record<string, string>,
  parent: Karpenter,
): aws.sqs.Queue {
  const own = { parent };
  const queue = new aws.sqs.Queue(
    `${name}-interruptions`,
    // An interruption older than five minutes is over.
    { messageRetentionSeconds: 300, sqsManagedSseEnabled: true, tags: tagsOf("interruptions") },
    own,
  );
  new aws.sqs.QueuePolicy(
    `${name}-interruptions`,
    {
      queueUrl: queue.url,
      policy: queue.arn.apply((arn) => JSON.stringify(interruptionQueuePolicy(arn))),
    },
    own,
  );
  for (const [kind, pattern] of Object.entries(INTERRUPTIONS)) {
    const rule = new aws.cloudwatch.EventRule(
      `${name}-${kind}`,
      { eventPattern: JSON.stringify(pattern), tags: tagsOf(kind) },
      own,
    );
    new aws.cloudwatch.EventTarget(`${name}-${kind}`, { rule: rule.name, arn: queue.arn }, own);
  }
  return queue;
}
