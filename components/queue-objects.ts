import { poolNodeLabels, tierTaints, tierTolerations } from "../core/catalog/tiers.ts";
import { COST_GATE_CHECK, GPU_RESOURCE, LOCAL_QUEUE, WORKLOAD_PRIORITIES } from "../core/labels.ts";
import {
  guaranteedGpus,
  type JobQueuesSettings,
  type QueuePool,
  type QueueTeam,
} from "./job-queues-args.ts";

/** The cohort in which teams lend to each other; it owns every GPU that is promised to nobody. */
export const COHORT = "tunekit";
export const CPU_FLAVOR = "cpu";

/** A Kueue object. The list is in the order in which the objects are made. */
export interface QueueObject {
  apiVersion: "kueue.x-k8s.io/v1beta2";
  kind: "ResourceFlavor" | "Cohort" | "ClusterQueue" | "LocalQueue" | "WorkloadPriorityClass";
  metadata: { name: string; namespace?: string };
  /** A WorkloadPriorityClass has its fields beside the metadata. */
  [field: string]: unknown;
}

const kueue = (
  kind: QueueObject["kind"],
  name: string,
  body: Record<string, unknown>,
  namespace?: string,
): QueueObject => ({
  apiVersion: "kueue.x-k8s.io/v1beta2",
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  ...body,
});

/** Kueue refuses a Job that asks for a resource which is not listed, so all that pods ask for are. */
const COVERED = ["cpu", "memory", "ephemeral-storage", GPU_RESOURCE] as const;

interface Limits {
  nominalQuota: string;
  borrowingLimit?: string;
}

const flavorQuota = (
  name: string,
  limits: (resource: (typeof COVERED)[number]) => Limits,
): Record<string, unknown> => ({
  name,
  resources: COVERED.map((resource) => ({ name: resource, ...limits(resource) })),
});

/** So much of a resource as goes with so many GPUs of the pool. */
const amount = (pool: QueuePool, resource: (typeof COVERED)[number], gpus: number): string => {
  if (resource === GPU_RESOURCE) return String(gpus);
  if (resource === "cpu") return String(gpus * pool.perGpu.cpu);
  const { memoryGiB, ephemeralGiB } = pool.perGpu;
  return quantity(gpus * (resource === "memory" ? memoryGiB : ephemeralGiB));
};

/** GiB as Kubernetes itself would write them, so that a refresh finds no difference. */
const quantity = (gib: number): string => {
  if (gib === 0) return "0";
  return gib % 1024 === 0 ? `${gib / 1024}Ti` : `${gib}Gi`;
};

const group = (flavors: Record<string, unknown>[]) => ({
  resourceGroups: [{ coveredResources: [...COVERED], flavors }],
});

/**
 * Flavors, cohort, one queue a team, and the priorities. The CPU flavor comes first and has no GPU, so a Job without one
 * stays off GPU nodes and a Job with one goes on to the pools. All quotas of a pool add up to its ceiling: what is
 * guaranteed to nobody belongs to the cohort, and every team may borrow it.
 */
export function queueObjects({ pools, teams, cpu }: JobQueuesSettings): QueueObject[] {
  return [
    kueue("ResourceFlavor", CPU_FLAVOR, { spec: { nodeLabels: cpu.nodeLabels } }),
    ...pools.map(({ name, tier, capacity }) =>
      kueue("ResourceFlavor", name, {
        spec: {
          nodeLabels: poolNodeLabels(tier, capacity),
          nodeTaints: tierTaints(tier),
          tolerations: tierTolerations(tier),
        },
      }),
    ),
    kueue("Cohort", COHORT, {
      spec: group([
        flavorQuota(CPU_FLAVOR, (resource) => ({
          nominalQuota: {
            cpu: String(cpu.cores),
            memory: quantity(cpu.memoryGiB),
            "ephemeral-storage": quantity(cpu.ephemeralGiB),
            [GPU_RESOURCE]: "0",
          }[resource] as string,
        })),
        ...pools.map((pool) => {
          const free = pool.maxGpus - guaranteedGpus(teams, pool.name);
          return flavorQuota(pool.name, (resource) => ({
            nominalQuota: amount(pool, resource, free),
          }));
        }),
      ]),
    }),
    ...teams.map((team) => clusterQueue(team, pools)),
    ...teams.map(({ name, namespace }) =>
      kueue("LocalQueue", LOCAL_QUEUE, { spec: { clusterQueue: name } }, namespace),
    ),
    ...Object.entries(WORKLOAD_PRIORITIES).map(([purpose, { name, value }]) =>
      kueue("WorkloadPriorityClass", name, { value, description: `${purpose} runs` }),
    ),
  ];
}

function clusterQueue(team: QueueTeam, pools: readonly QueuePool[]): QueueObject {
  const gated = pools.filter(({ costGate }) => costGate).map(({ name }) => name);
  return kueue("ClusterQueue", team.name, {
    spec: {
      cohortName: COHORT,
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": team.namespace } },
      queueingStrategy: "BestEffortFIFO",
      stopPolicy: team.frozen ? "Hold" : "None",
      // a GPU that is lent out comes back at once; inside a team only less important runs give way
      preemption: { reclaimWithinCohort: "Any", withinClusterQueue: "LowerPriority" },
      // borrow the cheap flavor before trying the dear one
      flavorFungibility: { whenCanBorrow: "MayStopSearch", whenCanPreempt: "TryNextFlavor" },
      ...(gated.length === 0
        ? {}
        : {
            admissionChecksStrategy: {
              admissionChecks: [{ name: COST_GATE_CHECK, onFlavors: gated }],
            },
          }),
      ...group([
        flavorQuota(CPU_FLAVOR, () => ({ nominalQuota: "0" })),
        ...pools.map((pool) => {
          const own = team.guaranteed[pool.name] ?? 0;
          const most = team.atMost[pool.name];
          return flavorQuota(pool.name, (resource) => ({
            nominalQuota: amount(pool, resource, own),
            ...(most === undefined ? {} : { borrowingLimit: amount(pool, resource, most - own) }),
          }));
        }),
      ]),
    },
  });
}
