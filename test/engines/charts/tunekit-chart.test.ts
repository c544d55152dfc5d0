import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { API_GROUP, COST_GATE_CHECK, SYSTEM_NAMESPACE } from "../../../core/labels.ts";
import { helm } from "../cluster/cluster-tools.ts";
import { applyObject, type KubernetesObject, pathOf } from "../cluster/objects.ts";
import { clientOf } from "../cluster/test-cluster.ts";
import { waitFor } from "../cluster/wait-for.ts";

const CHART = join(import.meta.dirname, "../../../charts/tunekit");
const admin = clientOf();

/** Every template switched on, except the one that needs the kinds of the Prometheus operator. */
const EVERYTHING = [
  "--set=controller.enabled=true",
  `--set=controller.image=registry.example/tunekit@sha256:${"0".repeat(64)}`,
];

async function rendered(...values: string[]): Promise<KubernetesObject[]> {
  const text = await helm(
    "template",
    "tunekit",
    CHART,
    `--namespace=${SYSTEM_NAMESPACE}`,
    ...values,
  );
  return parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
}

const kindsOf = (objects: readonly KubernetesObject[]): Set<string> =>
  new Set(objects.map(({ kind }) => kind));

beforeAll(async () => {
  const metadata = { name: SYSTEM_NAMESPACE };
  await applyObject(admin, { apiVersion: "v1", kind: "Namespace", metadata });
});

describe("charts/tunekit", () => {
  it("passes Helm's own checks", async () => {
    expect(await helm("lint", "--strict", CHART, ...EVERYTHING)).toContain("0 chart(s) failed");
  });

  it("is accepted by the API server, object by object, with every field known", async () => {
    const objects = await rendered(...EVERYTHING);
    for (const object of objects) {
      const inPlace = object.metadata.namespace ?? SYSTEM_NAMESPACE;
      const placed = { ...object, metadata: { ...object.metadata, namespace: inPlace } };
      const stored = await applyObject(admin, await scoped(placed), { dryRun: "All" });
      expect(stored.metadata.name).toBe(object.metadata.name);
    }
    expect([...kindsOf(objects)]).toEqual(
      expect.arrayContaining([
        "AdmissionCheck",
        "CustomResourceDefinition",
        "Deployment",
        "NetworkPolicy",
        "PodDisruptionBudget",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
      ]),
    );
  });

  it("leaves the controller out until it has an image, and keeps its rules and its check", async () => {
    const objects = await rendered();
    expect(kindsOf(objects)).not.toContain("Deployment");
    expect(objects).toContainEqual(
      expect.objectContaining({
        kind: "AdmissionCheck",
        metadata: expect.objectContaining({ name: COST_GATE_CHECK }),
      }),
    );
  });

  it("refuses a value that it does not know", async () => {
    await expect(rendered("--set=controler.enabled=true")).rejects.toMatchObject({
      stderr: expect.stringContaining("controler"),
    });
  });

  it("has only expressions that fit the types of what they judge", async () => {
    const objects = await rendered();
    for (const object of objects.filter(({ kind }) => kind === "CustomResourceDefinition")) {
      await applyObject(admin, object);
      await waitFor("the kind", () => admin("GET", `/apis/${API_GROUP}`));
    }
    // Without their bindings they judge nothing, so other tests do not notice them.
    const policies = objects.filter(({ kind }) => kind === "ValidatingAdmissionPolicy");
    expect(policies.length).toBeGreaterThan(0);
    for (const policy of policies) {
      await applyObject(admin, policy);
      const { path } = await pathOf(admin, policy);
      const { status } = await waitFor(`the type check of ${policy.metadata.name}`, async () => {
        const seen = await admin<TypeChecked>("GET", path);
        return seen.status?.observedGeneration === seen.metadata.generation && seen;
      });
      await admin("DELETE", path);
      expect([policy.metadata.name, status?.typeChecking?.expressionWarnings ?? []]).toEqual([
        policy.metadata.name,
        [],
      ]);
    }
  });
});

interface TypeChecked {
  metadata: { generation: number };
  status?: {
    observedGeneration?: number;
    typeChecking?: { expressionWarnings?: { fieldRef: string; warning: string }[] };
  };
}

/** Without the namespace where the kind has none: the API server refuses what Helm forgives. */
async function scoped(object: KubernetesObject): Promise<KubernetesObject> {
  const { path } = await pathOf(admin, object);
  if (path.includes("/namespaces/")) return object;
  const { namespace: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
