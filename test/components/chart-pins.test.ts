import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  CHART_NAMES,
  ChartPins,
  chartPins,
  chartValues,
  mergeValues,
} from "../../components/chart-pins.ts";
import { NAMESPACE_LABEL, RUN_LABELS, TAINTS } from "../../core/labels.ts";

const VALUES = join(import.meta.dirname, "../../charts/values");

describe("chart pins", () => {
  it("name each chart once, with an exact version and a values file", () => {
    const pins = chartPins();
    expect(Object.keys(pins).sort()).toEqual([...CHART_NAMES].sort());
    expect(readdirSync(VALUES).sort()).toEqual(CHART_NAMES.map((name) => `${name}.yaml`).sort());
  });

  it.each([
    ["a range of versions", { version: "^0.19.2" }],
    ["an address without a scheme", { repository: "registry.k8s.io/kueue" }],
    ["a digest that is none", { digest: "latest" }],
    ["an unknown key", { tag: "v1" }],
  ])("refuses %s", (_what, change) => {
    const pins = chartPins();
    const parsed = ChartPins.safeParse({ ...pins, kueue: { ...pins.kueue, ...change } });
    expect(parsed.success).toBe(false);
  });

  it("has Karpenter's objects and its controller of one version", () => {
    expect(chartPins()["karpenter-crd"].version).toBe(chartPins().karpenter.version);
  });
});

describe("chart values", () => {
  const kueue = parse(
    (chartValues("kueue").managerConfig as { controllerManagerConfigYaml: string })
      .controllerManagerConfigYaml,
  );

  it("have Kueue hold back Jobs without a queue in team namespaces, and copy our labels", () => {
    expect(kueue.manageJobsWithoutQueueName).toBe(true);
    expect(kueue.managedJobsNamespaceSelector.matchLabels).toEqual({ [NAMESPACE_LABEL]: "runs" });
    expect(kueue.integrations.labelKeysToCopy).toEqual(Object.values(RUN_LABELS));
  });

  it("have Kueue give a quota back after a finite number of tries", () => {
    expect(kueue.waitForPodsReady.requeuingStrategy.backoffLimitCount).toBeGreaterThan(0);
  });

  it("run Kueue in the version of its pin", () => {
    expect(readFileSync(join(VALUES, "kueue.yaml"), "utf8")).toContain(
      `tag: v${chartPins().kueue.version},`,
    );
  });

  it.each(["nvidia-device-plugin", "dcgm-exporter"] as const)(
    "let %s onto every GPU node",
    (name) => {
      const { tolerations } = chartValues(name) as {
        tolerations: { key: string; operator: string }[];
      };
      expect(tolerations.map(({ key }) => key)).toEqual([TAINTS.gpu, TAINTS.tier]);
      expect(tolerations.map(({ operator }) => operator)).toEqual(["Exists", "Exists"]);
    },
  );

  it("merge as Helm merges: maps by key, lists and null as a whole", () => {
    expect(
      mergeValues({ a: { b: 1, c: [1, 2] }, d: 1 }, { a: { c: [3] }, d: null, e: { f: 1 } }),
    ).toEqual({ a: { b: 1, c: [3] }, d: null, e: { f: 1 } });
  });
});
