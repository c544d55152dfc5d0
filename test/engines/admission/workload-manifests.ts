import {
  ANNOTATIONS,
  GPU_RESOURCE,
  KUEUE,
  LOCAL_QUEUE,
  RUN_LABELS,
  RUN_SERVICE_ACCOUNT,
  teamNamespace,
} from "../../../core/labels.ts";
import type { KubernetesObject } from "../cluster/objects.ts";

export const NAMESPACE = teamNamespace("research");
const IMAGE = `example.invalid/trainer@sha256:${"0".repeat(64)}`;

export type PodSpec = Record<string, unknown> & { containers: Record<string, unknown>[] };
/** Lets a pod onto GPU nodes. */
export const TOLERATION = { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" };

const restricted = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  runAsUser: 1000,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

/** A pod that Pod Security `restricted` lets in. */
export const podSpec = (gpus: number, more: Record<string, unknown> = {}): PodSpec => ({
  restartPolicy: "Never",
  containers: [
    {
      name: "trainer",
      image: IMAGE,
      securityContext: restricted,
      resources: {
        limits: { cpu: "1", memory: "1Gi", ...(gpus > 0 ? { [GPU_RESOURCE]: String(gpus) } : {}) },
      },
    },
  ],
  ...more,
});

/** A Job as the kit submits it, which every rule lets in. */
export const gpuJob = (name = "run-1") => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: {
    name,
    namespace: NAMESPACE,
    labels: {
      [KUEUE.queueName]: LOCAL_QUEUE,
      [KUEUE.maxExecTimeSeconds]: "7200",
      [RUN_LABELS.run]: "01JDV0000000000000000000AA",
      [RUN_LABELS.team]: "research",
    } as Record<string, string>,
    annotations: { [ANNOTATIONS.job]: '{"kind":"TrainingJob"}' } as Record<string, string>,
  },
  spec: {
    activeDeadlineSeconds: 7200,
    backoffLimit: 2,
    template: {
      metadata: { labels: { [RUN_LABELS.team]: "research" } },
      spec: podSpec(1, { serviceAccountName: RUN_SERVICE_ACCOUNT }),
    },
  } as Record<string, unknown> & { template: { spec: PodSpec } },
});
export type GpuJob = ReturnType<typeof gpuJob>;

/** The same Job with one thing wrong. */
export function jobWith(change: (job: GpuJob) => void): GpuJob {
  const job = gpuJob();
  change(job);
  return job;
}

export const cpuJob = (pod: PodSpec = podSpec(0)): KubernetesObject & { spec: unknown } => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "check-data", namespace: NAMESPACE },
  spec: { template: { spec: pod } },
});

export const pod = (
  spec: PodSpec,
  metadata: Record<string, unknown> = {},
): KubernetesObject & { spec: unknown } => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "bare", namespace: NAMESPACE, ...metadata },
  spec,
});

const APPS = ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"] as const;
export const LONG_RUNNING = [...APPS, "CronJob"] as const;

/** A workload without an end, of each kind. */
export function longRunning(
  kind: (typeof LONG_RUNNING)[number],
  spec: PodSpec,
): KubernetesObject & { spec: unknown } {
  const metadata = { name: "notebook", namespace: NAMESPACE };
  if (kind === "CronJob") {
    const jobTemplate = { spec: { template: { spec } } };
    return {
      apiVersion: "batch/v1",
      kind,
      metadata,
      spec: { schedule: "0 3 * * *", jobTemplate },
    };
  }
  const labels = { app: "notebook" };
  const { restartPolicy: _, ...always } = spec;
  return {
    apiVersion: "apps/v1",
    kind,
    metadata,
    spec: {
      selector: { matchLabels: labels },
      ...(kind === "StatefulSet" ? { serviceName: "notebook" } : {}),
      template: { metadata: { labels }, spec: always },
    },
  };
}

/** Days from now as the API server writes times. */
export const inDays = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, "Z");

export const override = (
  spec: Record<string, unknown> = {},
): KubernetesObject & { spec: unknown } => ({
  apiVersion: "tunekit.dev/v1alpha1",
  kind: "CostOverride",
  metadata: { name: "quarter-end", namespace: NAMESPACE },
  spec: {
    jobDigest: "a".repeat(64),
    approver: "finn",
    requester: "ada",
    reason: "the customer pays for this run",
    expiresAt: inDays(6),
    ...spec,
  },
});
