import { expect, it, onTestFinished } from "vitest";
import { COST_GATE_CONTROLLER, GPU_RESOURCE, KUEUE } from "../../../core/labels.ts";
import {
  type Condition,
  conditionOf,
  createObject,
  isTrue,
  type KubernetesObject,
} from "./objects.ts";
import { APPLY } from "./raw-client.ts";
import { clientOf, newNamespace, uniqueName } from "./test-cluster.ts";
import { type Job, testJob } from "./test-job.ts";
import { newNode } from "./test-node.ts";
import { waitFor } from "./wait-for.ts";

const admin = clientOf();
const API = "kueue.x-k8s.io/v1beta2";

type Conditioned = KubernetesObject & { status?: { conditions?: Condition[] } };
interface Workload extends KubernetesObject {
  status?: { conditions?: Condition[]; admissionChecks?: { state: string }[] };
}

/** A queue in a namespace of its own, with quota for one node, and the node. */
async function newQueue(checks: readonly string[] = []) {
  const namespace = await newNamespace(admin);
  const name = uniqueName("queue");
  const nodeLabels = { "example.com/queue": name };
  const taint = { key: "example.com/queue", value: name, effect: "NoSchedule" } as const;
  await newNode(admin, { labels: nodeLabels, taints: [taint] });
  const quota = { [GPU_RESOURCE]: "8", cpu: "96", memory: "1152Gi" };
  const resources = Object.entries(quota).map(([resource, nominalQuota]) => ({
    name: resource,
    nominalQuota,
  }));
  const cluster = [
    {
      kind: "ResourceFlavor",
      spec: { nodeLabels, tolerations: [{ ...taint, operator: "Equal" }] },
    },
    ...checks.map((check) => ({
      kind: "AdmissionCheck",
      name: check,
      spec: { controllerName: COST_GATE_CONTROLLER },
    })),
    {
      kind: "ClusterQueue",
      spec: {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
        ...(checks.length === 0
          ? {}
          : {
              admissionChecksStrategy: {
                admissionChecks: checks.map((check) => ({ name: check })),
              },
            }),
        resourceGroups: [{ coveredResources: Object.keys(quota), flavors: [{ name, resources }] }],
      },
    },
  ];
  for (const { kind, spec, ...object } of cluster) {
    const metadata = { name: "name" in object ? object.name : name };
    await createObject(admin, { apiVersion: API, kind, metadata, spec });
  }
  await createObject(admin, {
    apiVersion: API,
    kind: "LocalQueue",
    metadata: { name: "train", namespace },
    spec: { clusterQueue: name },
  });
  onTestFinished(async () => {
    await admin("DELETE", `/apis/${API}/clusterqueues/${name}`);
  });
  return { namespace, name };
}

const queueOf = (name: string) => admin<Conditioned>("GET", `/apis/${API}/clusterqueues/${name}`);
const labels = { [KUEUE.queueName]: "train" };
const jobPath = (namespace: string) => `/apis/batch/v1/namespaces/${namespace}/jobs/asked`;

async function workloadIn(namespace: string): Promise<Workload | undefined> {
  const path = `/apis/${API}/namespaces/${namespace}/workloads`;
  return (await admin<{ items: Workload[] }>("GET", path)).items[0];
}

it("suspends a Job at its creation, admits it within the quota and sends it to the flavor's nodes", async () => {
  const { namespace } = await newQueue();
  const job = testJob({ namespace, name: "asked", labels });
  const created = await createObject(admin, { ...job, spec: { ...job.spec, suspend: false } });
  expect(created.spec.suspend).toBe(true);
  const done = await waitFor("the Job to be complete", async () => {
    const seen = await admin<Job>("GET", jobPath(namespace));
    return isTrue(seen, "Complete") && seen;
  });
  expect(done.spec.template.spec.nodeSelector).toHaveProperty("example.com/queue");
  expect(done.spec.template.spec.tolerations).toMatchObject([{ key: "example.com/queue" }]);
});

it("starts nothing while nobody answers for the admission check, and admits only what is then approved", async () => {
  const check = uniqueName("gate");
  const { namespace, name } = await newQueue([check]);
  await createObject(admin, testJob({ namespace, name: "asked", labels }));
  const inactive = await waitFor("the queue's verdict on itself", async () => {
    const active = conditionOf(await queueOf(name), "Active");
    return active?.status === "False" && active;
  });
  expect(inactive.reason).toBe("AdmissionCheckInactive");
  const waiting = await waitFor("the Workload", () => workloadIn(namespace));
  expect(isTrue(waiting, "Admitted")).toBe(false);

  const lastTransitionTime = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const apply = (path: string, object: KubernetesObject & { status: unknown }) =>
    admin("PATCH", path, { type: APPLY, body: object, query: { force: "true" } });
  await apply(`/apis/${API}/admissionchecks/${check}/status`, {
    apiVersion: API,
    kind: "AdmissionCheck",
    metadata: { name: check },
    status: {
      conditions: [
        { type: "Active", status: "True", reason: "Gate", message: "", lastTransitionTime },
      ],
    },
  });
  const asked = await waitFor("the quota", async () => {
    const seen = await workloadIn(namespace);
    return isTrue(seen, "QuotaReserved") && seen;
  });
  expect(asked.status?.admissionChecks).toMatchObject([{ name: check, state: "Pending" }]);
  expect((await admin<Job>("GET", jobPath(namespace))).spec.suspend).toBe(true);

  await apply(`/apis/${API}/namespaces/${namespace}/workloads/${asked.metadata.name}/status`, {
    apiVersion: API,
    kind: "Workload",
    metadata: { name: asked.metadata.name },
    status: {
      admissionChecks: [{ name: check, state: "Ready", message: "approved", lastTransitionTime }],
    },
  });
  await waitFor("the Job to be complete", async () =>
    isTrue(await admin<Job>("GET", jobPath(namespace)), "Complete"),
  );
});

it("refuses a field that its kinds do not have", async () => {
  const queue = { apiVersion: API, kind: "ClusterQueue", metadata: { name: uniqueName("typo") } };
  await expect(createObject(admin, { ...queue, spec: { cohort: "all" } })).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('unknown field "spec.cohort"'),
  });
});
