import { ANNOTATIONS, GPU_RESOURCE, KUEUE } from "../../../core/labels.ts";
import { cannotTell, type ResourceRule, UNKNOWN, valueAt } from "./rule.ts";

const JOB = "kubernetes:batch/v1:Job";

/**
 * A GPU only through a Job that the cost gate sees. The same shape as the admission policy of the chart asks for, told
 * before anything is created; a Helm chart's objects are seen by that one alone.
 */
export const gatedGpuJobs: ResourceRule = {
  name: "gpu-only-through-the-gate",
  description: "Whatever asks for a GPU is a Job with a queue and its job spec.",
  fix: "submit it with `tunekit submit`, or render it with jobs/ so that it has queue and spec",
  check({ type, props }) {
    if (!type.startsWith("kubernetes:")) return [];
    const asks = asksForGpu(props);
    if (asks === "no") return [];
    if (asks === "unknown") return [cannotTell("whether a container asks for a GPU")];
    if (type !== JOB) return [`a ${type.split(":").at(-1)} asks for a GPU; only a Job may`];
    return [
      ...wanted(valueAt(props, "metadata", "labels", KUEUE.queueName), "label", KUEUE.queueName),
      ...wanted(
        valueAt(props, "metadata", "annotations", ANNOTATIONS.job),
        "annotation",
        ANNOTATIONS.job,
      ),
    ];
  },
};

const wanted = (value: unknown, kind: string, key: string): string[] => {
  if (value === UNKNOWN) return [cannotTell(`the ${kind} ${key}`)];
  return typeof value === "string" && value !== "" ? [] : [`the ${kind} ${key} is missing`];
};

type Answer = "yes" | "no" | "unknown";

const CONTAINERS = ["containers", "initContainers", "ephemeralContainers"];

/** Looks through the whole object: pods stand at different depths in a Job, a CronJob, a Deployment or a RayJob. */
function asksForGpu(value: unknown): Answer {
  if (typeof value !== "object" || value === null) return "no";
  const answers = Object.entries(value).map(([key, inner]): Answer => {
    if (CONTAINERS.includes(key)) {
      if (inner === UNKNOWN) return "unknown";
      if (Array.isArray(inner)) return worst(inner.map(containerAsks));
    }
    // a pod spec that is not known may hold anything
    if (inner === UNKNOWN) return key === "spec" || key === "template" ? "unknown" : "no";
    return asksForGpu(inner);
  });
  return worst(answers);
}

function containerAsks(container: unknown): Answer {
  if (container === UNKNOWN) return "unknown";
  const resources = valueAt(container, "resources");
  if (resources === UNKNOWN) return "unknown";
  const claims = valueAt(resources, "claims");
  return worst([
    claims === UNKNOWN ? "unknown" : Array.isArray(claims) && claims.length > 0 ? "yes" : "no",
    ...["limits", "requests"].map((part): Answer => {
      const amounts = valueAt(resources, part);
      if (amounts === UNKNOWN) return "unknown";
      return worst(
        Object.entries(amounts ?? {}).map(([name, amount]): Answer => {
          if (name !== GPU_RESOURCE && !name.startsWith("nvidia.com/mig-")) return "no";
          if (amount === UNKNOWN) return "unknown";
          return Number(amount) === 0 ? "no" : "yes";
        }),
      );
    }),
  ]);
}

const worst = (answers: readonly Answer[]): Answer =>
  answers.includes("yes") ? "yes" : answers.includes("unknown") ? "unknown" : "no";
