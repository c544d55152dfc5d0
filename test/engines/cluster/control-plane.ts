import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "./free-ports.ts";
import { kubeconfigFile, writeKubeconfig } from "./kubeconfig.ts";
import type { Processes } from "./processes.ts";
import { type Call, rawClient } from "./raw-client.ts";

export interface ControlPlane {
  /** `https://127.0.0.1:PORT` */
  server: string;
  /** PEM file: the API server's own certificate, which is also its authority. */
  caFile: string;
  /** Folder of `apiserver.crt` and `apiserver.key`, a certificate for 127.0.0.1 that webhooks may serve too. */
  pki: string;
  /** As `admin`, in the group `system:masters`. */
  admin: Call;
}

/** The user that may do everything. */
export const ADMIN = "admin";

/**
 * etcd, API server, controller manager and scheduler on loopback, with RBAC and the default admission (PodSecurity among
 * it). Users come from a token file, which takes any name; each has a kubeconfig in the cluster's folder.
 * @param groups the group of each user
 */
export async function startControlPlane(
  folder: string,
  engines: string,
  processes: Processes,
  groups: Readonly<Record<string, string>>,
): Promise<ControlPlane> {
  const pki = join(folder, "pki");
  mkdirSync(pki);
  writeServiceAccountKeys(pki);
  const tokens = writeTokens(pki, groups);
  const [etcdPort, peerPort, apiPort] = await freePorts(3);
  const etcd = `http://127.0.0.1:${etcdPort}`;
  const server = `https://127.0.0.1:${apiPort}`;
  processes.start(
    "etcd",
    join(engines, "etcd"),
    etcdArgs(folder, etcd, `http://127.0.0.1:${peerPort}`),
  );
  processes.start("apiserver", join(engines, "kube"), [
    "apiserver",
    ...apiServerArgs(pki, etcd, apiPort),
  ]);

  const caFile = join(pki, "apiserver.crt");
  await processes.waitFor("the certificate of the API server", () => existsSync(caFile));
  const ca = readFileSync(caFile, "utf8");
  for (const [user, token] of Object.entries(tokens))
    writeKubeconfig(folder, user, { server, ca, token });
  const admin = rawClient(kubeconfigFile(folder, ADMIN));
  await processes.waitFor("the API server", () => admin("GET", "/readyz"));

  const common = [
    `--kubeconfig=${kubeconfigFile(folder, ADMIN)}`,
    "--leader-elect=false",
    "--secure-port=0",
    "--profiling=false",
  ];
  processes.start("controller-manager", join(engines, "kube"), [
    "controller-manager",
    ...common,
    "--use-service-account-credentials", // each controller under its own name, as in a real cluster
    `--root-ca-file=${caFile}`,
    `--service-account-private-key-file=${join(pki, "sa.key")}`,
  ]);
  processes.start("scheduler", join(engines, "kube"), ["scheduler", ...common]);
  await processes.waitFor("the default service account", () =>
    admin("GET", "/api/v1/namespaces/default/serviceaccounts/default"),
  );
  return { server, caFile, pki, admin };
}

function writeServiceAccountKeys(pki: string): void {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = privateKey.export({ type: "pkcs1", format: "pem" });
  writeFileSync(join(pki, "sa.key"), key, { mode: 0o600 });
  writeFileSync(join(pki, "sa.pub"), publicKey.export({ type: "spki", format: "pem" }));
}

function writeTokens(
  pki: string,
  groups: Readonly<Record<string, string>>,
): Record<string, string> {
  const tokens = Object.keys(groups).map(
    (user) => [user, randomBytes(16).toString("hex")] as const,
  );
  const lines = tokens.map(([user, token]) => `${token},${user},${user},"${groups[user]}"\n`);
  writeFileSync(join(pki, "tokens.csv"), lines.join(""), { mode: 0o600 });
  return Object.fromEntries(tokens);
}

const etcdArgs = (folder: string, client: string, peer: string): string[] => [
  `--data-dir=${join(folder, "etcd")}`,
  "--unsafe-no-fsync",
  "--log-level=warn",
  `--listen-client-urls=${client}`,
  `--advertise-client-urls=${client}`,
  `--listen-peer-urls=${peer}`,
  `--initial-advertise-peer-urls=${peer}`,
  `--initial-cluster=default=${peer}`,
];

const apiServerArgs = (pki: string, etcd: string, port: number): string[] => [
  `--etcd-servers=${etcd}`,
  "--bind-address=127.0.0.1",
  "--advertise-address=127.0.0.1",
  `--secure-port=${port}`,
  `--cert-dir=${pki}`,
  "--authorization-mode=RBAC",
  `--token-auth-file=${join(pki, "tokens.csv")}`,
  "--service-cluster-ip-range=10.0.0.0/24",
  "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
  `--service-account-key-file=${join(pki, "sa.pub")}`,
  `--service-account-signing-key-file=${join(pki, "sa.key")}`,
  "--endpoint-reconciler-type=none",
  "--allow-privileged=true",
  "--profiling=false",
];
