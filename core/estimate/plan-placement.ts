import type { MicroUsd, Seconds } from "../units.ts";
import { decisiveEstimates } from "./cheapest-placement.ts";
import { doesNotFit } from "./does-not-fit.ts";
import type { Estimate, Placement, Unknown } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import { estimatePlacement } from "./estimate-placement.ts";
import { noPlacement } from "./no-placement.ts";
import {
  byPreference,
  type Figures,
  kindOf,
  lexical,
  obstacleOf,
  preferenceKey,
  SINGLE_OBSTACLES,
} from "./preference.ts";
import { placedLabel } from "./variant.ts";

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
 * What costs less than the chosen one, or nobody knows what it costs, and what stands against it that does not stand against
 * the chosen one. Of each kind: its best; the cheapest that fits and is late; the cheapest that is in time and may run out
 * of memory. So what does not fit is named where nothing of its kind may fit, and then by the variant that is nearest to it.
 * The better first: what may run out of memory, is late, has no price, does not fit.
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
  planOf(input, decisiveEstimates(input));

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
  const label = ({ placement }: Estimate): string => placedLabel(input.job, placement);
  const kinds = [...Map.groupBy(sorted, kindOf).values()] as [Estimate, ...Estimate[]][];
  return {
    chosen: withObstacle(input, chosen),
    others: kinds.slice(1).map(([best]) => ({ label: label(best), estimate: best })),
    cheaper: kinds
      .flatMap((kind) => [...new Set([kind[0], ...withOneObstacle(kind, deadline)])])
      .filter((estimate) => isCheaperButWorse(estimate, chosen, deadline))
      .sort(byPreference(deadline))
      .map((estimate) => ({
        label: label(estimate),
        placement: estimate.placement,
        costMicroUsd: estimate.cost?.expected ?? null,
        obstacle: obstacleOf(estimate, deadline) as Unknown,
      })),
  };
}

/** Of a kind, the better first, the first with each single obstacle. */
const withOneObstacle = (kind: readonly Estimate[], deadline: Seconds | undefined): Estimate[] =>
  SINGLE_OBSTACLES.flatMap((obstacle) => {
    const first = kind.find((each) => lexical(obstacle, preferenceKey(each, deadline)) === 0);
    return first ? [first] : [];
  });

/** Something stands against it that does not stand against the chosen one: late, no price, no fit or an unsure one. */
function isCheaperButWorse(
  estimate: Figures,
  chosen: Figures,
  deadline: Seconds | undefined,
): boolean {
  const [obstacle, fit] = preferenceKey(estimate, deadline) as [number, number];
  const [own, ownFit] = preferenceKey(chosen, deadline) as [number, number];
  if (obstacle === own && (obstacle > 0 || fit === ownFit)) return false;
  if (estimate.cost === null) return true;
  return chosen.cost !== null && estimate.cost.expected < chosen.cost.expected;
}

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
