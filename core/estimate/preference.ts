import { formatBytes, formatDuration, type Seconds } from "../units.ts";
import { type Estimate, FITS, type Unknown } from "./estimate.ts";

/** What of an estimate decides between placements. */
export type Figures = Pick<Estimate, "placement" | "memory" | "time" | "cost" | "unknowns">;

/**
 * Why a placement cannot be taken: it does not fit (`DoesNotFitMemory`), it has no price (`PriceUnknown`, `PriceStale`,
 * `SpotUnavailable`), it may miss the job's deadline (`DeadlineMissed`), it may run out of memory (`DoesNotFitMemory`).
 * Undefined when it can.
 */
export function obstacleOf(figures: Figures, deadline: Seconds | undefined): Unknown | undefined {
  const { memory, time, cost, unknowns } = figures;
  const [needed, usable] = [formatBytes(memory.expected), formatBytes(memory.usableBytes)];
  if (memory.fit === "does-not-fit") {
    return {
      code: "DoesNotFitMemory",
      message: `the job needs ${needed}, ${labelOf(figures)} has ${usable}`,
      fix: "make training.batchSize or training.maxLength smaller, use qlora, or allow a larger tier",
    };
  }
  if (cost === null) return unknowns[0];
  if (isLate(figures, deadline)) {
    return {
      code: "DeadlineMissed",
      message: `it may take up to ${formatDuration(time.high)}, and the deadline is ${formatDuration(deadline ?? 0)}`,
      fix: "raise placement.deadline, allow a faster tier or more GPUs, or train fewer steps",
    };
  }
  if (memory.fit === "fits") return undefined;
  return {
    code: "DoesNotFitMemory",
    message: `the job may run out of memory: it needs about ${needed} of ${usable}`,
    fix: "make training.batchSize or training.maxLength smaller, use qlora, or allow a larger tier",
  };
}

/**
 * Sorts the better placement first, and no two places alike. What can be taken comes first: what fits, then what may fit;
 * then what may miss the deadline, what has no price, and what does not fit, the nearest to fitting first. Among these the
 * lower expected cost decides, then the smaller node, the shorter time, the lower price an hour, the name. Two ways of
 * running the job on one machine that are still equal stay in the order in which they were listed.
 */
export const byPreference =
  (deadline: Seconds | undefined) =>
  (a: Figures, b: Figures): number => {
    const excess = ({ memory }: Figures) =>
      memory.fit === "does-not-fit" ? memory.expected / memory.usableBytes : 0;
    return (
      obstacleRank(a, deadline) - obstacleRank(b, deadline) ||
      FITS.indexOf(a.memory.fit) - FITS.indexOf(b.memory.fit) ||
      excess(a) - excess(b) ||
      byCost(a, b)
    );
  };

/** The cheaper first, whether it can be taken or not; what has no price last. */
export function byCost(a: Figures, b: Figures): number {
  const cost = ({ cost }: Figures) => cost?.expected ?? Number.MAX_SAFE_INTEGER;
  const anHour = ({ cost }: Figures) => cost?.perHourMicroUsd ?? 0;
  return (
    cost(a) - cost(b) ||
    a.placement.nodeGpus - b.placement.nodeGpus ||
    a.time.expected - b.time.expected ||
    anHour(a) - anHour(b) ||
    (labelOf(a) < labelOf(b) ? -1 : Number(labelOf(a) > labelOf(b)))
  );
}

function obstacleRank(figures: Figures, deadline: Seconds | undefined): number {
  if (figures.memory.fit === "does-not-fit") return 3;
  if (figures.cost === null) return 2;
  return isLate(figures, deadline) ? 1 : 0;
}

const isLate = ({ time }: Figures, deadline: Seconds | undefined): boolean =>
  deadline !== undefined && time.high > deadline;

/** `g6.2xlarge on-demand, us-east-1, 1 L4`. */
export function labelOf({ placement }: Pick<Estimate, "placement">): string {
  const { instanceType, capacity, gpuCount, gpu, region } = placement;
  const parts = [`${instanceType} ${capacity}`, ...(region ? [region] : []), `${gpuCount} ${gpu}`];
  return parts.join(", ");
}
