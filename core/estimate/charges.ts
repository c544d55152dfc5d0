import { type PriceBook, staleness } from "../catalog/prices.ts";
import { lookupService, type Service } from "../catalog/services.ts";
import type { GatePolicy } from "../spec/platform-config.ts";
import type { RunCosts } from "../spec/run-costs.ts";
import type { TrainingJob } from "../spec/training-job.ts";
import { type Bytes, GB } from "../units.ts";
import type { CostLine, Unknown } from "./estimate.ts";
import { CHECKPOINT_ADAPTERS } from "./time.ts";

export interface ChargesInput {
  job: Pick<TrainingJob, "sweepRuns" | "labellingCost">;
  costs: RunCosts;
  book: PriceBook;
  /** Null on an owned machine, which uses no cloud service. */
  region: string | null;
  weightBytes: Bytes;
  adapterBytes: Bytes;
  maxAgeDays: GatePolicy["priceMaxAgeDays"];
  /** ISO instant. */
  now: string;
}

/** The trainer keeps the newest two checkpoints and the best (docs/trainer.md). */
const KEPT_CHECKPOINTS = 3;

/**
 * What a run is charged beside its machine, each only where platform or job gives it: storage, NAT and egress by the GB,
 * the review of its evaluation, labels. The mirror of the base weights serves every run and is charged to none. A quantity
 * without a price is an unknown.
 */
export function chargesOf(input: ChargesInput): { charges: CostLine[]; unknowns: Unknown[] } {
  const found = [...(input.region === null ? [] : services(input, input.region)), ...people(input)];
  return {
    charges: found.filter((each): each is CostLine => !("unknown" in each)),
    unknowns: found.flatMap((each) => ("unknown" in each ? [each.unknown] : [])),
  };
}

type Found = CostLine | { unknown: Unknown };

function services(input: ChargesInput, region: string): Found[] {
  const { storage, network } = input.costs;
  const runs = input.job.sweepRuns;
  const line = (service: Service, item: string, quantity: number): Found[] => {
    if (quantity === 0) return [];
    const price = lookupService(input.book, {
      service,
      region,
      entered: input.costs.prices,
      maxAgeDays: input.maxAgeDays.service,
      now: input.now,
    });
    if ("unknown" in price) return [price];
    const { unit, microUsd, source, asOf } = price;
    return [
      {
        item,
        quantity,
        unit,
        unitPriceMicroUsd: microUsd,
        microUsd: Math.round(quantity * microUsd),
        source,
        asOf,
      },
    ];
  };
  const kept = (input.adapterBytes * (1 + KEPT_CHECKPOINTS * CHECKPOINT_ADAPTERS)) / GB;
  const months = storage?.months ?? 0;
  const nat =
    (network?.nat.includes("weights") ? input.weightBytes / GB : 0) +
    (network?.nat.includes("image") ? (network.imageGB ?? 0) : 0);
  return [
    ...line(
      "s3-standard",
      `adapter and checkpoints in the bucket for ${months} months`,
      runs * kept * months,
    ),
    ...line("nat-data", `${network?.nat.join(" and ")} through the NAT gateway`, runs * nat),
    ...line("internet-egress", "sent out of the cloud", runs * (network?.egressGB ?? 0)),
  ];
}

function people({ job, costs: { review }, maxAgeDays, now }: ChargesInput): Found[] {
  const found: Found[] = [];
  if (review) {
    const { items, perItem, source, asOf } = review;
    const enter = "bring costs.review in tunekit.yaml and its asOf up to date";
    found.push(
      staleness("reviewing an item", asOf, now, maxAgeDays.service, enter) ?? {
        item: "human review of the evaluation",
        quantity: items,
        unit: "item",
        unitPriceMicroUsd: perItem,
        microUsd: items * perItem,
        source,
        asOf,
      },
    );
  }
  if (job.labellingCost > 0) {
    found.push({
      item: "labels that this run still needs",
      quantity: 1,
      unit: "job",
      unitPriceMicroUsd: job.labellingCost,
      microUsd: job.labellingCost,
      source: "labellingCost of the job",
      asOf: now.slice(0, 10),
    });
  }
  return found;
}
