import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { KUEUE_USER } from "../../../core/labels.ts";
import type { ControlPlane } from "./control-plane.ts";
import { freePorts } from "./free-ports.ts";
import { kubeconfigFile } from "./kubeconfig.ts";
import { createObject, type KubernetesObject } from "./objects.ts";
import type { Processes } from "./processes.ts";

interface Webhook {
  rules: { apiGroups: string[] }[];
  clientConfig: { service: { path: string } };
}
type WebhookConfiguration = KubernetesObject & { webhooks: Webhook[] };

/**
 * Kueue outside the cluster, under the user that it has inside, with its own webhooks: they point at its loopback port
 * and trust the API server's certificate, which Kueue serves.
 */
export async function startKueue(
  folder: string,
  engines: string,
  processes: Processes,
  { admin, pki, caFile }: ControlPlane,
): Promise<void> {
  const manifests = join(engines, "kueue-manifests");
  const certificates = join(folder, "kueue");
  const [webhookPort, healthPort] = await freePorts(2);
  mkdirSync(certificates);
  for (const ending of ["crt", "key"])
    copyFileSync(join(pki, `apiserver.${ending}`), join(certificates, `tls.${ending}`));
  const config = parse(readFileSync(join(import.meta.dirname, "kueue-config.yaml"), "utf8"));
  config.webhook = { host: "127.0.0.1", port: webhookPort, certDir: certificates };
  config.health = { healthProbeBindAddress: `127.0.0.1:${healthPort}` };
  writeFileSync(join(folder, "kueue.json"), JSON.stringify(config));

  for (const file of readdirSync(join(manifests, "crd")))
    await createObject(admin, parse(readFileSync(join(manifests, "crd", file), "utf8")));
  const metadata = { name: config.namespace as string };
  await createObject(admin, { apiVersion: "v1", kind: "Namespace", metadata });
  await processes.waitFor("the Kueue kinds", async () =>
    JSON.stringify(await admin("GET", "/apis/kueue.x-k8s.io/v1beta2")).includes('"workloads"'),
  );
  processes.start("kueue", join(engines, "kueue"), [`--config=${join(folder, "kueue.json")}`], {
    KUBECONFIG: kubeconfigFile(folder, KUEUE_USER),
    KUEUE_METRICS_CERT_DIR: certificates,
  });
  await processes.waitFor(
    "Kueue",
    async () => (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).ok,
  );

  // Only now: they fail closed, so nothing could be created before Kueue answers.
  const caBundle = readFileSync(caFile).toString("base64");
  const documents = parseAllDocuments(readFileSync(join(manifests, "webhooks.yaml"), "utf8"));
  for (const document of documents.map((one) => one.toJS() as WebhookConfiguration | null)) {
    if (!document) continue;
    await createObject(admin, {
      ...document,
      metadata: { ...document.metadata, name: `kueue-${document.metadata.name}` },
      webhooks: document.webhooks.filter(isForJobsOrQueues).map(({ clientConfig, ...hook }) => ({
        ...hook,
        timeoutSeconds: 5,
        clientConfig: {
          url: `https://127.0.0.1:${webhookPort}${clientConfig.service.path}`,
          caBundle,
        },
      })),
    });
  }
}

/** The others are for kinds that this cluster does not have. */
const isForJobsOrQueues = ({ rules }: Webhook): boolean =>
  rules.some(({ apiGroups }) =>
    apiGroups.some((group) => group === "batch" || group === "kueue.x-k8s.io"),
  );
