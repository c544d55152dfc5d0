import { TIERS, type Tier } from "../spec/tier.ts";
import type { Estimate, Placement } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import { type FitLadder, fitLadder } from "./fit-ladder.ts";
import { withNearest } from "./nearest.ts";
import { noSuchMachine } from "./no-placement.ts";
import { placements } from "./placements.ts";
import { type CheaperButFails, planAmong, planPlacement } from "./plan-placement.ts";
import { byCost } from "./preference.ts";
import { placedLabel } from "./variant.ts";

/** Which placements are looked at: those of the job, of one tier, or on one kind of machine. */
export interface PlacementChoice {
  /** One of the platform's, which the job need not name. */
  tier?: Tier;
  /** Id of an instance type, or name of an owned machine. */
  instance?: string;
}

export interface Placed {
  /** Names the machine and what is changed of the job there. */
  label: string;
  estimate: Estimate;
}

/** Whether the job, as it is written, fits a tier of the platform, and what would make it fit. */
export interface TierFit {
  tier: Tier;
  /** The job names the tier. */
  ofJob: boolean;
  /** Null: no machine of the tier is on offer to the job. */
  ladder: FitLadder | null;
}

/** All that is known of a job before it runs. */
export interface EstimateDocument {
  schemaVersion: 1;
  chosen: Placed;
  /** The best of each kind of machine, the chosen one among them, the cheapest first; what cannot run comes last. */
  placements: Placed[];
  /** What costs less than the chosen one and cannot be taken. */
  cheaper: CheaperButFails[];
  tiers: TierFit[];
}

/** @throws CatalogError `NoPlacement` when there is no such machine for the job. */
export function estimateDocument(
  asked: EstimateInput,
  { tier, instance }: PlacementChoice = {},
): EstimateDocument {
  const { platform } = asked;
  const wanted = tier ? [tier] : instance ? platform.tiers : asked.job.placement.tiers;
  const input = onTiers(asked, wanted);
  const { chosen, others, cheaper } = instance
    ? planAmong(input, placementsOn(instance, input))
    : planPlacement(input);
  const first = {
    label: placedLabel(input.job, chosen.placement),
    estimate: withNearest(input, chosen),
  };
  const rest = others.map(({ label, estimate }) => ({
    label,
    estimate: withNearest(input, estimate),
  }));
  return {
    schemaVersion: 1,
    chosen: first,
    placements: [first, ...rest].sort(cannotRunLast),
    cheaper,
    tiers: TIERS.filter((each) => platform.tiers.includes(each)).map((each) => ({
      tier: each,
      ofJob: asked.job.placement.tiers.includes(each),
      ladder: bestLadder(onTiers(asked, [each])),
    })),
  };
}

const onTiers = (input: EstimateInput, tiers: Tier[]): EstimateInput => ({
  ...input,
  job: { ...input.job, placement: { ...input.job.placement, tiers } },
});

/** The ladder of the job as it is written, on the machine that the planner would take for it. */
function bestLadder(input: EstimateInput): FitLadder | null {
  const asWritten = {
    ...input,
    job: { ...input.job, placement: { ...input.job.placement, vary: [] } },
  };
  if (placements(asWritten).length === 0) return null;
  return fitLadder(asWritten, planPlacement(asWritten).chosen.placement);
}

function cannotRunLast(a: Placed, b: Placed): number {
  const cannotRun = ({ estimate }: Placed) => Number(estimate.memory.fit === "does-not-fit");
  return cannotRun(a) - cannotRun(b) || byCost(a.estimate, b.estimate);
}

/** Every way to run the job on one kind of machine. @throws CatalogError `NoPlacement` */
function placementsOn(instance: string, input: EstimateInput): Placement[] {
  const there = placements(input).filter(({ instanceType }) => instanceType === instance);
  if (there.length > 0) return there;
  throw noSuchMachine(instance, input);
}
