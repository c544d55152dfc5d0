import { expect, it, onTestFinished } from "vitest";
import { GPU_RESOURCE, KARPENTER } from "../../../core/labels.ts";
import { KWOK_NODE_CLASS } from "./karpenter.ts";
import { createObject, isTrue, type KubernetesObject } from "./objects.ts";
import { clientOf, newNamespace, uniqueName } from "./test-cluster.ts";
import { type Job, testJob } from "./test-job.ts";
import { waitFor } from "./wait-for.ts";

const admin = clientOf();

it("buys the cheapest nodes for pending GPU pods, stops at the limit, and gives empty nodes back", async () => {
  const namespace = await newNamespace(admin);
  const pool = uniqueName("pool");
  await createObject(admin, {
    apiVersion: "karpenter.sh/v1",
    kind: "NodePool",
    metadata: { name: pool },
    spec: {
      limits: { [GPU_RESOURCE]: "2" },
      disruption: { consolidationPolicy: "WhenEmpty", consolidateAfter: "1s" },
      template: {
        spec: {
          taints: [{ key: GPU_RESOURCE, value: "true", effect: "NoSchedule" }],
          nodeClassRef: KWOK_NODE_CLASS,
          requirements: [
            { key: KARPENTER.capacityType, operator: "In", values: ["on-demand"] },
            {
              key: "node.kubernetes.io/instance-type",
              operator: "In",
              values: ["g5.2xlarge", "g6.2xlarge", "p4d.24xlarge"],
            },
          ],
        },
      },
    },
  });
  onTestFinished(async () => {
    await admin("DELETE", `/apis/karpenter.sh/v1/nodepools/${pool}`);
  });
  const nodes = async () => {
    const query = { labelSelector: `karpenter.sh/nodepool=${pool}` };
    return (await admin<{ items: KubernetesObject[] }>("GET", "/api/v1/nodes", { query })).items;
  };
  expect(await nodes()).toEqual([]);

  const names = ["one", "two", "three"];
  for (const name of names) {
    await createObject(
      admin,
      testJob({
        namespace,
        name,
        nodeSelector: { "karpenter.sh/nodepool": pool },
        tolerations: [{ key: GPU_RESOURCE, operator: "Exists" }],
        annotations: { "sim.tunekit.dev/duration": "3s", [KARPENTER.doNotDisrupt]: "true" },
      }),
    );
  }
  const seen = new Map<string, string | undefined>();
  let most = 0;
  await waitFor(
    "all three Jobs to be complete",
    async () => {
      const now = await nodes();
      most = Math.max(most, now.length);
      for (const { metadata } of now)
        seen.set(metadata.name, metadata.labels?.["node.kubernetes.io/instance-type"]);
      const path = `/apis/batch/v1/namespaces/${namespace}/jobs`;
      const { items } = await admin<{ items: Job[] }>("GET", path);
      return items.length === names.length && items.every((job) => isTrue(job, "Complete"));
    },
    { timeoutMs: 50_000 },
  );
  expect(most).toBe(2);
  expect(new Set(seen.values())).toEqual(new Set(["g6.2xlarge"])); // 0.978 $/h against 1.212 and 21.958
  await waitFor("the empty nodes to go", async () => (await nodes()).length === 0, {
    timeoutMs: 50_000,
  });
}, 110_000);
