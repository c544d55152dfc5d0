import { z } from "zod";

export const POLICY_ACTIONS = ["Audit", "Warn", "Deny"] as const;

const Resources = z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number()])));
const Port = z.number().int().min(1).max(65_535);

/** Values of the chart `tunekit`; `charts/tunekit/values.schema.json` is generated from this, values.yaml has the defaults. */
export const TunekitChartValues = z.strictObject({
  policies: z
    .strictObject({
      /** What is done with an object that breaks a rule. Roll out as Audit, then Warn, then Deny. */
      action: z.enum(POLICY_ACTIONS).default("Deny"),
      /** Namespaces in which the rules do not hold. */
      systemNamespaces: z
        .array(z.string().min(1))
        .min(1)
        .default(["kube-system", "gpu-system", "kueue-system", "monitoring", "tunekit-system"]),
      /** Users that may create a pod with a GPU. */
      podCreators: z
        .array(z.string().min(1))
        .min(1)
        .default(["system:serviceaccount:kube-system:job-controller"]),
      /** The user that may start a suspended Job. */
      jobStarter: z
        .string()
        .min(1)
        .default("system:serviceaccount:kueue-system:kueue-controller-manager"),
      /** Service account of every GPU Job. */
      runServiceAccount: z.string().min(1).default("tunekit-run"),
      /** Longest time of any GPU Job, in seconds. */
      maxDeadlineSeconds: z.number().int().min(60).max(31_536_000).default(604_800),
    })
    .prefault({}),
  admissionCheck: z.strictObject({ enabled: z.boolean().default(true) }).prefault({}),
  controller: z
    .strictObject({
      /** Off until the image of the controller is there. */
      enabled: z.boolean().default(false),
      /** Image pinned by digest; needed when enabled. */
      image: z
        .string()
        .regex(/^$|^[^@\s]+@sha256:[0-9a-f]{64}$/)
        .describe('an image pinned by digest, "registry/name@sha256:" and 64 hex digits')
        .default(""),
      replicas: z.number().int().min(1).max(5).default(2),
      priorityClassName: z.string().default("system-cluster-critical"),
      serviceAccountAnnotations: z.record(z.string(), z.string()).default({}),
      resources: Resources.default({
        requests: { cpu: "100m", memory: "256Mi" },
        limits: { memory: "512Mi" },
      }),
      metricsPort: Port.default(8080),
      healthPort: Port.default(8081),
      serviceMonitor: z.strictObject({ enabled: z.boolean().default(false) }).prefault({}),
      networkPolicy: z
        .strictObject({
          enabled: z.boolean().default(true),
          /** Ranges that are reached on port 443. */
          egressCidrs: z.array(z.string().min(1)).min(1).default(["0.0.0.0/0"]),
          /** Namespace from which metrics are read. */
          metricsNamespace: z.string().min(1).default("monitoring"),
        })
        .prefault({}),
    })
    .prefault({}),
  /** Helm gives it to every chart. */
  global: z.record(z.string(), z.unknown()).optional(),
});
export type TunekitChartValues = z.input<typeof TunekitChartValues>;

/** The JSON schema by which Helm checks values before it renders. */
export const tunekitChartSchema = (): Record<string, unknown> =>
  z.toJSONSchema(TunekitChartValues, { target: "draft-7", io: "input" });
