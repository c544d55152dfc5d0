import { randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";
import { ADMIN } from "./control-plane.ts";
import { kubeconfigFile } from "./kubeconfig.ts";
import { type Call, type ClientOptions, rawClient } from "./raw-client.ts";

/** Environment variable with the folder of the run's cluster. */
export const CLUSTER_VARIABLE = "TUNEKIT_CLUSTER";

/** Users with a kubeconfig of their own and no rights. Any other user or group: `clientOf(ADMIN, { as: … })`. */
export const TEST_USERS = ["data-scientist"] as const;

/** Kubeconfig of a user of the cluster that this run started. */
export function kubeconfigOf(user: (typeof TEST_USERS)[number] | typeof ADMIN = ADMIN): string {
  const folder = process.env[CLUSTER_VARIABLE];
  if (!folder) throw new Error("no cluster was started: run these tests by `npm run test:engines`");
  return kubeconfigFile(folder, user);
}

export const clientOf = (
  user?: Parameters<typeof kubeconfigOf>[0],
  options?: ClientOptions,
): Call => rawClient(kubeconfigOf(user), options);

/** A name that no other test of this or another run has. */
export const uniqueName = (prefix: string): string => `${prefix}-${randomBytes(4).toString("hex")}`;

/** A namespace of the test's own, deleted when the test ends. */
export async function newNamespace(
  admin: Call,
  labels: Readonly<Record<string, string>> = {},
): Promise<string> {
  const name = uniqueName("test");
  await admin("POST", "/api/v1/namespaces", {
    body: { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } },
  });
  onTestFinished(async () => {
    await admin("DELETE", `/api/v1/namespaces/${name}`);
  });
  return name;
}
