import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ADMIN, type ControlPlane } from "./control-plane.ts";
import type { KwokInstanceType } from "./karpenter-catalogue.ts";
import { kubeconfigFile } from "./kubeconfig.ts";
import { createObject } from "./objects.ts";
import type { Processes } from "./processes.ts";

/** What a NodePool names in place of an EC2NodeClass. */
export const KWOK_NODE_CLASS = { group: "karpenter.kwok.sh", kind: "KWOKNodeClass", name: "gpu" };

/** Karpenter outside the cluster: the real one, buying from `instanceTypes` fake nodes that kwok keeps ready. */
export async function startKarpenter(
  folder: string,
  engines: string,
  processes: Processes,
  { admin }: ControlPlane,
  instanceTypes: readonly KwokInstanceType[],
): Promise<void> {
  const definitions = join(engines, "karpenter-crds");
  for (const file of readdirSync(definitions))
    await createObject(admin, parse(readFileSync(join(definitions, file), "utf8")));
  const { group, kind, name } = KWOK_NODE_CLASS;
  await processes.waitFor("the Karpenter kinds", () =>
    createObject(admin, { apiVersion: `${group}/v1alpha1`, kind, metadata: { name } }),
  );
  const catalogue = join(folder, "instance-types.json");
  writeFileSync(catalogue, JSON.stringify(instanceTypes));
  processes.start(
    "karpenter",
    join(engines, "karpenter-kwok"),
    [`--instance-types-file-path=${catalogue}`],
    {
      KUBECONFIG: kubeconfigFile(folder, ADMIN),
      DISABLE_LEADER_ELECTION: "true",
      METRICS_PORT: "0",
      HEALTH_PROBE_PORT: "0",
      SYSTEM_NAMESPACE: "kube-system",
      BATCH_IDLE_DURATION: "200ms",
      BATCH_MAX_DURATION: "1s",
    },
  );
}
