import { PLATFORM_CONFIG_MAP, SYSTEM_NAMESPACE } from "../core/labels.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import type { TenancySettings } from "./tenancy-args.ts";

const READ = ["get", "list", "watch"] as const;
const WRITE = [...READ, "create", "update", "patch", "delete"] as const;

const rule = (group: string, resources: string[], verbs: readonly string[]) => ({
  apiGroups: [group],
  resources,
  verbs: [...verbs],
});

const KUEUE_SET_UP = [
  "clusterqueues",
  "cohorts",
  "localqueues",
  "resourceflavors",
  "topologies",
  "workloadpriorityclasses",
];

/** What everybody may see of runs. Logs may hold training data, so they are not among it. */
const SEE_RUNS = [
  rule("batch", ["jobs"], READ),
  rule("", ["pods"], READ),
  rule("kueue.x-k8s.io", ["workloads", "localqueues"], READ),
  rule("tunekit.dev", ["costoverrides"], READ),
];

/**
 * One role a persona. Nobody makes pods, looks into secrets, opens a shell in a pod or writes the status of a Workload:
 * that is how a Job would start without the gate's word.
 */
export const PERSONA_ROLES = {
  /** In the team's namespace only. */
  "tunekit-data-scientist": [
    ...SEE_RUNS,
    rule("batch", ["jobs"], ["create", "delete"]),
    rule("", ["pods/log"], ["get"]),
    rule("", ["events"], READ),
  ],
  "tunekit-finance": [
    ...SEE_RUNS,
    rule("kueue.x-k8s.io", ["clusterqueues", "cohorts", "resourceflavors"], READ),
    rule("", ["namespaces", "nodes", "resourcequotas"], READ),
  ],
  "tunekit-approver": [rule("tunekit.dev", ["costoverrides"], [...READ, "create"])],
  "tunekit-platform-engineer": [
    ...SEE_RUNS,
    rule("batch", ["jobs"], ["delete"]),
    rule("", ["pods"], ["delete"]),
    rule("", ["pods/log"], ["get"]),
    rule("", ["pods/eviction"], ["create"]),
    rule("", ["events", "namespaces", "resourcequotas", "limitranges", "serviceaccounts"], READ),
    rule("", ["nodes"], [...READ, "patch"]),
    rule("kueue.x-k8s.io", KUEUE_SET_UP, WRITE),
    rule("kueue.x-k8s.io", ["admissionchecks"], READ),
    rule("karpenter.sh", ["nodepools", "nodeclaims"], READ),
    rule("karpenter.k8s.aws", ["ec2nodeclasses"], READ),
    rule("networking.k8s.io", ["networkpolicies"], READ),
    rule(
      "admissionregistration.k8s.io",
      ["validatingadmissionpolicies", "validatingadmissionpolicybindings"],
      READ,
    ),
  ],
} as const;
export type PersonaRole = keyof typeof PERSONA_ROLES;

/** Reads the PlatformConfig: everybody, since plans and estimates come from it. */
const CONFIG_READER = "tunekit-platform-config";

const groupSubjects = (groups: readonly string[]) =>
  groups.map((name) => ({ kind: "Group", apiGroup: "rbac.authorization.k8s.io", name }));

const RBAC = "rbac.authorization.k8s.io/v1";
const roleRef = (kind: "Role" | "ClusterRole", name: string) => ({
  apiGroup: "rbac.authorization.k8s.io",
  kind,
  name,
});

/** Binds a persona's role inside one namespace. */
export const personaInNamespace = (
  role: PersonaRole,
  namespace: string,
  groups: readonly string[],
): KubernetesObject => ({
  apiVersion: RBAC,
  kind: "RoleBinding",
  metadata: { name: role, namespace },
  roleRef: roleRef("ClusterRole", role),
  subjects: groupSubjects(groups),
});

/** Roles of all personas, and the bindings that hold in the whole cluster. */
export function personaObjects(settings: TenancySettings): KubernetesObject[] {
  const { platform, finance, teams } = settings;
  const everywhere: [PersonaRole, readonly string[]][] = [
    ["tunekit-platform-engineer", platform],
    ["tunekit-finance", finance],
    ["tunekit-approver", settings.approvers ?? finance],
  ];
  const everybody = [...platform, ...finance, ...teams.flatMap(({ scientists }) => scientists)];
  return [
    ...Object.entries(PERSONA_ROLES).map(([name, rules]) => ({
      apiVersion: RBAC,
      kind: "ClusterRole",
      metadata: { name },
      rules,
    })),
    ...everywhere.map(([name, groups]) => ({
      apiVersion: RBAC,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: roleRef("ClusterRole", name),
      subjects: groupSubjects(groups),
    })),
    {
      apiVersion: RBAC,
      kind: "Role",
      metadata: { name: CONFIG_READER, namespace: SYSTEM_NAMESPACE },
      rules: [{ ...rule("", ["configmaps"], ["get"]), resourceNames: [PLATFORM_CONFIG_MAP] }],
    },
    {
      apiVersion: RBAC,
      kind: "RoleBinding",
      metadata: { name: CONFIG_READER, namespace: SYSTEM_NAMESPACE },
      roleRef: roleRef("Role", CONFIG_READER),
      subjects: groupSubjects([...new Set(everybody)]),
    },
  ];
}
