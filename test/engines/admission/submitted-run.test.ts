import { afterAll, beforeAll, expect, it } from "vitest";
import { JobQueuesArgs } from "../../../components/job-queues-args.ts";
import { CPU_FLAVOR, queueObjects } from "../../../components/queue-objects.ts";
import {
  poolName,
  poolNodeLabels,
  tierTaints,
  tierTolerations,
} from "../../../core/catalog/tiers.ts";
import { KUEUE, LOCAL_QUEUE } from "../../../core/labels.ts";
import { parseSpec } from "../../../core/spec/parse.ts";
import { type Condition, createObject, isTrue, type KubernetesObject } from "../cluster/objects.ts";
import { newNode } from "../cluster/test-node.ts";
import { waitFor } from "../cluster/wait-for.ts";
import { createRefusal, type PolicyCluster, startPolicyCluster } from "./policy-cluster.ts";
import { cpuJob, gpuJob, NAMESPACE, pod, podSpec } from "./workload-manifests.ts";

const TIER = "gpu-24gb";
const POOL = { tier: TIER, capacity: "spot", maxGpus: 2 } as const;
let cluster: PolicyCluster;

type Seen = KubernetesObject & {
  spec: { template: { spec: { tolerations?: object[]; nodeSelector?: object } } };
  status?: { conditions?: Condition[] };
};
interface Workloads {
  items: (KubernetesObject & {
    status?: { admission?: { podSetAssignments: { flavors: Record<string, string> }[] } };
  })[];
}
/** Flavors that Kueue chose for a Job. */
async function flavorsOf(job: string): Promise<string[]> {
  const path = `/apis/kueue.x-k8s.io/v1beta2/namespaces/${NAMESPACE}/workloads`;
  const { items } = await cluster.admin<Workloads>("GET", path);
  const workload = items.find(({ metadata }) => metadata.ownerReferences?.[0]?.name === job);
  return Object.values(workload?.status?.admission?.podSetAssignments[0]?.flavors ?? {});
}
const completed = (job: string): Promise<Seen> =>
  waitFor(`${job} to complete`, async () => {
    const path = `/apis/batch/v1/namespaces/${NAMESPACE}/jobs/${job}`;
    const seen = await cluster.admin<Seen>("GET", path);
    return isTrue(seen, "Complete") && seen;
  });

beforeAll(async () => {
  cluster = await startPolicyCluster();
  const settings = parseSpec(JobQueuesArgs, {
    // the gate has no controller here
    pools: [{ ...POOL, costGate: false }],
    teams: [{ name: "research" }],
  });
  for (const object of queueObjects(settings)) await createObject(cluster.admin, object);
  await waitFor("the rules to act", () =>
    createRefusal(cluster.admin, pod(podSpec(0, { nodeName: "x" }))),
  );
});
afterAll(() => cluster?.stop());

it("runs to its end under every rule: suspended, given quota, started on the pool's nodes, completed", async () => {
  await newNode(cluster.admin, {
    labels: poolNodeLabels(TIER, POOL.capacity),
    taints: tierTaints(TIER),
  });
  await createObject(cluster.as("ada", "tunekit:research"), gpuJob("trained"));
  const { spec } = await completed("trained");
  expect(new Set(await flavorsOf("trained"))).toEqual(new Set([poolName(TIER, POOL.capacity)]));
  expect(spec.template.spec.nodeSelector).toEqual(poolNodeLabels(TIER, POOL.capacity));
  expect(spec.template.spec.tolerations).toEqual(expect.arrayContaining(tierTolerations(TIER)));
});

it("without a GPU stays off the GPU nodes", async () => {
  await newNode(cluster.admin);
  const job = cpuJob();
  const labels = { [KUEUE.queueName]: LOCAL_QUEUE };
  await createObject(cluster.as("ada", "tunekit:research"), {
    ...job,
    metadata: { ...job.metadata, labels },
  });
  const { spec } = await completed(job.metadata.name);
  expect(new Set(await flavorsOf(job.metadata.name))).toEqual(new Set([CPU_FLAVOR]));
  expect(spec.template.spec.tolerations ?? []).toEqual([]);
});
