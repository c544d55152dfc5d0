import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../components/kubernetes-object.ts";
import { PERSONA_ROLES, type PersonaRole, personaObjects } from "../../components/persona-roles.ts";
import { Tenancy } from "../../components/tenancy.ts";
import { TenancyArgs } from "../../components/tenancy-args.ts";
import { peersOf, tenantObjects } from "../../components/tenant-objects.ts";
import { parseSpec } from "../../core/spec/parse.ts";
import { registered, settled } from "../support/pulumi-mocks.ts";

const ARGS: TenancyArgs = {
  teams: [
    { name: "research", maxGpus: 8, costCenter: "rd-7" },
    { name: "support", maxGpus: 2, scientists: ["oidc:support-ml"] },
  ],
  egressCidrs: ["10.64.0.0/16", "52.218.0.0/17"],
};
const settings = parseSpec(TenancyArgs, ARGS);
const [research] = settings.teams;
if (!research) throw new Error("a team");
const objects = tenantObjects(research, {
  endpoints: peersOf(["10.64.0.0/16"]),
  podIdentity: true,
});
const one = (kind: string, name: string, from: KubernetesObject[] = objects): KubernetesObject => {
  const found = from.find((each) => each.kind === kind && each.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found;
};

describe("a team's namespace", () => {
  it("carries its costs and keeps pods restricted", () => {
    expect(one("Namespace", "research").metadata.labels).toEqual({
      "tunekit.dev/namespace": "runs",
      "tunekit.dev/team": "research",
      "tunekit.dev/cost-center": "rd-7",
      "pod-security.kubernetes.io/enforce": "restricted",
      "pod-security.kubernetes.io/audit": "restricted",
      "pod-security.kubernetes.io/warn": "restricted",
    });
  });

  it("limits GPUs and Jobs, and allows nothing else that costs money", () => {
    expect(one("ResourceQuota", "tunekit").spec).toMatchObject({
      hard: {
        "requests.nvidia.com/gpu": "8",
        "count/jobs.batch": "200",
        persistentvolumeclaims: "0",
        "services.loadbalancers": "0",
      },
    });
  });

  it("denies all traffic but DNS, Pod Identity and the endpoints", () => {
    const policies = objects.filter(({ kind }) => kind === "NetworkPolicy");
    expect(policies.map(({ metadata }) => metadata.name)).toEqual([
      "default-deny",
      "allow-dns",
      "allow-pod-identity",
      "allow-endpoints",
    ]);
    expect(one("NetworkPolicy", "default-deny").spec).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
    expect(one("NetworkPolicy", "allow-pod-identity").spec).toMatchObject({
      egress: [
        {
          to: [{ ipBlock: { cidr: "169.254.170.23/32" } }],
          ports: [{ protocol: "TCP", port: 80 }],
        },
      ],
    });
    expect(one("NetworkPolicy", "allow-endpoints").spec).toMatchObject({
      egress: [
        { to: [{ ipBlock: { cidr: "10.64.0.0/16" } }], ports: [{ protocol: "TCP", port: 443 }] },
      ],
    });
  });

  it("needs no Pod Identity on your own premises", () => {
    const without = tenantObjects(research, { endpoints: [], podIdentity: false });
    expect(without.map(({ metadata }) => metadata.name)).not.toContain("allow-pod-identity");
  });

  it("has an account for runs without a token of the cluster", () => {
    expect(one("ServiceAccount", "tunekit-run").automountServiceAccountToken).toBe(false);
  });
});

describe("personas", () => {
  /** Resources on which a role has the verb; `group/resource`. */
  const may = (role: PersonaRole, verb: string): string[] =>
    PERSONA_ROLES[role]
      .filter(({ verbs }) => verbs.includes(verb))
      .flatMap(({ apiGroups, resources }) =>
        resources.map((resource) => `${apiGroups[0]}/${resource}`),
      );

  it.each(Object.keys(PERSONA_ROLES) as PersonaRole[])(
    "%s has no way round the gate: no pods, shells, secrets, and no word in a Workload",
    (role) => {
      for (const verb of ["create", "update", "patch"]) {
        expect(may(role, verb)).not.toEqual(
          expect.arrayContaining([
            expect.stringMatching(/^\/pods$|workloads|\/secrets|pods\/exec/),
          ]),
        );
      }
      const everything = PERSONA_ROLES[role].flatMap(({ resources, verbs }) => [
        ...resources,
        ...verbs,
      ]);
      for (const never of ["*", "secrets", "pods/exec", "workloads/status", "impersonate"]) {
        expect(everything).not.toContain(never);
      }
    },
  );

  it("let scientists make and end Jobs but change none", () => {
    expect(may("tunekit-data-scientist", "create")).toEqual(["batch/jobs"]);
    expect(may("tunekit-data-scientist", "delete")).toEqual(["batch/jobs"]);
    expect(may("tunekit-data-scientist", "patch")).toEqual([]);
  });

  it("let finance read, and nobody but approvers give an override", () => {
    for (const verb of ["create", "update", "patch", "delete"]) {
      expect(may("tunekit-finance", verb)).toEqual([]);
    }
    const givers = (Object.keys(PERSONA_ROLES) as PersonaRole[]).filter((role) =>
      may(role, "create").includes("tunekit.dev/costoverrides"),
    );
    expect(givers).toEqual(["tunekit-approver"]);
    const binding = (args: TenancyArgs) =>
      one("ClusterRoleBinding", "tunekit-approver", personaObjects(parseSpec(TenancyArgs, args)));
    expect(binding(ARGS).subjects).toMatchObject([{ kind: "Group", name: "tunekit:finance" }]);
    expect(binding({ ...ARGS, approvers: ["heads"] }).subjects).toMatchObject([{ name: "heads" }]);
  });

  it("let each group read the PlatformConfig and no other ConfigMap", () => {
    const from = personaObjects(settings);
    expect(one("Role", "tunekit-platform-config", from).rules).toEqual([
      {
        apiGroups: [""],
        resources: ["configmaps"],
        verbs: ["get"],
        resourceNames: ["tunekit-platform"],
      },
    ]);
    expect(one("RoleBinding", "tunekit-platform-config", from).subjects).toMatchObject(
      ["tunekit:platform", "tunekit:finance", "tunekit:research", "oidc:support-ml"].map(
        (name) => ({ name }),
      ),
    );
  });
});

describe("the component", () => {
  it("registers everything of every team, and takes its ranges from other resources", async () => {
    let namespaces: Record<string, string> = {};
    const resources = await registered(async () => {
      namespaces = await settled(new Tenancy("teams", ARGS).namespaces);
    });
    expect(namespaces).toEqual({ research: "research", support: "support" });
    const names = resources.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(resources.find(({ name }) => name === "teams-namespace-research")?.type).toBe(
      "kubernetes:core/v1:Namespace",
    );
    const endpoints = resources.find(
      ({ name }) => name === "teams-networkpolicy-support-allow-endpoints",
    );
    expect(endpoints?.inputs.spec).toMatchObject({
      egress: [{ to: peersOf(["10.64.0.0/16", "52.218.0.0/17"]) }],
    });
  });

  it("refuses two teams in one namespace", () => {
    const teams = [
      { name: "a", maxGpus: 1 },
      { name: "b", maxGpus: 1, namespace: "a" },
    ];
    expect(() => parseSpec(TenancyArgs, { ...ARGS, teams })).toThrow(
      expect.objectContaining({
        code: "DuplicateName",
        path: "teams",
        fix: "give each team a name and a namespace of its own",
      }),
    );
  });

  it.each(["kube-system", "default", "tunekit-system", "kueue-system"])(
    "refuses a team that would be let into %s",
    (name) => {
      const teams = [{ name, maxGpus: 1 }];
      expect(() => parseSpec(TenancyArgs, { ...ARGS, teams })).toThrow(
        expect.objectContaining({ code: "ReservedNamespace", path: "teams" }),
      );
    },
  );
});
