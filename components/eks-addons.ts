import type { KUBERNETES_VERSIONS } from "./eks-versions.ts";

/** Managed add-ons of the cluster; the first three must be there before a node is. */
export const ADDONS = [
  "eks-pod-identity-agent",
  "vpc-cni",
  "kube-proxy",
  "coredns",
  "aws-ebs-csi-driver",
  "metrics-server",
  "eks-node-monitoring-agent",
] as const;
export type Addon = (typeof ADDONS)[number];

/** The nodes' network comes up by these, so nodes wait for them; the others are pods that wait for nodes. */
export const ADDONS_BEFORE_NODES: readonly Addon[] = [
  "eks-pod-identity-agent",
  "vpc-cni",
  "kube-proxy",
];

/**
 * Versions by Kubernetes version. Each was seen in public configurations of clusters of that version; none was installed
 * by this project. EKS refuses a version that it does not know, and
 * `aws eks describe-addon-versions --kubernetes-version 1.35` lists those that it does.
 */
export const ADDON_VERSIONS: Record<(typeof KUBERNETES_VERSIONS)[number], Record<Addon, string>> = {
  "1.35": {
    "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
    "vpc-cni": "v1.21.1-eksbuild.8",
    "kube-proxy": "v1.35.3-eksbuild.5",
    coredns: "v1.14.2-eksbuild.4",
    "aws-ebs-csi-driver": "v1.59.0-eksbuild.1",
    "metrics-server": "v0.8.1-eksbuild.6",
    "eks-node-monitoring-agent": "v1.6.4-eksbuild.1",
  },
  "1.36": {
    "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
    "vpc-cni": "v1.22.4-eksbuild.3",
    "kube-proxy": "v1.36.0-eksbuild.21",
    coredns: "v1.14.3-eksbuild.16",
    "aws-ebs-csi-driver": "v1.63.1-eksbuild.1",
    "metrics-server": "v0.9.0-eksbuild.5",
    "eks-node-monitoring-agent": "v1.6.4-eksbuild.1",
  },
};
