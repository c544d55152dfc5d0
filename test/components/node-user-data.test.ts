import { describe, expect, it } from "vitest";
import { nodeUserData } from "../../components/node-user-data.ts";
import { tierTaints } from "../../core/catalog/tiers.ts";

const decode = (data: string) => Buffer.from(data, "base64").toString();
const config = (data: string) => {
  const text = decode(data);
  return JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
};

describe("user data of a node", () => {
  it("is a MIME document that nodeadm reads", () => {
    const text = decode(nodeUserData({ raid0: true }));
    expect(text).toMatch(
      /^MIME-Version: 1\.0\nContent-Type: multipart\/mixed; boundary="tunekit"\n/,
    );
    expect(text).toContain("\n\n--tunekit\nContent-Type: application/node.eks.aws\n\n");
    expect(text).toMatch(/\n--tunekit--\n$/);
  });

  it("makes one RAID 0 of the local disks and leaves the rest to EKS", () => {
    expect(config(nodeUserData({ raid0: true }))).toEqual({
      apiVersion: "node.eks.aws/v1alpha1",
      kind: "NodeConfig",
      spec: { instance: { localStorage: { strategy: "RAID0" } } },
    });
  });

  it("tells an image that EKS does not know where the cluster is, and its labels and taints", () => {
    const { spec } = config(
      nodeUserData({
        raid0: true,
        join: {
          name: "ai",
          endpoint: "https://ai.example",
          certificateAuthority: "Q0E=",
          serviceCidr: "172.20.0.0/16",
          labels: { "tunekit.dev/tier": "gpu-32gb" },
          taints: tierTaints("gpu-32gb"),
        },
      }),
    );
    expect(spec.cluster).toEqual({
      name: "ai",
      apiServerEndpoint: "https://ai.example",
      certificateAuthority: "Q0E=",
      cidr: "172.20.0.0/16",
    });
    expect(spec.kubelet.flags).toEqual([
      "--node-labels=tunekit.dev/tier=gpu-32gb",
      "--register-with-taints=nvidia.com/gpu=true:NoSchedule,tunekit.dev/tier=gpu-32gb:NoSchedule",
    ]);
  });
});
