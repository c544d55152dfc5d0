import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a kubeconfig of the test cluster holds. */
export interface Access {
  /** `https://127.0.0.1:PORT` */
  server: string;
  /** PEM. */
  ca: string;
  token: string;
}

/** Every user has a file in the cluster's folder. JSON is YAML, so every Kubernetes client reads it. */
export const kubeconfigFile = (folder: string, user: string): string =>
  join(folder, `${user.replaceAll(":", "-")}.kubeconfig`);

export function writeKubeconfig(folder: string, user: string, access: Access): string {
  const { server, ca, token } = access;
  const file = kubeconfigFile(folder, user);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "test", user } }],
    clusters: [
      {
        name: "test",
        cluster: { server, "certificate-authority-data": Buffer.from(ca).toString("base64") },
      },
    ],
    users: [{ name: user, user: { token } }],
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

/** Reads a kubeconfig that `writeKubeconfig` wrote. */
export function readKubeconfig(file: string): Access {
  const { clusters, users } = JSON.parse(readFileSync(file, "utf8"));
  const { server, "certificate-authority-data": ca } = clusters[0].cluster;
  return { server, ca: Buffer.from(ca, "base64").toString(), token: users[0].user.token };
}
