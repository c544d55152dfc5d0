import type { RunCosts } from "../spec/run-costs.ts";
import type { UseCase } from "../spec/use-case.ts";
import type { MicroUsd } from "../units.ts";
import type { CostLine, Estimate } from "./estimate.ts";

/**
 * What the adapter costs each month once it is deployed: what the platform says, and the expected retrains at the price of
 * this run. It is spent only if the adapter is deployed, so it is no part of the cost: the gate counts it in `deploymentCost`
 * of the use case and in the retrains. Null when there is none.
 * @param today date for the retrains' line, such as `2026-11-24`
 */
export function upkeepOf(
  stated: RunCosts["upkeep"],
  { changesPerYear }: Pick<UseCase, "changesPerYear">,
  runMicroUsd: MicroUsd,
  today: string,
): NonNullable<Estimate["cost"]>["upkeep"] {
  const lines = stated.map(
    ({ item, perMonth, source, asOf }): CostLine => ({
      item,
      quantity: 1,
      unit: "month",
      unitPriceMicroUsd: perMonth,
      microUsd: perMonth,
      source,
      asOf,
    }),
  );
  if (changesPerYear > 0) {
    const quantity = changesPerYear / 12;
    lines.push({
      item: "retrains when the task changes",
      quantity,
      unit: "run",
      unitPriceMicroUsd: runMicroUsd,
      microUsd: Math.round(quantity * runMicroUsd),
      source: "changesPerYear of the use case",
      asOf: today,
    });
  }
  if (lines.length === 0) return null;
  return { microUsdPerMonth: lines.reduce((sum, { microUsd }) => sum + microUsd, 0), lines };
}
