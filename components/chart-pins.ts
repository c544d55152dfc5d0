import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { z } from "zod";
import { parseSpec } from "../core/spec/parse.ts";

const CHARTS = join(import.meta.dirname, "../charts");

export const CHART_NAMES = [
  "kueue",
  "karpenter-crd",
  "karpenter",
  "nvidia-device-plugin",
  "dcgm-exporter",
  "kube-prometheus-stack",
  "opencost",
  "metrics-server",
] as const;
export type ChartName = (typeof CHART_NAMES)[number];

const Sha256 = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/)
  .describe('a digest such as "sha256:" and 64 hex digits');

/** One third-party chart: an exact version, and its digest where it is known. */
export const ChartPin = z.strictObject({
  repository: z
    .string()
    .regex(/^(oci|https):\/\/\S+[^/]$/)
    .describe("an address that begins with oci:// or https://"),
  version: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/)
    .describe('an exact version such as "0.19.2"'),
  digest: Sha256.nullable(),
  namespace: z.string().min(1),
  /** Digests of images that the chart's own source pins. */
  images: z.record(z.string(), Sha256).default({}),
  source: z.string().min(1),
});
export type ChartPin = z.output<typeof ChartPin>;

export const ChartPins = z.strictObject(
  Object.fromEntries(CHART_NAMES.map((name) => [name, ChartPin])) as Record<
    ChartName,
    typeof ChartPin
  >,
);

/** All pins of charts/pins.yaml. @throws SpecError with every problem of the file at once */
export const chartPins = (): Record<ChartName, ChartPin> =>
  parseSpec(ChartPins, parse(readFileSync(join(CHARTS, "pins.yaml"), "utf8")));

export type ChartValues = Record<string, unknown>;

/** The values file of a chart. */
export const chartValues = (name: ChartName): ChartValues =>
  z
    .record(z.string(), z.unknown())
    .parse(parse(readFileSync(join(CHARTS, "values", `${name}.yaml`), "utf8")));

const isMap = (value: unknown): value is ChartValues =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Values over values as Helm merges them: maps key by key, everything else is replaced. */
export const mergeValues = (base: ChartValues, over: ChartValues): ChartValues => ({
  ...base,
  ...Object.fromEntries(
    Object.entries(over).map(([key, value]) => {
      const below = base[key];
      return [key, isMap(below) && isMap(value) ? mergeValues(below, value) : value];
    }),
  ),
});

export interface PinnedReleaseArgs {
  /** Values over those of the chart's values file. */
  values?: ChartValues;
  /** A registry or folder that holds the charts under their own names, where the public ones cannot be reached. */
  mirror?: string | undefined;
  /** @default true, but for kube-system */
  createNamespace?: boolean;
}

/** A Helm release of a pinned chart. `helm.v3.Release`, because its inputs can be read by policies and tests. */
export function pinnedRelease(
  resourceName: string,
  chart: ChartName,
  { values = {}, mirror, createNamespace }: PinnedReleaseArgs,
  options: pulumi.CustomResourceOptions,
): k8s.helm.v3.Release {
  const pin = chartPins()[chart];
  const at = pin.digest === null ? "" : `@${pin.digest}`;
  const from =
    mirror !== undefined
      ? { chart: `${mirror}/${chart}` }
      : pin.repository.startsWith("oci:")
        ? { chart: `${pin.repository}/${chart}${at}` }
        : { chart, repositoryOpts: { repo: pin.repository } };
  return new k8s.helm.v3.Release(
    resourceName,
    {
      ...from,
      name: chart,
      version: pin.version,
      namespace: pin.namespace,
      createNamespace: createNamespace ?? pin.namespace !== "kube-system",
      values: mergeValues(chartValues(chart), values),
      atomic: true,
      cleanupOnFail: true,
      timeout: 600,
    },
    options,
  );
}
