import { z } from "zod";
import {
  gpuSlice,
  machinesOf,
  NODE_TIERS,
  POOL_CAPACITIES,
  poolName,
} from "../core/catalog/tiers.ts";
import { teamNamespace } from "../core/labels.ts";
import { Name } from "../core/spec/fields.ts";
import { GiB } from "../core/units.ts";

/** What one GPU of a pool brings along for its pod; the quota is this times the GPUs. */
const PerGpu = z.strictObject({
  cpu: z.number().int().min(1),
  memoryGiB: z.number().int().min(1),
  /** Local disk for data, weights and checkpoints. */
  ephemeralGiB: z.number().int().min(1),
});

/** A node pool as the queues see it; the same record that makes the pool. */
const QueuePool = z
  .strictObject({
    tier: z.enum(NODE_TIERS),
    capacity: z.enum(POOL_CAPACITIES),
    /** Most GPUs at one time; all quotas of this flavor add up to it. */
    maxGpus: z.number().int().min(1).max(1024),
    /** @default the tier's own machines */
    instanceTypes: z.array(z.string()).min(1).optional(),
    /** Needed for owned nodes. @default the slice that fits all machines of the pool */
    perGpu: PerGpu.optional(),
    /** Whether the cost gate must agree before a Job starts here. @default true */
    costGate: z.boolean().default(true),
  })
  .transform((pool, context) => {
    const { tier, capacity } = pool;
    const name = poolName(tier, capacity);
    if (pool.perGpu) return { ...pool, name, perGpu: pool.perGpu };
    if (capacity === "owned") {
      context.addIssue({
        code: "custom",
        path: ["perGpu"],
        message: "is missing: nobody but you knows what your nodes have",
        params: {
          code: "PerGpuMissing",
          fix: "write the cores, GiB of memory and GiB of disk that a pod may ask for with each GPU",
        },
      });
      return z.NEVER;
    }
    const slice = gpuSlice(machinesOf(tier, pool.instanceTypes));
    return {
      ...pool,
      name,
      perGpu: {
        cpu: slice.cpu,
        memoryGiB: slice.memoryBytes / GiB,
        ephemeralGiB: slice.ephemeralBytes / GiB,
      },
    };
  });
export type QueuePool = z.output<typeof QueuePool>;

const GpusByPool = z.record(z.string(), z.number().int().min(0));

const QueueTeam = z
  .strictObject({
    name: Name,
    /** @default the team's name */
    namespace: z.string().min(1).optional(),
    /** GPUs that are this team's whenever it wants them, by pool (`gpu-24gb-spot`). @default {} */
    guaranteed: GpusByPool.default({}),
    /** Most GPUs of a pool that the team may hold, borrowed ones too. @default all that are free */
    atMost: GpusByPool.default({}),
    /** Finance's switch: nothing new starts, what runs goes on. @default false */
    frozen: z.boolean().default(false),
  })
  .transform((team) => ({ ...team, namespace: team.namespace ?? teamNamespace(team.name) }));
export type QueueTeam = z.output<typeof QueueTeam>;

export const JobQueuesArgs = z
  .strictObject({
    /** GPU pools in the order in which Kueue tries them: the cheapest first. */
    pools: z.array(QueuePool).min(1).max(60),
    teams: z.array(QueueTeam).min(1),
    /** What Jobs without a GPU may use at one time: data checks, the mirror of base weights. */
    cpu: z
      .strictObject({
        /** @default 8 */
        cores: z.number().int().min(1).default(8),
        /** @default 32 */
        memoryGiB: z.number().int().min(1).default(32),
        /** @default 100 */
        ephemeralGiB: z.number().int().min(1).default(100),
        /** Labels of the nodes that such Jobs run on. @default none */
        nodeLabels: z.record(z.string(), z.string()).default({}),
      })
      .prefault({}),
  })
  .superRefine(({ pools, teams }, context) => {
    const problem = (path: PropertyKey[], message: string, code: string, fix: string): void => {
      context.addIssue({ code: "custom", path, message, params: { code, fix } });
    };
    const known = new Map(pools.map((pool) => [pool.name, pool]));
    for (const [index, { name }] of pools.entries()) {
      if (pools.findIndex((other) => other.name === name) !== index) {
        const fix = "list each tier once for each capacity, with all of its machines";
        problem(["pools", index], `is a second pool "${name}"`, "DuplicateName", fix);
      }
    }
    for (const [index, team] of teams.entries()) {
      if (teams.findIndex(({ name }) => name === team.name) !== index) {
        const fix = "list each team once, with its own name";
        problem(["teams", index, "name"], "names a team twice", "DuplicateName", fix);
      }
      for (const key of ["guaranteed", "atMost"] as const) {
        for (const pool of Object.keys(team[key])) {
          if (known.has(pool)) continue;
          const fix = `pools of this stack: ${[...known.keys()].join(", ")}`;
          problem(["teams", index, key, pool], "is no pool of this stack", "UnknownPool", fix);
        }
      }
      for (const [pool, most] of Object.entries(team.atMost)) {
        const own = team.guaranteed[pool] ?? 0;
        if (most >= own) continue;
        const message = `is ${most}, but ${own} are guaranteed`;
        const fix = `raise it to ${own}, or guarantee less`;
        problem(["teams", index, "atMost", pool], message, "QuotaContradiction", fix);
      }
    }
    for (const { name, maxGpus } of pools) {
      const promised = guaranteedGpus(teams, name);
      if (promised <= maxGpus) continue;
      const message = `guarantee ${promised} GPUs of "${name}", which has ${maxGpus}`;
      const fix = "guarantee less, or raise maxGpus of the pool";
      problem(["teams"], message, "QuotaExceedsPool", fix);
    }
  });
export type JobQueuesArgs = z.input<typeof JobQueuesArgs>;
export type JobQueuesSettings = z.output<typeof JobQueuesArgs>;

/** GPUs of a pool that are promised to one team or another. */
export const guaranteedGpus = (
  teams: readonly Pick<QueueTeam, "guaranteed">[],
  pool: string,
): number => teams.reduce((sum, { guaranteed }) => sum + (guaranteed[pool] ?? 0), 0);
