import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { NAMESPACE_LABEL } from "../core/labels.ts";
import { parseSpec } from "../core/spec/parse.ts";
import { type ChartValues, chartPins, pinnedRelease } from "./chart-pins.ts";
import { kubernetesObject } from "./kubernetes-object.ts";
import { type PlatformChart, PlatformChartsArgs } from "./platform-charts-args.ts";

/** Charts that need the objects of the Prometheus operator, or Prometheus itself. */
const AFTER_PROMETHEUS: readonly PlatformChart[] = ["dcgm-exporter", "opencost"];
const GPU_CHARTS: readonly PlatformChart[] = ["nvidia-device-plugin", "dcgm-exporter"];

/**
 * The third-party half of the platform, each chart at its pinned version: queueing (Kueue), GPUs as a resource (device plugin
 * with feature discovery), GPU metrics (DCGM), Prometheus and OpenCost. Leave out what the cluster has already.
 *
 * `new PlatformCharts("charts", {}, { provider })`
 * @throws SpecError
 */
export class PlatformCharts extends pulumi.ComponentResource {
  /** Version of each installed chart. */
  readonly versions: pulumi.Output<Record<string, string>>;

  constructor(
    name: string,
    args: PlatformChartsArgs,
    options: pulumi.ComponentResourceOptions = {},
  ) {
    super("tunekit:index:PlatformCharts", name, {}, options);
    const { install, mirror, values } = parseSpec(PlatformChartsArgs, args);
    const made = new Map<PlatformChart, k8s.helm.v3.Release>();
    const before: pulumi.Resource[] = [];
    if (install.some((chart) => GPU_CHARTS.includes(chart))) {
      const { namespace } = chartPins()["nvidia-device-plugin"];
      const labels = {
        [NAMESPACE_LABEL]: "system",
        // the device plugin mounts the kubelet's folder, DCGM reads counters of the card
        "pod-security.kubernetes.io/enforce": "privileged",
      };
      before.push(
        kubernetesObject(
          `${name}-gpu-namespace`,
          { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } },
          { parent: this },
        ),
      );
    }
    for (const chart of install) {
      const prometheus = made.get("kube-prometheus-stack");
      const waitsFor = [
        ...(GPU_CHARTS.includes(chart) ? before : []),
        ...(AFTER_PROMETHEUS.includes(chart) && prometheus ? [prometheus] : []),
      ];
      const ours: ChartValues =
        chart === "dcgm-exporter" && !prometheus ? { serviceMonitor: { enabled: false } } : {};
      const release = pinnedRelease(
        `${name}-${chart}`,
        chart,
        {
          mirror,
          values: { ...ours, ...values[chart] },
          ...(GPU_CHARTS.includes(chart) ? { createNamespace: false } : {}),
        },
        { parent: this, dependsOn: waitsFor },
      );
      made.set(chart, release);
    }
    const charts = [...made];
    this.versions = pulumi
      .all(charts.map(([, { version }]) => version))
      .apply((versions) =>
        Object.fromEntries(charts.map(([chart], at) => [chart, versions[at] as string])),
      );
    this.registerOutputs({ versions: this.versions });
  }
}
