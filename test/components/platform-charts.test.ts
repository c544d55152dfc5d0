import { describe, expect, it } from "vitest";
import { chartPins, chartValues } from "../../components/chart-pins.ts";
import { PlatformCharts } from "../../components/platform-charts.ts";
import type { PlatformChartsArgs } from "../../components/platform-charts-args.ts";
import { registered, settled } from "../support/pulumi-mocks.ts";

const releases = async (args: PlatformChartsArgs) => {
  const resources = await registered(() => new PlatformCharts("charts", args));
  return resources.filter(({ type }) => type === "kubernetes:helm.sh/v3:Release");
};

describe("platform charts", () => {
  it("are installed at their pinned versions, each from where its pin says", async () => {
    let versions: Record<string, string> = {};
    const resources = await registered(async () => {
      versions = await settled(new PlatformCharts("charts", {}).versions);
    });
    const pins = chartPins();
    expect(versions).toEqual(
      Object.fromEntries(
        (
          [
            "kueue",
            "nvidia-device-plugin",
            "kube-prometheus-stack",
            "dcgm-exporter",
            "opencost",
          ] as const
        ).map((chart) => [chart, pins[chart].version]),
      ),
    );
    const of = (name: string) => resources.find((each) => each.name === `charts-${name}`)?.inputs;
    expect(of("kueue")).toMatchObject({
      chart: "oci://registry.k8s.io/kueue/charts/kueue",
      namespace: "kueue-system",
      createNamespace: true,
      values: chartValues("kueue"),
    });
    expect(of("opencost")).toMatchObject({
      chart: "opencost",
      repositoryOpts: { repo: "https://opencost.github.io/opencost-helm-chart" },
    });
    expect(of("gpu-namespace")?.metadata).toMatchObject({
      name: "gpu-system",
      labels: { "pod-security.kubernetes.io/enforce": "privileged" },
    });
  });

  it("come from a mirror where there is one", async () => {
    const [kueue] = await releases({ install: ["kueue"], mirror: "oci://mirror.example/charts" });
    expect(kueue?.inputs).toMatchObject({ chart: "oci://mirror.example/charts/kueue" });
    expect(kueue?.inputs).not.toHaveProperty("repositoryOpts");
  });

  it("have no monitor where no Prometheus is installed", async () => {
    const [dcgm] = await releases({ install: ["dcgm-exporter"] });
    expect(dcgm?.inputs.values).toMatchObject({ serviceMonitor: { enabled: false } });
    const withPrometheus = await releases({ install: ["dcgm-exporter", "kube-prometheus-stack"] });
    expect(
      withPrometheus.find(({ name }) => name === "charts-dcgm-exporter")?.inputs.values,
    ).toMatchObject({ serviceMonitor: { enabled: true } });
  });

  it("take a stack's values over those of the repository", async () => {
    const [kueue] = await releases({
      install: ["kueue"],
      values: { kueue: { controllerManager: { replicas: 1 } } },
    });
    expect(kueue?.inputs.values).toMatchObject({
      controllerManager: { replicas: 1, podDisruptionBudget: { enabled: true } },
    });
  });
});
