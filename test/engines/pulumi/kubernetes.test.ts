import { readFileSync } from "node:fs";
import * as k8s from "@pulumi/kubernetes";
import { expect, it, onTestFinished } from "vitest";
import { enginesFolder } from "../build/engines-folder.ts";
import { MERGE_PATCH } from "../cluster/raw-client.ts";
import { clientOf, kubeconfigOf, uniqueName } from "../cluster/test-cluster.ts";
import { inlineStack } from "./inline-stack.ts";
import { pulumiHome } from "./pulumi-home.ts";

it("writes to the real API server: create, no-op, update, replace, drift, another owner, destroy", async () => {
  const home = pulumiHome({ bin: enginesFolder(), kubeconfig: kubeconfigOf() });
  onTestFinished(home.remove);
  const api = clientOf();
  const flavor = uniqueName("flavor");
  const path = `/apis/kueue.x-k8s.io/v1beta2/resourceflavors/${flavor}`;
  const wanted = { tier: "a100-40", image: "image:1", extra: {} };
  const stack = await inlineStack(home, "objects", async () => {
    const namespace = new k8s.core.v1.Namespace("train");
    new k8s.apiextensions.CustomResource("flavor", {
      apiVersion: "kueue.x-k8s.io/v1beta2",
      kind: "ResourceFlavor",
      metadata: { name: flavor },
      spec: { nodeLabels: { "tunekit.dev/tier": wanted.tier }, ...wanted.extra },
    });
    const template = {
      spec: { restartPolicy: "Never", containers: [{ name: "a", image: wanted.image }] },
    };
    const metadata = { namespace: namespace.metadata.name };
    new k8s.batch.v1.Job("warm", { metadata, spec: { suspend: true, template } });
    new k8s.core.v1.Secret("token", { metadata, stringData: { token: "hunter2" } });
    return { namespace: namespace.metadata.name };
  });
  const changes = async () => (await stack.up()).summary.resourceChanges;

  expect((await stack.preview()).changeSummary).toEqual({ create: 5 });
  await expect(api("GET", path)).rejects.toThrow("not found");
  expect(await changes()).toEqual({ create: 5 });
  expect(await api("GET", path)).toMatchObject({
    spec: { nodeLabels: { "tunekit.dev/tier": "a100-40" } },
  });
  expect((await stack.up({ expectNoChanges: true })).summary.resourceChanges).toEqual({ same: 5 });

  wanted.tier = "gpu-24gb";
  expect(await changes()).toEqual({ same: 4, update: 1 });
  wanted.image = "image:2"; // a Job's pods cannot be changed
  expect(await changes()).toEqual({ same: 4, replace: 1 });

  wanted.extra = { nodeLabls: {} };
  await expect(stack.preview()).rejects.toThrow(".spec.nodeLabls: field not declared in schema");
  wanted.extra = {};

  await api("PATCH", path, {
    type: MERGE_PATCH,
    body: { spec: { nodeLabels: { "tunekit.dev/tier": "somebody-else" } } },
  });
  expect((await stack.refresh()).summary.resourceChanges).toEqual({ same: 4, update: 1 });
  await expect(stack.up()).rejects.toThrow('conflict with "tunekit-test"');

  const stored = readFileSync(`${home.folder}/state/.pulumi/stacks/objects/dev.json`, "utf8");
  expect(stored).not.toContain("hunter2");
  expect(stored).not.toContain(Buffer.from("hunter2").toString("base64"));

  expect((await stack.destroy()).summary.resourceChanges).toEqual({ delete: 5 });
  await expect(api("GET", path)).rejects.toThrow("not found");
}, 180_000);
