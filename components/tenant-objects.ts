import { GPU_RESOURCE, NAMESPACE_LABEL, RUN_LABELS, RUN_SERVICE_ACCOUNT } from "../core/labels.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { personaInNamespace } from "./persona-roles.ts";
import type { TenantTeam } from "./tenancy-args.ts";

/** Link-local address at which EKS Pod Identity gives pods their AWS rights. */
const POD_IDENTITY = "169.254.170.23/32";

/** Peers of a network policy, or an output of them. */
export type Peers = unknown;

/** IP ranges as peers. */
export const peersOf = (cidrs: readonly string[]): { ipBlock: { cidr: string } }[] =>
  cidrs.map((cidr) => ({ ipBlock: { cidr } }));

/** What a team gets: a namespace, and in it limits, the account of its runs, its people's rights, and a closed network. */
export function tenantObjects(
  team: TenantTeam,
  { endpoints, podIdentity }: { endpoints: Peers; podIdentity: boolean },
): KubernetesObject[] {
  const { namespace } = team;
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: namespace,
        labels: {
          [NAMESPACE_LABEL]: "runs",
          [RUN_LABELS.team]: team.name,
          [RUN_LABELS.costCenter]: team.costCenter,
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/audit": "restricted",
          "pod-security.kubernetes.io/warn": "restricted",
        },
      },
    },
    {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "tunekit", namespace },
      spec: {
        hard: {
          [`requests.${GPU_RESOURCE}`]: String(team.maxGpus),
          "count/jobs.batch": String(team.maxJobs),
          pods: String(2 * team.maxJobs),
          // nothing that costs money beside a run
          persistentvolumeclaims: "0",
          "services.loadbalancers": "0",
          "services.nodeports": "0",
        },
      },
    },
    {
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { name: "tunekit", namespace },
      spec: {
        // a pod that asks for nothing would be counted as nothing
        limits: [
          {
            type: "Container",
            defaultRequest: { cpu: "500m", memory: "1Gi", "ephemeral-storage": "2Gi" },
            default: { memory: "2Gi", "ephemeral-storage": "8Gi" },
          },
        ],
      },
    },
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: RUN_SERVICE_ACCOUNT, namespace },
      automountServiceAccountToken: false,
    },
    personaInNamespace("tunekit-data-scientist", namespace, team.scientists),
    ...networkPolicies(namespace, endpoints, podIdentity),
  ];
}

const networkPolicies = (
  namespace: string,
  endpoints: Peers,
  podIdentity: boolean,
): KubernetesObject[] => {
  const policy = (name: string, spec: Record<string, unknown>): KubernetesObject => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec: { podSelector: {}, ...spec },
  });
  const egress = (name: string, to: Peers, ports: [protocol: string, port: number][]) =>
    policy(name, {
      policyTypes: ["Egress"],
      egress: [{ to, ports: ports.map(([protocol, port]) => ({ protocol, port })) }],
    });
  return [
    policy("default-deny", { policyTypes: ["Ingress", "Egress"] }),
    egress(
      "allow-dns",
      [
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
          podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
        },
      ],
      [
        ["UDP", 53],
        ["TCP", 53],
      ],
    ),
    ...(podIdentity ? [egress("allow-pod-identity", peersOf([POD_IDENTITY]), [["TCP", 80]])] : []),
    egress("allow-endpoints", endpoints, [["TCP", 443]]),
  ];
};
