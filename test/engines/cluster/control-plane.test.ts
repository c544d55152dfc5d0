import { describe, expect, it, onTestFinished } from "vitest";
import { applyObject, conditionOf, createObject, isTrue } from "./objects.ts";
import { ApiError } from "./raw-client.ts";
import { clientOf, newNamespace, uniqueName } from "./test-cluster.ts";
import { ENDLESS, type Job, testJob } from "./test-job.ts";
import { newNode } from "./test-node.ts";
import { waitFor } from "./wait-for.ts";

const admin = clientOf();
const scientist = clientOf("data-scientist");
const jobPath = ({ metadata: { namespace, name } }: Job) =>
  `/apis/batch/v1/namespaces/${namespace}/jobs/${name}`;

/** A node that only the pods of this test land on. */
async function ownNode() {
  const label = { "example.com/test": uniqueName("only") };
  await newNode(admin, { labels: label });
  return label;
}

/** Without it every pod is refused for another reason. */
const waitForServiceAccount = (namespace: string) =>
  waitFor("the namespace's service account", () =>
    admin("GET", `/api/v1/namespaces/${namespace}/serviceaccounts/default`),
  );

describe("Kubernetes", () => {
  it("is the version that the kit is built for", async () => {
    expect(await admin("GET", "/version")).toMatchObject({
      gitVersion: "v1.36.3",
      major: "1",
      minor: "36",
    });
  });

  it("runs a Job on a fake node to its end", async () => {
    const namespace = await newNamespace(admin);
    const job = testJob({ namespace, name: "good", nodeSelector: await ownNode() });
    await createObject(admin, job);
    const ended = await waitFor("the Job to be complete", async () => {
      const seen = await admin<Job>("GET", jobPath(job));
      return isTrue(seen, "Complete") && seen;
    });
    expect(conditionOf(ended, "Failed")).toBeUndefined();
  });

  it("fails a Job whose container ends with another code than 0", async () => {
    const namespace = await newNamespace(admin);
    const annotations = { "sim.tunekit.dev/exit-code": "70" };
    const job = testJob({ namespace, name: "bad", annotations, nodeSelector: await ownNode() });
    await createObject(admin, job);
    const failed = await waitFor("the Job to fail", async () =>
      conditionOf(await admin<Job>("GET", jobPath(job)), "Failed"),
    );
    expect(failed).toMatchObject({ status: "True", reason: "BackoffLimitExceeded" });
  });

  it("leaves a pod pending that fits no node, and the scheduler says why", async () => {
    const namespace = await newNamespace(admin);
    const limits = { "nvidia.com/gpu": "9" };
    const nodeSelector = await ownNode();
    await createObject(admin, testJob({ namespace, name: "big", nodeSelector, limits }));
    const scheduled = await waitFor("the scheduler's verdict", async () => {
      const { items } = await admin<{ items: Parameters<typeof conditionOf>[0][] }>(
        "GET",
        `/api/v1/namespaces/${namespace}/pods`,
      );
      return conditionOf(items[0], "PodScheduled");
    });
    expect(scheduled).toMatchObject({ status: "False", reason: "Unschedulable" });
    expect(scheduled.message).toContain("Insufficient nvidia.com/gpu");
  });

  it("refuses an unknown field, when an object is created and when it is applied", async () => {
    const namespace = await newNamespace(admin);
    const job = testJob({ namespace, name: "typo" });
    const typo = { ...job, spec: { ...job.spec, ttlSecondsAfterFinishd: 3 } };
    await expect(createObject(admin, typo)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('unknown field "spec.ttlSecondsAfterFinishd"'),
    });
    await expect(applyObject(admin, typo)).rejects.toMatchObject({
      status: 500,
      message: expect.stringContaining("field not declared in schema"),
    });
  });

  it("lets a user do what a role allows, and nothing else", async () => {
    const namespace = await newNamespace(admin);
    const job = testJob({ namespace, name: "mine", annotations: ENDLESS });
    await expect(createObject(scientist, job)).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('User "data-scientist" cannot create resource "jobs"'),
    });
    const rbac = "rbac.authorization.k8s.io";
    const metadata = { name: "jobs", namespace };
    await createObject(admin, {
      apiVersion: `${rbac}/v1`,
      kind: "Role",
      metadata,
      rules: [{ apiGroups: ["batch"], resources: ["jobs"], verbs: ["create"] }],
    });
    await createObject(admin, {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: rbac, kind: "Role", name: "jobs" },
      subjects: [{ apiGroup: rbac, kind: "Group", name: "data-scientist" }],
    });
    await waitFor("the role to count", () => createObject(scientist, job));
    await expect(scientist("GET", jobPath(job))).rejects.toMatchObject({ status: 403 });
    const colleague = clientOf("admin", { as: { user: "ann", groups: ["data-scientist"] } });
    expect(await createObject(colleague, testJob({ namespace, name: "hers" }))).toMatchObject({
      metadata: { name: "hers" },
    });
  });

  it("enforces a ValidatingAdmissionPolicy, also on an administrator, and by the name of each controller", async () => {
    const label = { "example.com/policy": uniqueName("pods") };
    const namespace = await newNamespace(admin, label);
    const admission = "admissionregistration.k8s.io/v1";
    const metadata = { name: uniqueName("pods-of-jobs") };
    const pods = { apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] };
    await createObject(admin, {
      apiVersion: admission,
      kind: "ValidatingAdmissionPolicy",
      metadata,
      spec: {
        failurePolicy: "Fail",
        matchConstraints: { resourceRules: [{ ...pods, operations: ["CREATE"] }] },
        validations: [
          {
            expression:
              "request.userInfo.username == 'system:serviceaccount:kube-system:job-controller'",
            reason: "Forbidden",
            message: "a pod is made by a Job only",
          },
        ],
      },
    });
    await createObject(admin, {
      apiVersion: admission,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata,
      spec: {
        policyName: metadata.name,
        validationActions: ["Deny"],
        matchResources: { namespaceSelector: { matchLabels: label } },
      },
    });
    onTestFinished(async () => {
      for (const kind of ["validatingadmissionpolicybindings", "validatingadmissionpolicies"])
        await admin("DELETE", `/apis/${admission}/${kind}/${metadata.name}`);
    });
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "mine", namespace },
      spec: { containers: [{ name: "main", image: "example.invalid/trainer:1" }] },
    };
    await waitForServiceAccount(namespace);
    const denied = await waitFor("the policy to act", () =>
      createObject(admin, pod, { dryRun: "All" }).then(
        () => undefined,
        (error: ApiError) => error,
      ),
    );
    expect(denied).toMatchObject({
      status: 403,
      message: expect.stringContaining("a pod is made by a Job only"),
    });
    const job = testJob({ namespace, name: "good", nodeSelector: await ownNode() });
    await createObject(admin, job);
    await waitFor("the Job to be complete", async () =>
      isTrue(await admin<Job>("GET", jobPath(job)), "Complete"),
    );
  });

  it("enforces the Pod Security standard of a namespace", async () => {
    const namespace = await newNamespace(admin, {
      "pod-security.kubernetes.io/enforce": "restricted",
    });
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "root", namespace },
      spec: { containers: [{ name: "main", image: "x", securityContext: { privileged: true } }] },
    };
    await waitForServiceAccount(namespace);
    const refused = await createObject(admin, pod).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({
      status: 403,
      message: expect.stringContaining('violates PodSecurity "restricted:latest": privileged'),
    });
  });
});
