import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GpuNodePoolArgs } from "../../../components/gpu-node-pool-args.ts";
import { karpenterNodePool } from "../../../components/karpenter-pool.ts";
import { type PoolPlan, planPool } from "../../../components/pool-plan.ts";
import {
  type GpuSlice,
  gpusPerNode,
  NODE_TIERS,
  type NodeTier,
  poolNodeLabels,
  tierTolerations,
} from "../../../core/catalog/tiers.ts";
import { GPU_RESOURCE, KARPENTER } from "../../../core/labels.ts";
import { parseSpec } from "../../../core/spec/parse.ts";
import { KWOK_NODE_CLASS } from "../cluster/karpenter.ts";
import { karpenterCatalogue } from "../cluster/karpenter-catalogue.ts";
import { createObject, isTrue, type KubernetesObject } from "../cluster/objects.ts";
import { clientOf, uniqueName } from "../cluster/test-cluster.ts";
import { ENDLESS, type Job, testJob } from "../cluster/test-job.ts";
import { waitFor } from "../cluster/wait-for.ts";

const admin = clientOf();
const namespace = uniqueName("pools");
const EMPTY_AFTER_S = 1;
/** How often Karpenter looks for nodes that may go. */
const KARPENTER_ROUND_MS = 10_000;
const PATIENCE = { timeoutMs: 50_000 };
const JOBS = `/apis/batch/v1/namespaces/${namespace}/jobs`;
const INSTANCE_TYPE = "node.kubernetes.io/instance-type";

interface Case {
  tier: NodeTier;
  capacity: "on-demand" | "spot";
  /** Two nodes, or one where a node is eight GPUs. */
  maxGpus: number;
}

const CASES: Case[] = [
  ...NODE_TIERS.map((tier) => ({
    tier,
    capacity: "on-demand" as const,
    maxGpus: Math.max(2, gpusPerNode(tier)),
  })),
  { tier: "gpu-48gb", capacity: "spot", maxGpus: 2 },
];

const planOf = ({ tier, capacity, maxGpus }: Case): PoolPlan =>
  planPool(
    parseSpec(GpuNodePoolArgs, {
      tier,
      provisioner: "karpenter",
      capacity: { kind: capacity },
      cluster: {
        name: "test",
        privateSubnets: { "us-east-1a": "subnet-1" },
        securityGroupId: "sg-1",
      },
      nodeRole: "nodes",
      amiId: "ami-0123456789abcdef0", // one tier needs a newer driver than the EKS image has
      maxGpus,
      owner: "ann",
      reason: "test",
    }),
  );

/** A run of this tier as the queue lets it go: one GPU with all that comes with it, on the flavor's nodes. */
function runOf(
  { tier, capacity }: Case,
  slice: GpuSlice,
  name: string,
  sim: Record<string, string>,
): Job {
  return testJob({
    namespace,
    name,
    nodeSelector: { ...poolNodeLabels(tier, capacity) },
    tolerations: tierTolerations(tier),
    annotations: { ...sim, [KARPENTER.doNotDisrupt]: "true" },
    limits: {
      cpu: String(slice.cpu),
      memory: String(slice.memoryBytes),
      "ephemeral-storage": String(slice.ephemeralBytes),
      [GPU_RESOURCE]: "1",
    },
  });
}

const poolOf = ({ tier, capacity }: Case): string => `${tier}-${capacity}`;
const nodesNow = async (): Promise<KubernetesObject[]> =>
  (await admin<{ items: KubernetesObject[] }>("GET", "/api/v1/nodes")).items;
const nodesOf = async (pool: string): Promise<KubernetesObject[]> =>
  (await nodesNow()).filter(({ metadata }) => metadata.labels?.["karpenter.sh/nodepool"] === pool);
const jobNow = (name: string): Promise<Job> => admin<Job>("GET", `${JOBS}/${name}`);

/** Most nodes that each pool had at one time, seen by a look every 100 ms. */
const mostNodes = new Map<string, number>();
let watching = true;
async function watchNodes(): Promise<void> {
  await waitFor(
    "the end of the tests",
    async () => {
      const counts = Object.groupBy(
        await nodesNow(),
        ({ metadata }) => metadata.labels?.["karpenter.sh/nodepool"] ?? "",
      );
      for (const [pool, nodes] of Object.entries(counts))
        mostNodes.set(pool, Math.max(mostNodes.get(pool) ?? 0, nodes?.length ?? 0));
      return !watching;
    },
    { timeoutMs: 600_000, everyMs: 100 },
  );
}
let watch: Promise<void> | undefined;

/** Every pool at once, as in a cluster: one run that goes on until it is cancelled, and one more run than there are GPUs. */
beforeAll(async () => {
  await admin("POST", "/api/v1/namespaces", {
    body: { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  });
  const life = { emptyAfter: `${EMPTY_AFTER_S}s`, drainWithin: "24h", expireAfter: "168h" };
  for (const test of CASES) {
    expect(await nodesOf(poolOf(test))).toEqual([]);
    await createObject(admin, karpenterNodePool(planOf(test), KWOK_NODE_CLASS, life));
  }
  watch = watchNodes();
  for (const test of CASES) {
    const { slice } = planOf(test);
    if (!slice) throw new Error(`${poolOf(test)} has no slice`);
    await createObject(admin, runOf(test, slice, `${poolOf(test)}-long`, ENDLESS));
    const short = { "sim.tunekit.dev/duration": "2s" };
    for (let run = 1; run <= test.maxGpus; run++)
      await createObject(admin, runOf(test, slice, `${poolOf(test)}-${run}`, short));
  }
});

afterAll(async () => {
  watching = false;
  await watch;
  await admin("DELETE", `/api/v1/namespaces/${namespace}`);
  for (const test of CASES)
    await admin("DELETE", `/apis/karpenter.sh/v1/nodepools/${poolOf(test)}`);
});

describe.each(CASES)("the pool of $tier $capacity with $maxGpus GPUs", (test) => {
  const pool = poolOf(test);

  it("scales from zero for Jobs with a whole slice each, on the cheapest machine of the tier", async () => {
    await waitFor(
      "the long run to start",
      async () => (await jobNow(`${pool}-long`)).status?.ready === 1,
      PATIENCE,
    );
    const machines = planOf(test).machines.map(({ id }) => id);
    const [cheapest] = karpenterCatalogue()
      .filter(({ name }) => machines.includes(name))
      .flatMap(({ name, offerings }) =>
        offerings
          .filter(({ Requirements }) => Requirements[0]?.values[0] === test.capacity)
          .map(({ Price }) => ({ name, Price })),
      )
      .sort((a, b) => a.Price - b.Price);
    const types = (await nodesOf(pool)).map(({ metadata }) => metadata.labels?.[INSTANCE_TYPE]);
    expect(new Set(types)).toEqual(new Set([cheapest?.name]));
  });

  it("stops at its GPUs: one run more than fit waits for a free one, and gets it", async () => {
    const runs = Array.from({ length: test.maxGpus }, (_, index) => `${pool}-${index + 1}`);
    await waitFor(
      "every short run to be complete",
      async () => (await Promise.all(runs.map(jobNow))).every((job) => isTrue(job, "Complete")),
      PATIENCE,
    );
    expect(mostNodes.get(pool)).toBe(test.maxGpus / gpusPerNode(test.tier));
  });
});

it("lets empty nodes go and leaves the node of a running pod alone, in every tier", {
  timeout: 120_000,
}, async () => {
  const nodesLeft = async () =>
    (await Promise.all(CASES.map((test) => nodesOf(poolOf(test))))).map((nodes) =>
      nodes.map(({ metadata }) => metadata.name),
    );
  const kept = await waitFor(
    "one node to be left in each pool",
    async () => {
      const left = await nodesLeft();
      return left.every(({ length }) => length === 1) && left;
    },
    PATIENCE,
  );
  await sleep(KARPENTER_ROUND_MS + EMPTY_AFTER_S * 1000);
  expect(await nodesLeft()).toEqual(kept);
  for (const test of CASES) {
    const job = await jobNow(`${poolOf(test)}-long`);
    expect([poolOf(test), job.status?.ready, isTrue(job, "Failed")]).toEqual([
      poolOf(test),
      1,
      false,
    ]);
  }
});

it("goes back to zero once the last runs are gone, for every tier", {
  timeout: 120_000,
}, async () => {
  for (const test of CASES) {
    const query = { propagationPolicy: "Foreground" };
    await admin("DELETE", `${JOBS}/${poolOf(test)}-long`, { query });
  }
  const left = async () => (await Promise.all(CASES.map((test) => nodesOf(poolOf(test))))).flat();
  await waitFor("every pool to be empty", async () => (await left()).length === 0, PATIENCE);
  expect(await left()).toEqual([]);
});
