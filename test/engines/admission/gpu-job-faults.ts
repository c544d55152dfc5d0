import { ANNOTATIONS, KUEUE, RUN_LABELS } from "../../../core/labels.ts";
import { type GpuJob, podSpec, TOLERATION } from "./workload-manifests.ts";

const first = (job: GpuJob) => job.spec.template.spec.containers[0] as { image: string };

/** What a Job must have, a word of the refusal, and how to take it away. */
export const JOB_FAULTS: [what: string, message: string, change: (job: GpuJob) => void][] = [
  ["a queue", "queue-name", ({ metadata }) => delete metadata.labels[KUEUE.queueName]],
  ["a run", "tunekit.dev/run", ({ metadata }) => delete metadata.labels[RUN_LABELS.run]],
  [
    "its own team's name",
    "must be the team of its namespace, research",
    ({ metadata }) => {
      metadata.labels[RUN_LABELS.team] = "support";
    },
  ],
  ["a job spec", "tunekit.dev/job", ({ metadata }) => delete metadata.annotations[ANNOTATIONS.job]],
  [
    "a job spec in JSON",
    "tunekit.dev/job",
    ({ metadata }) => {
      metadata.annotations[ANNOTATIONS.job] = "kind: TrainingJob";
    },
  ],
  ["a deadline", "activeDeadlineSeconds", ({ spec }) => delete spec.activeDeadlineSeconds],
  [
    "a deadline within a week",
    "activeDeadlineSeconds of at most 604800",
    ({ spec }) => {
      spec.activeDeadlineSeconds = 604_801;
    },
  ],
  [
    "a limit on its time over restarts",
    "max-exec-time-seconds",
    ({ metadata }) => delete metadata.labels[KUEUE.maxExecTimeSeconds],
  ],
  [
    "an image by digest",
    "pinned by digest",
    (job) => {
      first(job).image = "example.invalid/trainer:latest";
    },
  ],
  [
    "an init image by digest",
    "pinned by digest",
    ({ spec }) => {
      const [trainer] = podSpec(0).containers;
      spec.template.spec.initContainers = [{ ...trainer, name: "fetch", image: "fetch:1" }];
    },
  ],
  [
    "the service account of runs",
    "tunekit-run",
    ({ spec }) => {
      spec.template.spec.serviceAccountName = "default";
    },
  ],
  [
    "no claim on a device",
    "resource claim",
    ({ spec }) => {
      spec.template.spec.resourceClaims = [{ name: "gpu", resourceClaimName: "gpu" }];
    },
  ],
  [
    "no node of its own choice",
    "may not name its node",
    ({ spec }) => {
      spec.template.spec.nodeName = "gpu-0";
    },
  ],
];

/** What nobody may change of a Job, a word of the refusal, and a merge patch that tries. */
export const JOB_CHANGES: [what: string, message: string, change: object][] = [
  ["its queue", "queue, priority", { metadata: { labels: { [KUEUE.queueName]: "free" } } }],
  ["the lack of a queue", "queue, priority", { metadata: { labels: { [KUEUE.queueName]: null } } }],
  [
    "a priority",
    "queue, priority",
    { metadata: { labels: { [KUEUE.priorityClass]: "tunekit-evaluation" } } },
  ],
  [
    "its time limit",
    "queue, priority",
    { metadata: { labels: { [KUEUE.maxExecTimeSeconds]: "604800" } } },
  ],
  ["who pays", "queue, priority", { metadata: { labels: { [RUN_LABELS.costCenter]: "other" } } }],
  ["its job spec", "job spec", { metadata: { annotations: { [ANNOTATIONS.job]: "{}" } } }],
  ["its start", "only Kueue starts", { spec: { suspend: false } }],
  ["its deadline", "deadline", { spec: { activeDeadlineSeconds: 86_400 } }],
  ["its parallelism", "parallelism", { spec: { parallelism: 8 } }],
  ["its retries", "retries", { spec: { backoffLimit: 6 } }],
  [
    "its nodes",
    "pod template",
    { spec: { template: { spec: { nodeSelector: { "tunekit.dev/tier": "h100-80" } } } } },
  ],
  [
    "its tolerations",
    "pod template",
    { spec: { template: { spec: { tolerations: [TOLERATION] } } } },
  ],
];
