import { GPU_RESOURCE } from "../../../core/labels.ts";
import type { Condition, KubernetesObject } from "./objects.ts";

export interface Job extends KubernetesObject {
  spec: {
    suspend?: boolean;
    backoffLimit: number;
    template: {
      metadata: { labels?: Record<string, string>; annotations: Record<string, string> };
      spec: {
        restartPolicy: "Never";
        nodeSelector?: Record<string, string>;
        tolerations?: Toleration[];
        containers: {
          name: string;
          image: string;
          resources: { requests?: Record<string, string>; limits: Record<string, string> };
        }[];
      };
    };
  };
  status?: { conditions?: Condition[]; ready?: number };
}

export interface Toleration {
  key: string;
  operator: "Equal" | "Exists";
  value?: string;
  effect?: string;
}

export interface JobOptions {
  namespace: string;
  name: string;
  labels?: Record<string, string>;
  /** What kwok does with the pod: `{ "sim.tunekit.dev/duration": "5s" }`, see kwok-stages.yaml. */
  annotations?: Record<string, string>;
  nodeSelector?: Record<string, string>;
  tolerations?: Toleration[];
  /** Limits of the one container. Default: 1 core, 1 GiB, 1 GPU. */
  limits?: Record<string, string>;
}

/** Runs until it is deleted. */
export const ENDLESS = { "sim.tunekit.dev/exit-code": "never" };

/** A Job with one pod, that would need a GPU if anything ran here. */
export function testJob(options: JobOptions): Job {
  const { namespace, name, labels = {}, annotations = {}, nodeSelector, tolerations } = options;
  const limits = options.limits ?? { cpu: "1", memory: "1Gi", [GPU_RESOURCE]: "1" };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace, labels },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { labels, annotations },
        spec: {
          restartPolicy: "Never",
          ...(nodeSelector ? { nodeSelector } : {}),
          ...(tolerations ? { tolerations } : {}),
          containers: [
            { name: "trainer", image: "example.invalid/trainer:1", resources: { limits } },
          ],
        },
      },
    },
  };
}
