import { join, relative } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import { z } from "zod";
import {
  COST_GATE_CHECK,
  NAMESPACE_LABEL,
  PLATFORM_CONFIG_KEY,
  PLATFORM_CONFIG_MAP,
  SYSTEM_NAMESPACE,
} from "../core/labels.ts";
import { parseSpec } from "../core/spec/parse.ts";
import { PlatformConfig } from "../core/spec/platform-config.ts";
import { CostGateArgs } from "./cost-gate-args.ts";

/** The chart of this repository. */
export const TUNEKIT_CHART = join(import.meta.dirname, "../charts/tunekit");

/**
 * The in-cluster half: rules that every GPU workload must keep, the check that Kueue asks before a Job starts, overrides,
 * and what the platform offers. Needs Kueue in the cluster (`dependsOn`). The controller that answers the check runs where
 * its image is given; without it no Job starts in a queue that asks.
 *
 * `new CostGate("gate", { platform: { kind: "PlatformConfig", tiers: ["gpu-24gb"] } }, { provider, dependsOn: [kueue] })`
 * @throws SpecError
 */
export class CostGate extends pulumi.ComponentResource {
  /** Name of the AdmissionCheck. */
  readonly admissionCheck: pulumi.Output<string>;
  /** Namespace of the PlatformConfig and the controller. */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: CostGateArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("tunekit:index:CostGate", name, {}, options);
    const { platform, values } = parseSpec(CostGateArgs, args);
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      {
        metadata: {
          name: SYSTEM_NAMESPACE,
          labels: {
            [NAMESPACE_LABEL]: "system",
            "pod-security.kubernetes.io/enforce": "restricted",
          },
        },
      },
      { parent: this },
    );
    new k8s.core.v1.ConfigMap(
      `${name}-platform`,
      {
        metadata: { name: PLATFORM_CONFIG_MAP, namespace: namespace.metadata.name },
        data: { [PLATFORM_CONFIG_KEY]: stringify(z.encode(PlatformConfig, platform)) },
      },
      { parent: this },
    );
    const release = new k8s.helm.v3.Release(
      `${name}-chart`,
      {
        name: "tunekit",
        // an absolute path would differ from machine to machine
        chart: `./${relative(process.cwd(), TUNEKIT_CHART)}`,
        namespace: namespace.metadata.name,
        values,
        atomic: true,
        cleanupOnFail: true,
        timeout: 300,
      },
      { parent: this },
    );
    this.namespace = namespace.metadata.name;
    // whoever asks the check must come after the chart that brings it
    this.admissionCheck = release.status.apply(() => COST_GATE_CHECK);
    this.registerOutputs({ admissionCheck: this.admissionCheck, namespace: this.namespace });
  }
}
