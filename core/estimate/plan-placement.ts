import type { MicroUsd } from "../units.ts";
import { bestOfEachKind } from "./cheapest-placement.ts";
import { doesNotFit } from "./does-not-fit.ts";
import type { Estimate, Placement, Unknown } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import { estimatePlacement } from "./estimate-placement.ts";
import { noPlacement } from "./no-placement.ts";
import { byCost, byPreference, kindOf, labelOf, obstacleOf } from "./preference.ts";
import { changesOf } from "./variant.ts";

/** Where a run should go. A kind is one card with one capacity type, such as `L4 spot`. */
export interface PlannedPlacement {
  /** The best placement of all; when it cannot be taken, its first `unknowns` entry says why. */
  chosen: Estimate;
  /** The best of each other kind, the better first. The label names the machine and what is changed of the job there. */
  others: { label: string; estimate: Estimate }[];
  /** What costs less than the chosen one and cannot be taken. */
  cheaper: CheaperButFails[];
}

/**
 * The cheapest candidate of a kind that is cheaper than the chosen one, or whose price nobody knows; at most one a kind,
 * cheapest first, those without a price last.
 */
export interface CheaperButFails {
  /** As in `others`: `g6.2xlarge on-demand, us-east-1, 1 L4, micro-batch 8 x 1`. */
  label: string;
  placement: Placement;
  /** Expected; null without a price. */
  costMicroUsd: MicroUsd | null;
  /** `DoesNotFitMemory`, `DeadlineMissed`, `PriceUnknown`, `PriceStale` or `SpotUnavailable`, in words. */
  obstacle: Unknown;
}

/**
 * The cheapest placement by expected total cost among all that fit, have a price and end within the job's deadline
 * (`preference.ts` has the whole order). Where none of them fits, one that may fit; where nothing can be taken, the one
 * that is nearest to it, with the obstacle first among its `unknowns`.
 * @throws CatalogError `NoPlacement` when no machine is open to the job (`no-placement.ts`).
 */
export const planPlacement = (input: EstimateInput): PlannedPlacement =>
  planOf(input, bestOfEachKind(input));

/** The plan when only these placements are open: each is estimated. */
export const planAmong = (input: EstimateInput, open: readonly Placement[]): PlannedPlacement =>
  planOf(
    input,
    open.map((placement) => estimatePlacement(input, placement)),
  );

function planOf(input: EstimateInput, estimates: readonly Estimate[]): PlannedPlacement {
  const { deadline } = input.job.placement;
  const sorted = estimates.toSorted(byPreference(deadline));
  const [chosen] = sorted;
  if (!chosen) throw noPlacement(input);
  const label = ({ placement }: Estimate): string =>
    [labelOf({ placement }), ...changesOf(input.job, placement)].join(", ");
  const kinds = [...Map.groupBy(sorted, kindOf).values()] as [Estimate, ...Estimate[]][];
  return {
    chosen: withObstacle(input, chosen),
    others: kinds.slice(1).map(([best]) => ({ label: label(best), estimate: best })),
    cheaper: kinds
      .map(cheapestOf)
      .sort(byCost)
      .flatMap((least) => {
        const obstacle = obstacleOf(least, deadline);
        const costMicroUsd = least.cost?.expected ?? null;
        const dearer = costMicroUsd !== null && costMicroUsd >= (chosen.cost?.expected ?? 0);
        if (!obstacle || dearer || least === chosen) return [];
        return [{ label: label(least), placement: least.placement, costMicroUsd, obstacle }];
      }),
  };
}

/** Of a kind, sorted by preference; the best where no price is known. */
const cheapestOf = (kind: readonly [Estimate, ...Estimate[]]): Estimate => {
  const priced = kind.filter(({ cost }) => cost !== null);
  return priced.toSorted(byCost)[0] ?? kind[0];
};

/** A price that is missing is among the unknowns already, and a borderline fit is no refusal. */
function withObstacle(input: EstimateInput, chosen: Estimate): Estimate {
  const obstacle =
    chosen.memory.fit === "does-not-fit"
      ? doesNotFit(input, chosen)
      : obstacleOf(chosen, input.job.placement.deadline);
  return obstacle && (chosen.memory.fit === "does-not-fit" || obstacle.code === "DeadlineMissed")
    ? { ...chosen, unknowns: [obstacle, ...chosen.unknowns] }
    : chosen;
}
