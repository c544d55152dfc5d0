import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KUEUE_USER } from "../../../core/labels.ts";
import { ADMIN, startControlPlane } from "./control-plane.ts";
import { startKarpenter } from "./karpenter.ts";
import type { KwokInstanceType } from "./karpenter-catalogue.ts";
import { kubeconfigFile } from "./kubeconfig.ts";
import { startKueue } from "./kueue.ts";
import { serversIn } from "./processes.ts";

export interface ClusterOptions {
  /** Folder of the built engines. */
  engines: string;
  /** Users beside `admin`, each in a group of its own name and with no rights. */
  users?: readonly string[];
  /** Keeps fake nodes ready and lets pods run and end (kwok-stages.yaml). Default true. */
  kwok?: boolean;
  /** Default false. */
  kueue?: boolean;
  /** What Karpenter can buy; without it there is no Karpenter. */
  karpenter?: readonly KwokInstanceType[];
}

export interface Cluster {
  /** Holds kubeconfigs, logs and data; removed by `stop`. */
  folder: string;
  /** `https://127.0.0.1:PORT` */
  server: string;
  /** Path of a user's kubeconfig. */
  kubeconfig(user: string): string;
  /** Of every server, by name. */
  pids: Readonly<Record<string, number>>;
  readyMs: number;
  /** Ends every server and removes the folder. */
  stop(): Promise<void>;
}

/** A real Kubernetes control plane on loopback: random ports, one folder, no root, no container, 1 GB of memory. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { engines, users = [], kwok = true, kueue = false, karpenter } = options;
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "tunekit-cluster-"));
  const processes = serversIn(folder);
  try {
    const groups = { [ADMIN]: "system:masters", [KUEUE_USER]: "system:masters" };
    const plane = await startControlPlane(folder, engines, processes, {
      ...Object.fromEntries(users.map((user) => [user, user])),
      ...groups,
    });
    if (kwok) {
      processes.start("kwok", join(engines, "kwok"), [
        `--kubeconfig=${kubeconfigFile(folder, ADMIN)}`,
        "--manage-all-nodes=true",
        `--config=${join(import.meta.dirname, "kwok-stages.yaml")}`,
      ]);
    }
    if (karpenter) await startKarpenter(folder, engines, processes, plane, karpenter);
    if (kueue) await startKueue(folder, engines, processes, plane);
    return {
      folder,
      server: plane.server,
      kubeconfig: (user) => kubeconfigFile(folder, user),
      pids: processes.pids(),
      readyMs: Math.round(performance.now() - startedAt),
      stop: processes.stop,
    };
  } catch (error) {
    await processes.stop();
    throw error;
  }
}
