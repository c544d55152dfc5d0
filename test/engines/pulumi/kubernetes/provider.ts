/**
 * Stand-in Kubernetes provider: every object goes by server-side apply to the real API server, Helm releases go through
 * the real Helm. It waits for nothing (no rollout, no Job); what the real provider awaits is not proven by it.
 * Environment: TUNEKIT_KUBECONFIG, the cluster that stands for every cluster a program names, and TUNEKIT_HELM.
 */
import { createRequire } from "node:module";
import { rawClient } from "../../cluster/raw-client.ts";
import { type Provider, serve } from "../provider-server.ts";
import { ClusterObjects } from "./cluster-objects.ts";
import { helm } from "./helm.ts";
import { objectHandlers } from "./object-provider.ts";
import { releaseHandlers } from "./release-provider.ts";

const { version } = createRequire(import.meta.url)("@pulumi/kubernetes/package.json");

let defaultNamespace = "default";
let objects: ClusterObjects;

const kubeconfig = (): string =>
  process.env.TUNEKIT_KUBECONFIG ??
  (() => {
    throw new Error(
      "The program has Kubernetes resources, and the test started no cluster for it.",
    );
  })();

const ofObjects = objectHandlers(
  () => objects,
  () => defaultNamespace,
);
const ofReleases = releaseHandlers(
  () => helm(process.env.TUNEKIT_HELM ?? "helm", kubeconfig()),
  () => defaultNamespace,
);
const handlersOf = (type: string) =>
  type === "kubernetes:helm.sh/v3:Release" ? ofReleases : ofObjects;

const provider: Provider = {
  version,
  configure({ namespace }) {
    if (typeof namespace === "string") defaultNamespace = namespace;
    objects = new ClusterObjects(rawClient(kubeconfig(), { fieldManager: "pulumi" }));
  },
  check: (call) => handlersOf(call.type).check(call),
  diff: (call) => handlersOf(call.type).diff(call),
  create: (call) => handlersOf(call.type).create(call),
  read: (call) => handlersOf(call.type).read(call),
  update: (call) => handlersOf(call.type).update(call),
  delete: (call) => handlersOf(call.type).delete(call),
  invoke: async (token) => {
    throw new Error(`The stand-in Kubernetes provider has no answer for ${token}.`);
  },
};

serve(provider);
