import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { enginesFolder } from "../build/engines-folder.ts";
import { kubeconfigOf } from "./test-cluster.ts";

const run = promisify(execFile);

/** Helm on the run's cluster as `admin`; its caches stay beside the kubeconfig. Resolves to what it prints. */
export async function helm(...args: string[]): Promise<string> {
  const kubeconfig = kubeconfigOf();
  const homes = ["CACHE", "CONFIG", "DATA"].map(
    (home) => [`HELM_${home}_HOME`, `${kubeconfig}.helm`] as const,
  );
  const env = { ...process.env, ...Object.fromEntries(homes), KUBECONFIG: kubeconfig };
  return (await run(join(enginesFolder(), "helm"), args, { env })).stdout;
}

/** kubectl on the run's cluster as `admin`. Resolves to what it prints. */
export async function kubectl(...args: string[]): Promise<string> {
  const env = { ...process.env, KUBECONFIG: kubeconfigOf() };
  return (await run(join(enginesFolder(), "kubectl"), args, { env })).stdout;
}
