import type { RunCosts } from "../spec/run-costs.ts";
import { formatDuration, type Seconds } from "../units.ts";
import type { Assumption } from "./estimate.ts";
import { linearSum, scaled, type TimePart } from "./time-parts.ts";

export interface SpotFacts {
  interruptionsPerHour: number;
  restartSeconds: Seconds;
  /** Who says so: the platform, or a judgement of this project (docs/cost-gate.md). */
  source: string;
}

/** The platform's own rate, or 0.05 interruptions an hour and 15 minutes to be running again. */
export const spotFacts = (stated: RunCosts["spot"]): SpotFacts => ({
  interruptionsPerHour: stated?.interruptionsPerHour ?? 0.05,
  restartSeconds: stated?.restart ?? 900,
  source: stated
    ? `${stated.source}, ${stated.asOf}`
    : "a judgement of this project: say yours under costs.spot in tunekit.yaml",
});

/**
 * Expected work on spot as a multiple of the work: each interruption loses half a checkpoint interval and a restart.
 * @param checkpointSeconds between two checkpoints
 */
export const spotMultiplier = (
  checkpointSeconds: Seconds,
  { interruptionsPerHour, restartSeconds }: SpotFacts,
): number => 1 + (interruptionsPerHour * (checkpointSeconds / 2 + restartSeconds)) / 3600;

/** What is done twice of such work on capacity that may be taken away. */
export function reworkOf(
  phase: "rework" | "evaluation",
  work: readonly TimePart[],
  checkpointSeconds: Seconds,
  spot: SpotFacts,
): TimePart {
  const lost = spotMultiplier(checkpointSeconds, spot) - 1;
  return {
    phase,
    name: "rework after spot interruptions",
    seconds: scaled(linearSum(work.map(({ seconds }) => seconds)), lost),
    note: `${(100 * lost).toFixed(1)} % of the work, with a checkpoint every ${formatDuration(checkpointSeconds)}`,
  };
}

export const spotAssumption = ({
  interruptionsPerHour,
  restartSeconds,
  source,
}: SpotFacts): Assumption => ({
  name: "spot interruptions",
  value: `${interruptionsPerHour} an hour, ${restartSeconds / 60} min to be running again`,
  source,
});
