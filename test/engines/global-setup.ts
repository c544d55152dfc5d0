import { enginesFolder, whyNoEngines } from "./build/engines-folder.ts";
import { karpenterCatalogue } from "./cluster/karpenter-catalogue.ts";
import { startCluster } from "./cluster/start-cluster.ts";
import { CLUSTER_VARIABLE, TEST_USERS } from "./cluster/test-cluster.ts";

/** One cluster for the whole run: each would take 1 GB of memory. Tests find it by the environment. */
export default async function setup(): Promise<() => Promise<void>> {
  const engines = enginesFolder();
  const why = whyNoEngines(engines);
  if (why) throw new Error(why);
  const cluster = await startCluster({
    engines,
    users: TEST_USERS,
    kueue: true,
    karpenter: karpenterCatalogue(),
  });
  console.log(`Kubernetes with Kueue and Karpenter is up after ${cluster.readyMs} ms`);
  process.env[CLUSTER_VARIABLE] = cluster.folder;
  return cluster.stop;
}
