import type { Unknown } from "../estimate/estimate.ts";
import type { GatePolicy } from "../spec/platform-config.ts";
import type { RunCosts } from "../spec/run-costs.ts";
import { lookupPrice, type PriceBook } from "./prices.ts";
import { fixed, type Rate } from "./rates.ts";
import { lookupService, type Service } from "./services.ts";

export interface ClusterQuery {
  costs: RunCosts;
  region: string;
  instanceType: string;
  maxAgeDays: GatePolicy["priceMaxAgeDays"];
  /** ISO instant. */
  now: string;
}

/** AWS bills a GB-month by the hour, 730 to a month. */
const HOURS_A_MONTH = 730;

/**
 * What a cluster adds to an hour of its node, where the platform says that it does: the node's disk, its part of the
 * control plane, the fee of Auto Mode. That fee hangs on the on-demand price, on spot as well.
 */
export function clusterRates(
  book: PriceBook,
  { costs: { node, eks, prices }, ...query }: ClusterQuery,
): { rates: Rate[]; unknowns: Unknown[] } {
  const found: (Rate | { unknown: Unknown })[] = [];
  const service = (name: Service, item: string, unitsPerHour: number): void => {
    const { region, now, maxAgeDays } = query;
    const price = lookupService(book, {
      service: name,
      region,
      entered: prices,
      maxAgeDays: maxAgeDays.service,
      now,
    });
    if ("unknown" in price) found.push(price);
    else {
      const { unit, microUsd, source, asOf } = price;
      found.push({
        item,
        unit,
        unitPriceMicroUsd: fixed(microUsd),
        unitsPerHour,
        inOneLine: true,
        source,
        asOf,
      });
    }
  };
  if (node?.diskGB !== undefined) {
    service("gp3-storage", `${node.diskGB} GB of node disk`, node.diskGB / HOURS_A_MONTH);
  }
  if (eks) {
    const plane = eks.support === "extended" ? "eks-extended-support" : "eks-control-plane";
    service(plane, `control plane, one of ${eks.nodes} nodes`, 1 / eks.nodes);
  }
  if (eks?.autoMode !== undefined) {
    const price = lookupPrice(book, { ...query, capacity: "on-demand" });
    if ("unknown" in price) found.push(price);
    else {
      found.push({
        item: `EKS Auto Mode, ${100 * eks.autoMode} % of ${query.instanceType} on-demand`,
        unit: "node-hour",
        unitPriceMicroUsd: fixed(Math.round(eks.autoMode * price.highMicroUsd)),
        unitsPerHour: 1,
        inOneLine: true,
        source: eks.source,
        asOf: eks.asOf,
      });
    }
  }
  return {
    rates: found.filter((each): each is Rate => !("unknown" in each)),
    unknowns: found.flatMap((each) => ("unknown" in each ? [each.unknown] : [])),
  };
}
