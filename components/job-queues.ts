import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { parseSpec } from "../core/spec/parse.ts";
import { JobQueuesArgs } from "./job-queues-args.ts";
import { type QueueObject, queueObjects } from "./queue-objects.ts";

/**
 * Who may use how many GPUs: Kueue's flavors, cohort, queues and priorities. Needs Kueue 0.19 in the cluster and the teams'
 * namespaces (`dependsOn`). Where the cost gate is asked, its AdmissionCheck comes with the chart `tunekit`; until it is
 * there and active, nothing starts in those pools.
 *
 * Teams' GPUs are promised by pool, everything else is shared:
 * `new JobQueues("queues", { pools, teams: [{ name: "research", guaranteed: { "gpu-24gb-spot": 2 } }] }, { provider })`
 * @throws SpecError for arguments that contradict each other
 */
export class JobQueues extends pulumi.ComponentResource {
  /** Queue for the label `kueue.x-k8s.io/queue-name`, by team. */
  readonly queues: pulumi.Output<Record<string, string>>;
  /** Names of the flavors, the cheapest first. */
  readonly flavors: pulumi.Output<string[]>;

  constructor(name: string, args: JobQueuesArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("tunekit:index:JobQueues", name, {}, options);
    const settings = parseSpec(JobQueuesArgs, args);
    // a queue names its flavors and its cohort; made in this order, removed in the opposite one
    const made = new Map<QueueObject["kind"], k8s.apiextensions.CustomResource[]>();
    for (const object of queueObjects(settings)) {
      const { kind, metadata } = object;
      const part = [kind.toLowerCase(), metadata.namespace ?? metadata.name].join("-");
      const before = [...made].filter(([other]) => other !== kind).flatMap(([, each]) => each);
      const resource = new k8s.apiextensions.CustomResource(`${name}-${part}`, object, {
        parent: this,
        dependsOn: before,
      });
      made.set(kind, [...(made.get(kind) ?? []), resource]);
    }
    const queueOf = made.get("LocalQueue") ?? [];
    this.queues = pulumi
      .all(queueOf.map(({ metadata }) => metadata.name))
      .apply((names) =>
        Object.fromEntries(settings.teams.map((team, at) => [team.name, names[at] as string])),
      );
    this.flavors = pulumi
      .all((made.get("ResourceFlavor") ?? []).map(({ metadata }) => metadata.name))
      .apply((names) => names as string[]);
    this.registerOutputs({ queues: this.queues, flavors: this.flavors });
  }
}
