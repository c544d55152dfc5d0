import { builtinPriceBook } from "../../../core/catalog/prices.ts";
import { dearestLine, machineLine } from "../../../core/platform/cost-line.ts";
import { CEILING_RULES } from "../../../core/platform/policy-pack-config.ts";
import { GatePolicy } from "../../../core/spec/platform-config.ts";
import { formatUsd, type MicroUsd, microUsd } from "../../../core/units.ts";
import { type GpuPool, gpuPool, machineOf } from "./gpu-pool.ts";
import {
  cannotTell,
  type PackSettings,
  type ResourceRule,
  type StackRule,
  UNKNOWN,
} from "./rule.ts";

type Ceiling = { microUsd: MicroUsd } | { problem: string };

/**
 * What a pool costs at its limit in a month, on demand: the same machines and prices as `tunekit platform cost` has. A
 * capacity block was paid for when it was bought, so it adds nothing.
 */
function ceilingOf(pool: GpuPool, { region, now }: PackSettings): Ceiling {
  const { instanceTypes, most } = pool;
  if (region === undefined) return { problem: "nobody told the region of the prices" };
  if (pool.prepaid) return { microUsd: 0 };
  if (most === UNKNOWN) return { problem: cannotTell("the limit of the pool") };
  if (most === undefined) return { problem: "the pool has no limit on GPUs" };
  if (!Number.isFinite("gpus" in most ? most.gpus : most.nodes)) {
    return { problem: "the limit of the pool is no number" };
  }
  if ("gpus" in most && most.gpus === 0) return { microUsd: 0 };
  if (instanceTypes === UNKNOWN) return { problem: cannotTell("the machine of the pool") };
  if (instanceTypes === undefined || instanceTypes.length === 0) {
    return { problem: "the pool names no instance types, so its cost is unknown" };
  }
  const pricing = {
    book: builtinPriceBook(),
    region,
    entered: [],
    maxAgeDays: GatePolicy.parse({}).priceMaxAgeDays,
    now,
  };
  const lines = instanceTypes.map((id) => {
    const gpus = machineOf(id)?.gpus ?? 1;
    const nodes = "gpus" in most ? Math.floor(most.gpus / gpus) : most.nodes;
    return machineLine(pricing, id, id, nodes);
  });
  const line = dearestLine(lines);
  if (!("unknown" in line)) return { microUsd: line.microUsd };
  const { code, message, fix } = line.unknown;
  return { problem: `${code}: ${message}; ${fix}` };
}

const fix =
  "lower the limit of the pool, take a smaller tier, or have finance raise tunekit:spend.ceiling";

function above(what: string, amount: MicroUsd, { ceilingUsdPerMonth }: PackSettings): string[] {
  if (ceilingUsdPerMonth === undefined) return ["nobody told the ceiling of the stack"];
  const ceiling = microUsd(ceilingUsdPerMonth);
  if (amount <= ceiling) return [];
  const sum = `${what} ${formatUsd(amount)} a month at the limit`;
  return [`${sum}, above the ceiling of ${formatUsd(ceiling)}`];
}

const needs = ["ceilingUsdPerMonth", "region"] as const;

export const gpuCeiling: ResourceRule = {
  name: CEILING_RULES.pool,
  description: "No GPU pool can cost more than the stack's ceiling.",
  fix,
  needs,
  check(resource, settings) {
    const pool = gpuPool(resource);
    if (!pool) return [];
    const ceiling = ceilingOf(pool, settings);
    if ("problem" in ceiling) return [ceiling.problem];
    return above("the pool costs", ceiling.microUsd, settings);
  },
};

export const gpuStackCeiling: StackRule = {
  name: CEILING_RULES.stack,
  description: "All GPU pools together cannot cost more than the stack's ceiling.",
  fix,
  needs,
  checkAll(resources, settings) {
    const pools = resources.flatMap((resource) => gpuPool(resource) ?? []);
    const ceilings = pools.map((pool) => ceilingOf(pool, settings));
    const sum = ceilings.reduce(
      (total, each) => total + ("microUsd" in each ? each.microUsd : 0),
      0,
    );
    const open = ceilings.filter((each) => "problem" in each).length;
    const unknown =
      open > 0
        ? [`cannot tell yet: ${open} of ${pools.length} GPU pools have no known ceiling`]
        : [];
    return [...above("all GPU pools cost", sum, settings), ...unknown];
  },
};
