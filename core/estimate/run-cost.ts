import { clusterRates } from "../catalog/cluster-rates.ts";
import { lookupPrice } from "../catalog/prices.ts";
import { ownedRates, type Rate, rentedRates } from "../catalog/rates.ts";
import type { OwnedHardware } from "../spec/platform-config.ts";
import { type Bytes, formatPercent } from "../units.ts";
import { chargesOf } from "./charges.ts";
import { costOf, type NodeUse } from "./cost.ts";
import type { Assumption, CostLine, Estimate, Placement, Unknown } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import type { Machine } from "./placements.ts";
import type { TimePart } from "./time-parts.ts";
import { upkeepOf } from "./upkeep.ts";

/** What is priced, and the bytes that charges depend on. */
export interface PricedInput {
  placement: Machine;
  machine: OwnedHardware | undefined;
  weightBytes: Bytes;
  adapterBytes: Bytes;
}

export interface RunCostInput extends PricedInput {
  placement: Placement;
  parts: readonly TimePart[];
}

/** The cost of the placed job. Where one price cannot be given the cost is null, and every missing price is named. */
export function runCost(
  input: EstimateInput,
  { parts, ...priced }: RunCostInput,
): { cost: Estimate["cost"]; unknowns: Unknown[]; assumptions: Assumption[] } {
  const { job, platform, now } = input;
  const { placement } = priced;
  const { costs } = platform;
  const { rates, charges, unknowns } = pricesOf(input, priced);
  if (unknowns.length > 0) return { cost: null, unknowns, assumptions: [] };
  const sharing = sharingOf(input, placement);
  const cost = costOf({
    rates,
    parts,
    node: nodeUse(input, placement),
    sweepRuns: job.sweepRuns,
    charges,
  });
  return {
    cost: { ...cost, upkeep: upkeepOf(costs.upkeep, job.useCase, cost.expected, now.slice(0, 10)) },
    unknowns: [],
    assumptions: placement.nodeGpus > placement.gpuCount ? [sharingAssumption(sharing)] : [],
  };
}

const sharingOf = ({ platform }: EstimateInput, placement: Pick<Placement, "tier">) =>
  platform.costs.sharing.find(({ tier }) => tier === placement.tier);

/** How the job and others use the node. */
export const nodeUse = (
  input: EstimateInput,
  placement: Pick<Placement, "tier" | "gpuCount" | "nodeGpus">,
): NodeUse => ({
  gpus: placement.gpuCount,
  nodeGpus: placement.nodeGpus,
  othersBusy: sharingOf(input, placement)?.othersBusy ?? null,
});

const sharingAssumption = (
  stated: EstimateInput["platform"]["costs"]["sharing"][number] | undefined,
): Assumption => ({
  name: "other GPUs of the node",
  ...(stated
    ? {
        value: `${formatPercent(stated.othersBusy)} busy with other jobs`,
        source: `${stated.source}, ${stated.asOf}`,
      }
    : {
        value: "nobody has said how busy they are: you pay for the whole node",
        source: "say it under costs.sharing in tunekit.yaml",
      }),
});

/** Everything that a run is priced with on a machine: its hour, what is paid beside it, and each price that is missing. */
export function pricesOf(
  input: EstimateInput,
  { placement, machine, weightBytes, adapterBytes }: PricedInput,
): { rates: Rate[]; charges: CostLine[]; unknowns: Unknown[] } {
  const { job, platform, book, now } = input;
  const { rates, unknowns } = ratesOf(input, placement, machine);
  const beside = chargesOf({
    job,
    costs: platform.costs,
    book,
    region: placement.region,
    weightBytes,
    adapterBytes,
    maxAgeDays: platform.policy.priceMaxAgeDays,
    now,
  });
  return {
    rates,
    charges: beside.charges,
    unknowns: [...unknowns, ...beside.unknowns].filter(
      // on demand, the fee of Auto Mode and the machine lack the same price
      ({ message }, index, all) => all.findIndex((other) => other.message === message) === index,
    ),
  };
}

function ratesOf(
  { platform, book, now }: EstimateInput,
  placement: Machine,
  machine: OwnedHardware | undefined,
): { rates: Rate[]; unknowns: Unknown[] } {
  const maxAgeDays = platform.policy.priceMaxAgeDays;
  if (placement.region !== null) {
    const query = { ...placement, region: placement.region, maxAgeDays, now };
    const price = lookupPrice(book, query);
    const { rates, unknowns } = clusterRates(book, { ...query, costs: platform.costs });
    return "unknown" in price
      ? { rates, unknowns: [price.unknown, ...unknowns] }
      : { rates: [...rentedRates(price), ...rates], unknowns };
  }
  if (machine) {
    const rates = ownedRates(machine, maxAgeDays, now);
    return "unknown" in rates ? { rates: [], unknowns: [rates.unknown] } : { rates, unknowns: [] };
  }
  return {
    rates: [],
    unknowns: [
      {
        code: "PriceUnknown",
        message: `nobody has entered what the machine "${placement.instanceType}" costs`,
        fix: "describe it under owned in tunekit.yaml: capital, life, use, watts, price of power",
      },
    ],
  };
}
