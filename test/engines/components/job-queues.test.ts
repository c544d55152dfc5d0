import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JobQueuesArgs } from "../../../components/job-queues-args.ts";
import { type QueueObject, queueObjects } from "../../../components/queue-objects.ts";
import { NODE_TIERS, poolName, poolNodeLabels, tierTaints } from "../../../core/catalog/tiers.ts";
import {
  COST_GATE_CHECK,
  COST_GATE_CONTROLLER,
  KUEUE,
  LOCAL_QUEUE,
  teamNamespace,
} from "../../../core/labels.ts";
import { parseSpec } from "../../../core/spec/parse.ts";
import {
  applyObject,
  type Condition,
  conditionOf,
  createObject,
  isTrue,
  type KubernetesObject,
  pathOf,
} from "../cluster/objects.ts";
import { APPLY } from "../cluster/raw-client.ts";
import { clientOf } from "../cluster/test-cluster.ts";
import { type Job, testJob } from "../cluster/test-job.ts";
import { newNode } from "../cluster/test-node.ts";
import { waitFor } from "../cluster/wait-for.ts";

const admin = clientOf();
const API = "kueue.x-k8s.io/v1beta2";

/** Every tier bought in every way, so that every shape of a queue object is among them. */
const SETTINGS = parseSpec(JobQueuesArgs, {
  pools: [
    ...NODE_TIERS.flatMap((tier) =>
      (["spot", "on-demand"] as const).map((capacity) => ({ tier, capacity, maxGpus: 8 })),
    ),
    {
      tier: "gpu-24gb",
      capacity: "owned",
      maxGpus: 2,
      perGpu: { cpu: 6, memoryGiB: 30, ephemeralGiB: 200 },
      costGate: false,
    },
  ],
  teams: [
    { name: "research", guaranteed: { "gpu-24gb-spot": 2 }, atMost: { "a100-40-on-demand": 8 } },
    { name: "frozen", frozen: true },
  ],
});
const objects = queueObjects(SETTINGS);
const NAMESPACES = SETTINGS.teams.map(({ namespace }) => namespace);

type Stored = QueueObject & { metadata: { resourceVersion: string } };
type Conditioned = KubernetesObject & { status?: { conditions?: Condition[] } };

const lastTransitionTime = new Date().toISOString().replace(/\.\d+Z$/, "Z");
const answer = (path: string, object: KubernetesObject & { status: unknown }) =>
  admin("PATCH", `${path}/status`, { type: APPLY, body: object, query: { force: "true" } });
const queueOf = (team: string) => admin<Conditioned>("GET", `/apis/${API}/clusterqueues/${team}`);

beforeAll(async () => {
  for (const name of NAMESPACES)
    await createObject(admin, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
});

afterAll(async () => {
  for (const object of objects.toReversed())
    await admin("DELETE", (await pathOf(admin, object)).path);
  await admin("DELETE", `/apis/${API}/admissionchecks/${COST_GATE_CHECK}`);
  for (const name of NAMESPACES) await admin("DELETE", `/api/v1/namespaces/${name}`);
});

describe("the queue objects of every tier and capacity", () => {
  it("are accepted by Kueue in the order in which they come, with every field known", async () => {
    for (const object of objects) {
      const stored = await createObject(admin, object);
      expect(stored).toMatchObject(object);
    }
  });

  it("change nothing when they are applied again", async () => {
    for (const object of objects) await applyObject(admin, object);
    for (const object of objects) {
      const { path } = await pathOf(admin, object);
      const before = await admin<Stored & { metadata: { generation?: number } }>("GET", path);
      const after = await applyObject(admin, object);
      expect(after.metadata).toMatchObject({ generation: before.metadata.generation });
      expect(after).toMatchObject(object);
    }
  });

  it("hold every gated Job while there is no cost gate", async () => {
    const verdict = await waitFor("the queue's verdict on itself", async () => {
      const active = conditionOf(await queueOf("research"), "Active");
      return active?.status === "False" && active;
    });
    expect(verdict.reason).toBe("AdmissionCheckNotFound");
  });
});

describe("a Job in a team's queue", () => {
  /** No other test has nodes of this kind. */
  const pool = { tier: "gpu-32gb", capacity: "spot" } as const;
  const namespace = teamNamespace("research");
  const job = (team: string, name: string) =>
    testJob({
      namespace: teamNamespace(team),
      name,
      labels: { [KUEUE.queueName]: LOCAL_QUEUE, [KUEUE.priorityClass]: "tunekit-training" },
      nodeSelector: { ...poolNodeLabels(pool.tier, pool.capacity) },
    });
  const workloadOf = async (name: string) => {
    const path = `/apis/${API}/namespaces/${namespace}/workloads`;
    const { items } = await admin<{ items: Workload[] }>("GET", path);
    return items.find(({ metadata }) => metadata.ownerReferences?.[0]?.name === name);
  };
  interface Workload extends Conditioned {
    spec: { priority?: number };
    status?: {
      conditions?: Condition[];
      admission?: { podSetAssignments: { flavors: Record<string, string> }[] };
    };
  }

  it("gets quota of the flavor that it asks for, and starts there once the gate agrees", async () => {
    await newNode(admin, {
      labels: poolNodeLabels(pool.tier, pool.capacity),
      taints: tierTaints(pool.tier),
    });
    const check = { apiVersion: API, kind: "AdmissionCheck", metadata: { name: COST_GATE_CHECK } };
    await createObject(admin, { ...check, spec: { controllerName: COST_GATE_CONTROLLER } });
    const active = { type: "Active", status: "True", reason: "Gate", message: "" };
    await answer(`/apis/${API}/admissionchecks/${COST_GATE_CHECK}`, {
      ...check,
      status: { conditions: [{ ...active, lastTransitionTime }] },
    });
    await waitFor("the queue to be active", async () =>
      isTrue(await queueOf("research"), "Active"),
    );

    await createObject(admin, job("research", "gated"));
    const asked = await waitFor("the quota", async () => {
      const seen = await workloadOf("gated");
      return isTrue(seen, "QuotaReserved") && seen;
    });
    const { flavors } = asked.status?.admission?.podSetAssignments[0] ?? {};
    expect(new Set(Object.values(flavors ?? {}))).toEqual(
      new Set([poolName(pool.tier, pool.capacity)]),
    );
    expect(asked.spec.priority).toBe(500);
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs/gated`;
    expect((await admin<Job>("GET", path)).spec.suspend).toBe(true);

    const { name } = asked.metadata;
    const approval = { name: COST_GATE_CHECK, state: "Ready", message: "", lastTransitionTime };
    await answer(`/apis/${API}/namespaces/${namespace}/workloads/${name}`, {
      apiVersion: API,
      kind: "Workload",
      metadata: { name },
      status: { admissionChecks: [approval] },
    });
    const done = await waitFor("the Job to be complete", async () => {
      const seen = await admin<Job>("GET", path);
      return isTrue(seen, "Complete") && seen;
    });
    expect(done.spec.template.spec.tolerations).toEqual(
      expect.arrayContaining(
        tierTaints(pool.tier).map((taint) => ({ ...taint, operator: "Equal" })),
      ),
    );
  });

  it("waits while the team is frozen", async () => {
    await createObject(admin, job("frozen", "held"));
    const verdict = await waitFor("the queue's verdict on itself", async () => {
      const seen = conditionOf(await queueOf("frozen"), "Active");
      return seen?.status === "False" && seen;
    });
    expect(verdict.reason).toBe("Stopped");
    const path = `/apis/batch/v1/namespaces/${teamNamespace("frozen")}/jobs/held`;
    expect((await admin<Job>("GET", path)).spec.suspend).toBe(true);
  });
});
