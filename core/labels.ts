/**
 * Every label, annotation and taint key, in one place. The same keys are tags in the cloud and columns in the reports, so
 * that a cost can be followed from the bill to the run.
 */

const key = <const K extends string>(name: K) => `tunekit.dev/${name}` as const;

/** Labels of a run's Job and its pods; OpenCost and Kueue read them. */
export const RUN_LABELS = {
  run: key("run"),
  team: key("team"),
  useCase: key("use-case"),
  costCenter: key("cost-center"),
  tier: key("tier"),
  method: key("method"),
} as const;

/** Labels of a node; the flavor of a queue asks for the first two, so a pool scales from zero by them. */
export const NODE_LABELS = {
  tier: key("tier"),
  /** A `PoolCapacity`: how the node is paid for. */
  capacity: key("capacity"),
  /** Name of the pool that the node belongs to. */
  pool: key("pool"),
  /** `system` on the nodes that carry controllers. */
  role: key("role"),
} as const;

/** On a namespace: `runs` where a team's GPU Jobs run, `system` where controllers do. */
export const NAMESPACE_LABEL = key("namespace");

export const ANNOTATIONS = {
  /** The job spec in canonical JSON (RFC 8785); the gate decides from it alone. */
  job: key("job"),
  /** Id of the gate's decision, added at admission. */
  decision: key("decision"),
} as const;

/** On a pool's own objects, and tags of its machines: who answers for the cost, and why nothing smaller does. */
export const POOL_ANNOTATIONS = { owner: key("owner"), reason: key("reason") } as const;

/**
 * Tag of an object in the store that may go by itself after some days. Rules of a bucket match by it, because a run's
 * folder has no common beginning with the next one's.
 */
export const OBJECT_TAGS = { lifecycle: key("lifecycle") } as const;
export const CHECKPOINT_LIFECYCLE = "checkpoint";

/** Keys of taints. A GPU node carries both, so that neither a system pod nor a pod of another tier lands there. */
export const TAINTS = { gpu: "nvidia.com/gpu", tier: key("tier") } as const;

export const KUEUE = {
  queueName: "kueue.x-k8s.io/queue-name",
  priorityClass: "kueue.x-k8s.io/priority-class",
  maxExecTimeSeconds: "kueue.x-k8s.io/max-exec-time-seconds",
} as const;

export const KARPENTER = {
  capacityType: "karpenter.sh/capacity-type",
  doNotDisrupt: "karpenter.sh/do-not-disrupt",
} as const;

/** GPU feature discovery sets it after boot: a cross-check, never a way to schedule. */
export const GPU_PRODUCT = "nvidia.com/gpu.product";
export const GPU_RESOURCE = "nvidia.com/gpu";

/** `spec.controllerName` of the AdmissionCheck that the cost gate answers. */
export const COST_GATE_CONTROLLER = "tunekit.dev/cost-gate";
export const COST_GATE_CHECK = "tunekit-cost-gate";
export const API_GROUP = "tunekit.dev";
export const FIELD_MANAGER = "tunekit";

export const SYSTEM_NAMESPACE = "tunekit-system";
/** ConfigMap in the system namespace that holds the PlatformConfig, and the key in it. */
export const PLATFORM_CONFIG_MAP = "tunekit-platform";
export const PLATFORM_CONFIG_KEY = "platform.yaml";
/** Kueue's own account: it alone may start a suspended Job. */
export const KUEUE_NAMESPACE = "kueue-system";
export const KUEUE_USER = `system:serviceaccount:${KUEUE_NAMESPACE}:kueue-controller-manager`;

/**
 * Where a team's runs live: a namespace of its name, because a run's right to write reaches `runs/<namespace>/` of the
 * bucket, and its records lie under `runs/<team>/`.
 */
export const teamNamespace = (team: string): string => team;

/** Namespaces of the cluster itself: a team of such a name would be let into them. */
export const isReservedNamespace = (name: string): boolean =>
  /^(default$|kube-|tunekit-|kueue-|karpenter$|nvidia-|gpu-operator$|opencost$|monitoring$)/.test(
    name,
  );

/** The one queue in a team's namespace. */
export const LOCAL_QUEUE = "runs";

/** Kueue priority of a run by its purpose: who waits for whom, never who may spend. */
export const WORKLOAD_PRIORITIES = {
  /** Nothing can be promoted before it is evaluated, and an evaluation is short. */
  evaluation: { name: "tunekit-evaluation", value: 1000 },
  /** A run that the gate approved on its gain. */
  training: { name: "tunekit-training", value: 500 },
  /** A pilot or a run on the exploration budget: the first to give way. */
  exploratory: { name: "tunekit-exploratory", value: 100 },
} as const;

/** Service account of every run; one in each team's namespace. */
export const RUN_SERVICE_ACCOUNT = "tunekit-run";
