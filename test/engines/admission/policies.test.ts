import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TUNEKIT_CHART } from "../../../components/cost-gate.ts";
import { ANNOTATIONS, KUEUE, KUEUE_USER } from "../../../core/labels.ts";
import { createObject, type KubernetesObject } from "../cluster/objects.ts";
import type { Call } from "../cluster/raw-client.ts";
import { waitFor } from "../cluster/wait-for.ts";
import { JOB_CHANGES, JOB_FAULTS } from "./gpu-job-faults.ts";
import {
  changeRefusal,
  createRefusal,
  JOB_CONTROLLER,
  POD_CREATORS,
  type PolicyCluster,
  refusal,
  startPolicyCluster,
} from "./policy-cluster.ts";
import {
  cpuJob,
  gpuJob,
  inDays,
  jobWith,
  LONG_RUNNING,
  longRunning,
  NAMESPACE,
  override,
  pod,
  podSpec,
  TOLERATION,
} from "./workload-manifests.ts";

let cluster: PolicyCluster;
/** May do everything, so that only an admission rule can refuse. */
let root: Call;
let scientist: Call;
let approver: Call;
const stored = gpuJob("stored");
const tolerant = (gpus = 0, toleration: object = TOLERATION) =>
  podSpec(gpus, { tolerations: [toleration] });

beforeAll(async () => {
  cluster = await startPolicyCluster();
  root = cluster.as("root", "system:masters");
  scientist = cluster.as("ada", "tunekit:research");
  approver = cluster.as("finn", "tunekit:finance");
  await createObject(scientist, stored);
  // A rule acts some tenths of a second after its binding is there.
  const probes: (() => Promise<string | undefined>)[] = [
    () =>
      createRefusal(
        root,
        jobWith((job) => delete job.metadata.annotations[ANNOTATIONS.job]),
      ),
    () => changeRefusal(root, stored, { spec: { activeDeadlineSeconds: 1 } }),
    () => createRefusal(root, cpuJob(tolerant())),
    () => createRefusal(root, pod(podSpec(1))),
    () => createRefusal(root, longRunning("Deployment", podSpec(1))),
    () => createRefusal(root, longRunning("CronJob", podSpec(1))),
    () => createRefusal(root, claim),
    () => createRefusal(root, override()),
  ];
  for (const probe of probes) await waitFor("every rule to act", probe);
});
afterAll(() => cluster?.stop());

const claim: KubernetesObject & { spec: unknown } = {
  apiVersion: "resource.k8s.io/v1",
  kind: "ResourceClaim",
  metadata: { name: "gpu", namespace: NAMESPACE },
  spec: {
    devices: { requests: [{ name: "gpu", exactly: { deviceClassName: "gpu.nvidia.com" } }] },
  },
};

describe("a Job with a GPU", () => {
  it("is let in as the kit submits it, from whoever may create Jobs", async () => {
    expect(await createRefusal(scientist, gpuJob())).toBeUndefined();
  });

  it.each(JOB_FAULTS)("is refused without %s", async (_what, message, change) => {
    expect(await createRefusal(root, jobWith(change))).toContain(message);
  });

  it("is refused outside a team's namespace", async () => {
    const elsewhere = jobWith(({ metadata }) => {
      metadata.namespace = "default";
    });
    expect(await createRefusal(root, elsewhere)).toContain("team's namespace only");
  });

  it("is suspended from the start, by Kueue's webhook", async () => {
    const created = await createObject(root, gpuJob() as KubernetesObject, { dryRun: "All" });
    expect(created).toMatchObject({ spec: { suspend: true } });
  });
});

describe("a Job with a GPU, once it is there", () => {
  it.each(JOB_CHANGES)("cannot change %s", async (_what, message, change) => {
    expect(await changeRefusal(root, stored, change)).toContain(message);
  });

  it("may be noted upon", async () => {
    const note = { metadata: { annotations: { note: "for the quarterly review" } } };
    expect(await changeRefusal(root, stored, note)).toBeUndefined();
  });

  it("is started by Kueue, on the nodes of the flavor", async () => {
    const kueue = cluster.as(KUEUE_USER, "system:masters");
    const start = {
      spec: {
        suspend: false,
        template: { spec: { tolerations: [TOLERATION], nodeSelector: { a: "b" } } },
      },
    };
    expect(await changeRefusal(kueue, stored, start)).toBeUndefined();
    const queue = { metadata: { labels: { [KUEUE.queueName]: "free" } } };
    expect(await changeRefusal(kueue, stored, queue)).toContain("queue, priority");
  });
});

describe("a Job without a GPU", () => {
  it("is let in, and stays off GPU nodes whoever sends it there", async () => {
    expect(await createRefusal(scientist, cpuJob())).toBeUndefined();
    for (const toleration of [
      TOLERATION,
      { operator: "Exists" },
      { key: "tunekit.dev/tier", operator: "Equal", value: "a100-40" },
    ]) {
      expect(await createRefusal(root, cpuJob(tolerant(0, toleration)))).toContain(
        "only a pod that asks for a GPU",
      );
    }
    const other = { key: "example.com/arm", operator: "Exists" };
    expect(await createRefusal(root, cpuJob(tolerant(0, other)))).toBeUndefined();
  });

  it("cannot be sent there by a queue's flavor", async () => {
    const plain = { ...cpuJob(), metadata: { name: "plain", namespace: NAMESPACE } };
    await createObject(root, { ...plain, spec: { ...(plain.spec as object), suspend: true } });
    const kueue = cluster.as(KUEUE_USER, "system:masters");
    const start = { spec: { suspend: false, template: { spec: { tolerations: [TOLERATION] } } } };
    expect(await changeRefusal(kueue, plain, start)).toContain("only a pod that asks for a GPU");
  });
});

describe("a bare pod", () => {
  it("has no GPU, not even with a made-up owner", async () => {
    expect(await createRefusal(root, pod(podSpec(1)))).toContain("made by a Job only");
    const owner = {
      apiVersion: "batch/v1",
      kind: "Job",
      name: "stored",
      uid: "1",
      controller: true,
    };
    expect(await createRefusal(root, pod(podSpec(1), { ownerReferences: [owner] }))).toContain(
      "made by a Job only",
    );
    const hidden = podSpec(0, {
      initContainers: podSpec(1).containers.map((c) => ({ ...c, name: "i" })),
    });
    expect(await createRefusal(root, pod(hidden))).toContain("made by a Job only");
    const claimed = podSpec(0, { resourceClaims: [{ name: "gpu", resourceClaimName: "gpu" }] });
    expect(await createRefusal(root, pod(claimed))).toContain("made by a Job only");
  });

  it("has one when the Job controller makes it", async () => {
    const controller = cluster.as(JOB_CONTROLLER, "system:masters");
    expect(await createRefusal(controller, pod(tolerant(1)))).toBeUndefined();
  });

  it("without a GPU is let in, but onto no GPU node", async () => {
    expect(await createRefusal(root, pod(podSpec(0)))).toBeUndefined();
    expect(await createRefusal(root, pod(tolerant()))).toContain("may tolerate");
    expect(await createRefusal(root, pod(podSpec(0, { nodeName: "gpu-0" })))).toContain(
      "name its node",
    );
  });

  it("of the system goes everywhere", async () => {
    const agent = pod(tolerant(0, { operator: "Exists" }), { namespace: "kube-system" });
    expect(await createRefusal(root, agent)).toBeUndefined();
  });
});

describe.each(LONG_RUNNING)("a %s", (kind) => {
  it("is let in without a GPU and refused with one, or on GPU nodes", async () => {
    expect(await createRefusal(root, longRunning(kind, podSpec(0)))).toBeUndefined();
    expect(await createRefusal(root, longRunning(kind, podSpec(1)))).toContain("a GPU is for");
    expect(await createRefusal(root, longRunning(kind, tolerant()))).toContain("may tolerate");
    expect(
      await createRefusal(root, longRunning(kind, podSpec(0, { nodeName: "gpu-0" }))),
    ).toContain("name its node");
  });
});

describe("a claim on a device", () => {
  it("is refused: it would not count against a quota", async () => {
    expect(await createRefusal(root, claim)).toContain("not counted against a quota");
    const template = {
      ...claim,
      kind: "ResourceClaimTemplate",
      spec: { spec: claim.spec },
    };
    expect(await createRefusal(root, template)).toContain("not counted against a quota");
    const system = { ...claim, metadata: { name: "gpu", namespace: "kube-system" } };
    expect(await createRefusal(root, system)).toBeUndefined();
  });
});

describe("an override", () => {
  it("is given by an approver in their own name, for at most a week", async () => {
    expect(await createRefusal(approver, override())).toBeUndefined();
  });

  it.each<[string, string, Record<string, unknown>]>([
    ["in somebody else's name", "spec.approver must be you, finn", { approver: "grace" }],
    ["for their own run", "cannot approve it as well", { requester: "finn" }],
    ["for longer", "within the next 7 days", { expiresAt: inDays(8) }],
    ["for the past", "within the next 7 days", { expiresAt: inDays(-1) }],
    ["without a reason", "spec.reason", { reason: "because" }],
    ["for no job", "spec.jobDigest", { jobDigest: "support-triage" }],
  ])("is refused %s", async (_what, message, spec) => {
    expect(await createRefusal(approver, override(spec))).toContain(message);
  });

  it("cannot change, and is given by nobody else", async () => {
    const given = { ...override(), metadata: { name: "given", namespace: NAMESPACE } };
    await createObject(approver, given);
    const change = { spec: { reason: "on second thoughts, for other reasons" } };
    expect(await changeRefusal(root, given, change)).toContain("an override cannot change");
    const own = override({ approver: "ada", requester: "finn" });
    expect(await createRefusal(scientist, own)).toContain("forbidden");
  });
});

describe("a data scientist", () => {
  const path = (resource: string, group = "/api/v1") =>
    `${group}/namespaces/${NAMESPACE}/${resource}`;
  it.each<[string, (call: Call) => Promise<unknown>]>([
    ["make a pod", (call) => createObject(call, pod(podSpec(0)), { dryRun: "All" })],
    [
      "change a Job",
      (call) =>
        call("PATCH", `${path("jobs", "/apis/batch/v1")}/stored`, {
          type: "application/merge-patch+json",
          body: {},
        }),
    ],
    ["read secrets", (call) => call("GET", path("secrets"))],
    [
      "approve a Workload",
      (call) =>
        call("PATCH", `${path("workloads", "/apis/kueue.x-k8s.io/v1beta2")}/w/status`, {
          type: "application/merge-patch+json",
          body: {},
        }),
    ],
    ["see another namespace", (call) => call("GET", "/apis/batch/v1/namespaces/default/jobs")],
  ])("may not %s", async (_what, attempt) => {
    expect(await refusal(attempt(scientist))).toContain("forbidden");
  });

  it("may list and end the team's Jobs", async () => {
    const jobs = path("jobs", "/apis/batch/v1");
    expect(await scientist<{ items: unknown[] }>("GET", jobs)).toMatchObject({ kind: "JobList" });
    const once = gpuJob("ended");
    await createObject(scientist, once);
    expect(await refusal(scientist("DELETE", `${jobs}/ended`))).toBeUndefined();
  });
});

describe("the roll-out", () => {
  const wrong = longRunning("Deployment", podSpec(1));
  const create = () => cluster.kubectl(wrong, "create", "--dry-run=server");
  const upgrade = (action: string) =>
    cluster.helm(
      "upgrade",
      "tunekit",
      TUNEKIT_CHART,
      ...POD_CREATORS,
      `--set=policies.action=${action}`,
    );

  it("warns, then only writes to the audit log, then refuses again", async () => {
    await upgrade("Warn");
    const warned = await waitFor("the warning", async () => {
      const seen = await create().catch(() => undefined);
      return seen?.stderr.includes("Warning") && seen;
    });
    expect(warned.stderr).toContain("a GPU is for Jobs only");
    expect(warned.stdout).toContain("deployment.apps/notebook created");
    await upgrade("Audit");
    const silent = await waitFor("silence", async () => {
      const seen = await create();
      return !seen.stderr.includes("a GPU is for Jobs only") && seen;
    });
    expect(silent.stdout).toContain("deployment.apps/notebook created");
    await createObject(root, { ...wrong, metadata: { name: "old", namespace: NAMESPACE } });
    await upgrade("Deny");
    await waitFor("the refusal", () => createRefusal(root, wrong));
    expect(await createRefusal(root, wrong)).toContain("a GPU is for Jobs only");
  });

  it("leaves what was there before, which may still be noted upon and go but not be changed", async () => {
    const old = { ...wrong, metadata: { name: "old", namespace: NAMESPACE } };
    const note = { metadata: { annotations: { note: "to be removed" }, finalizers: [] } };
    expect(await changeRefusal(root, old, note)).toBeUndefined();
    expect(await changeRefusal(root, old, { spec: { replicas: 2 } })).toContain("for Jobs only");
  });

  it("ends with the release, and leaves the overrides", async () => {
    await cluster.helm("uninstall", "tunekit", "--wait");
    await waitFor("the rules to go", async () => (await createRefusal(root, wrong)) === undefined);
    const given = `/apis/tunekit.dev/v1alpha1/namespaces/${NAMESPACE}/costoverrides/given`;
    expect(await root("GET", given)).toMatchObject({ metadata: { name: "given" } });
  });
});
