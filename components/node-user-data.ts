import type { Taint } from "../core/catalog/tiers.ts";

/** Where a node finds its cluster; only an image of your own needs to be told. */
export interface NodeJoin {
  name: string;
  endpoint: string;
  /** Base64. */
  certificateAuthority: string;
  serviceCidr: string;
}

export interface NodeUserData {
  /** Local NVMe disks become one RAID 0 for images and scratch space; without it a node offers its root volume only. */
  raid0: boolean;
  join?: NodeJoin & { labels: Readonly<Record<string, string>>; taints: readonly Taint[] };
}

/**
 * What nodeadm of AL2023 reads at boot (awslabs/amazon-eks-ami, `node.eks.aws/v1alpha1`), in base64 as a launch template
 * wants it. EKS adds a part of its own when it knows the image.
 */
export function nodeUserData({ raid0, join }: NodeUserData): string {
  const config = {
    apiVersion: "node.eks.aws/v1alpha1",
    kind: "NodeConfig",
    spec: {
      ...(join
        ? {
            cluster: {
              name: join.name,
              apiServerEndpoint: join.endpoint,
              certificateAuthority: join.certificateAuthority,
              cidr: join.serviceCidr,
            },
            kubelet: {
              flags: [
                `--node-labels=${Object.entries(join.labels)
                  .map(([key, value]) => `${key}=${value}`)
                  .join(",")}`,
                `--register-with-taints=${join.taints
                  .map(({ key, value, effect }) => `${key}=${value}:${effect}`)
                  .join(",")}`,
              ],
            },
          }
        : {}),
      ...(raid0 ? { instance: { localStorage: { strategy: "RAID0" } } } : {}),
    },
  };
  const document = [
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="tunekit"',
    "",
    "--tunekit",
    "Content-Type: application/node.eks.aws",
    "",
    // JSON is YAML, and needs no care with quotes and indents.
    JSON.stringify(config, null, 2),
    "",
    "--tunekit--",
    "",
  ].join("\n");
  return Buffer.from(document).toString("base64");
}
