import type { PriceBook } from "../catalog/prices.ts";
import type { Unknown } from "../estimate/estimate.ts";
import { formatUsd, type MicroUsd } from "../units.ts";
import { type PoolCeiling, poolCeiling, systemGrowth } from "./ceiling-cost.ts";
import { type CostPart, costPart, HOURS_A_MONTH, type Pricing } from "./cost-line.ts";
import { idleLines } from "./idle-cost.ts";
import type { StackConfig } from "./stack-config.ts";

/** What a stack costs in a month, before anything is made: from its settings and the price book alone. */
export interface PlatformCost {
  currency: "USD";
  region: string;
  hoursAMonth: number;
  priceBook: { id: string; digest: string; asOf: string };
  /** A month without a job. */
  idle: CostPart;
  /** Each pool at its limit all month, on top of the idle cost. */
  pools: readonly PoolCeiling[];
  /** System nodes that may be added, on top of the idle cost. */
  system: CostPart;
  /** Idle, system nodes and all pools at their limits. Null as soon as one part is unknown. */
  ceiling: { microUsd: MicroUsd | null; knownMicroUsd: MicroUsd; unknowns: readonly Unknown[] };
  assumptions: readonly string[];
  /** What is paid by use, or by somebody else, and stands in no figure. */
  notCounted: readonly string[];
}

/** @param now ISO instant, for prices that are too old. */
export function platformCost(config: StackConfig, book: PriceBook, now: string): PlatformCost {
  const { region, platform } = config;
  const pricing: Pricing = {
    book,
    region,
    entered: platform.costs.prices,
    maxAgeDays: platform.policy.priceMaxAgeDays,
    now,
  };
  const idle = costPart(idleLines(config, pricing));
  const pools = config.pools.map((pool) => poolCeiling(pool, config, pricing));
  const system = systemGrowth(config, pricing);
  const parts = [idle, system, ...pools];
  const knownMicroUsd = parts.reduce((sum, part) => sum + part.knownMicroUsd, 0);
  const unknowns = parts.flatMap((part) => part.unknowns);
  const { id, digest, asOf } = book;
  return {
    currency: "USD",
    region,
    hoursAMonth: HOURS_A_MONTH,
    priceBook: { id, digest, asOf },
    idle,
    pools,
    system,
    ceiling: { microUsd: unknowns.length === 0 ? knownMicroUsd : null, knownMicroUsd, unknowns },
    assumptions: assumptions(config),
    notCounted: notCounted(config),
  };
}

function assumptions({ pools, cluster }: StackConfig): string[] {
  const has = (capacity: string) => pools.some((pool) => pool.capacity === capacity);
  return [
    "a month has 730 hours, and prices are list prices without tax or discount",
    "a pool at its limit is made of its dearest instance type, all month",
    ...(has("spot") ? ["spot is counted at the on-demand price, which AWS never exceeds"] : []),
    ...(has("reservation") ? ["a reservation is billed at the on-demand price, used or not"] : []),
    ...(has("owned")
      ? ["an owned machine's capital is spread over its life, whether it works or not"]
      : []),
    ...("existing" in cluster ? [] : ["the cluster stays in standard support"]),
  ];
}

function notCounted({ pools, cluster, registry }: StackConfig): string[] {
  return [
    ...("existing" in cluster
      ? ["control plane, network and system nodes of the existing cluster"]
      : ["data through NAT gateways and endpoints, and between zones", "control-plane logs"]),
    ...(registry.storedGB === undefined
      ? ["what the adapter registry stores (tell it with tunekit:registry: {storedGB: ...})"]
      : []),
    ...(pools.some(({ capacity }) => capacity === "owned")
      ? ["power of owned machines that stand idle"]
      : []),
    "requests to S3, KMS, SQS and CloudWatch",
  ];
}

/** The sums alone, for a stack's outputs. Null: something in it has no price, and `unknown` says what. */
export const platformCostSums = ({ idle, pools, ceiling, priceBook }: PlatformCost) => ({
  idleMicroUsd: idle.microUsd,
  ceilingMicroUsd: ceiling.microUsd,
  poolsMicroUsd: Object.fromEntries(pools.map(({ pool, microUsd }) => [pool, microUsd])),
  unknown: ceiling.unknowns.map(({ message }) => message),
  priceBook: `${priceBook.id} of ${priceBook.asOf}`,
});

/** One line for a preview: `idle 339.21 USD a month; at its ceiling 20,412.00 USD; price book builtin of 2026-11-23`. */
export function platformCostLine({ idle, ceiling, priceBook }: PlatformCost): string {
  return `idle ${amountOf(idle)} a month; at its ceiling ${amountOf(ceiling)}; price book ${priceBook.id} of ${priceBook.asOf}`;
}

/** `12.40 USD`, or `unknown, at least 3.00 USD`. */
export const amountOf = ({
  microUsd,
  knownMicroUsd,
}: Pick<CostPart, "microUsd" | "knownMicroUsd">): string =>
  microUsd === null ? `unknown, at least ${formatUsd(knownMicroUsd)}` : formatUsd(microUsd);
