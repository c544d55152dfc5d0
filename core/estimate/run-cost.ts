import { clusterRates } from "../catalog/cluster-rates.ts";
import { lookupPrice } from "../catalog/prices.ts";
import { ownedRates, type Rate, rentedRates } from "../catalog/rates.ts";
import type { OwnedHardware } from "../spec/platform-config.ts";
import { type Bytes, formatPercent } from "../units.ts";
import { chargesOf } from "./charges.ts";
import { costOf } from "./cost.ts";
import type { Assumption, Estimate, Placement, Unknown } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import type { TimePart } from "./time-parts.ts";
import { upkeepOf } from "./upkeep.ts";

export interface RunCostInput {
  placement: Placement;
  machine: OwnedHardware | undefined;
  parts: readonly TimePart[];
  weightBytes: Bytes;
  adapterBytes: Bytes;
}

/** The cost of the placed job. Where one price cannot be given the cost is null, and every missing price is named. */
export function runCost(
  input: EstimateInput,
  { placement, machine, parts, weightBytes, adapterBytes }: RunCostInput,
): { cost: Estimate["cost"]; unknowns: Unknown[]; assumptions: Assumption[] } {
  const { job, platform, book, now } = input;
  const { costs } = platform;
  const machineRates = ratesOf(input, placement, machine);
  const { charges, unknowns } = chargesOf({
    job,
    costs,
    book,
    region: placement.region,
    weightBytes,
    adapterBytes,
    maxAgeDays: platform.policy.priceMaxAgeDays,
    now,
  });
  const missing = [...machineRates.unknowns, ...unknowns];
  if (missing.length > 0) return { cost: null, unknowns: missing, assumptions: [] };
  const sharing = costs.sharing.find(({ tier }) => tier === placement.tier);
  const cost = costOf({
    rates: machineRates.rates,
    parts,
    node: {
      gpus: placement.gpuCount,
      nodeGpus: placement.nodeGpus,
      othersBusy: sharing?.othersBusy ?? null,
    },
    sweepRuns: job.sweepRuns,
    charges,
  });
  return {
    cost: { ...cost, upkeep: upkeepOf(costs.upkeep, job.useCase, cost.expected, now.slice(0, 10)) },
    unknowns: [],
    assumptions: placement.nodeGpus > placement.gpuCount ? [sharingAssumption(sharing)] : [],
  };
}

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

function ratesOf(
  { platform, book, now }: EstimateInput,
  placement: Placement,
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
