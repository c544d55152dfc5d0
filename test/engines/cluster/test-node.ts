import { onTestFinished } from "vitest";
import { GPU_RESOURCE } from "../../../core/labels.ts";
import type { Call } from "./raw-client.ts";
import { uniqueName } from "./test-cluster.ts";
import { waitFor } from "./wait-for.ts";

export interface Taint {
  key: string;
  value: string;
  effect: "NoSchedule";
}

export interface NodeOptions {
  labels?: Readonly<Record<string, string>>;
  taints?: readonly Taint[];
  /** Default: 96 cores, 1152 GiB, 8 GPUs. */
  allocatable?: Readonly<Record<string, string>>;
}

const EIGHT_GPUS = {
  cpu: "96",
  memory: "1152Gi",
  "ephemeral-storage": "7000Gi",
  [GPU_RESOURCE]: "8",
};

/** A fake node that kwok makes ready, removed when the test ends. */
export async function newNode(admin: Call, options: NodeOptions = {}): Promise<string> {
  const { labels = {}, taints = [], allocatable = EIGHT_GPUS } = options;
  const name = uniqueName("node");
  const size = { pods: "110", ...allocatable };
  await admin("POST", "/api/v1/nodes", {
    body: {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name, labels },
      spec: { taints },
      status: { capacity: size, allocatable: size },
    },
  });
  onTestFinished(async () => {
    await admin("DELETE", `/api/v1/nodes/${name}`);
  });
  await waitFor("the node to be ready", async () => {
    const { spec } = await admin<{ spec: { taints?: Taint[] } }>("GET", `/api/v1/nodes/${name}`);
    return (spec.taints?.length ?? 0) === taints.length; // "not ready" is a taint too
  });
  return name;
}
