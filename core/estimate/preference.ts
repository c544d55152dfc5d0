import { formatBytes, formatDuration, type Seconds } from "../units.ts";
import { type Estimate, FITS, type Placement, type Unknown } from "./estimate.ts";

/** What of an estimate decides between placements. */
export type Figures = Pick<Estimate, "placement" | "memory" | "time" | "cost" | "unknowns">;

/**
 * Why a placement cannot be taken: it does not fit (`DoesNotFitMemory`), it has no price (`PriceUnknown`, `PriceStale`,
 * `SpotUnavailable`), it may miss the job's deadline (`DeadlineMissed`), it may run out of memory (`DoesNotFitMemory`).
 * Undefined when it can. What the placement is called is not said again.
 */
export function obstacleOf(figures: Figures, deadline: Seconds | undefined): Unknown | undefined {
  const { memory, time, cost, unknowns } = figures;
  const [needed, usable] = [formatBytes(memory.expected), formatBytes(memory.usableBytes)];
  if (memory.fit === "does-not-fit") {
    return {
      code: "DoesNotFitMemory",
      message: `the job needs ${needed} of memory, and ${usable} can be used`,
      fix: NEED_LESS,
    };
  }
  if (cost === null) return unknowns[0];
  if (isLate(time.high, deadline)) {
    return {
      code: "DeadlineMissed",
      message: `it may take up to ${formatDuration(time.high)}, and the deadline is ${formatDuration(deadline ?? 0)}`,
      fix: "raise placement.deadline, allow a faster tier or more GPUs, or train fewer steps",
    };
  }
  return memory.fit === "borderline" ? mayRunOut(figures) : undefined;
}

/** What the reader of an estimate has to know before all else: its unknowns, and that it may run out of memory. */
export const warningsOf = (figures: Figures): Unknown[] => [
  ...figures.unknowns,
  ...(figures.memory.fit === "borderline" ? [mayRunOut(figures)] : []),
];

const mayRunOut = ({ memory }: Figures): Unknown => ({
  code: "DoesNotFitMemory",
  message: `the job may run out of memory: it needs about ${formatBytes(memory.expected)} of ${formatBytes(memory.usableBytes)}`,
  fix: NEED_LESS,
});

/** What keeps what is learned stands first. */
const NEED_LESS =
  "make training.batchSize smaller with more gradientAccumulation, allow a larger tier, or, changing what is learned, use qlora";

/**
 * Sorts the better placement first, and no two places alike. What can be taken comes first: what fits, then what may fit;
 * then what may miss the deadline, what has no price, and what does not fit, the nearest to fitting first. Among these the
 * lower expected cost decides, then the smaller node, the shorter time, the lower price an hour, the name. Two ways of
 * running the job on one machine that are still equal stay in the order in which they were listed.
 */
export const byPreference =
  (deadline: Seconds | undefined) =>
  (a: Figures, b: Figures): number =>
    lexical(preferenceKey(a, deadline), preferenceKey(b, deadline)) || byName(a, b);

/** The cheaper first, whether it can be taken or not; what has no price last. */
export const byCost = (a: Figures, b: Figures): number =>
  lexical(costKey(a), costKey(b)) || byName(a, b);

/** Numbers that are compared one after the other: obstacle, fit, lack of memory, and then the `costKey`. */
export function preferenceKey(figures: Figures, deadline: Seconds | undefined): number[] {
  const { memory, time, cost } = figures;
  return [...fitKey(memory, cost !== null, isLate(time.high, deadline)), ...costKey(figures)];
}

/** What of the memory decides between placements. */
export type MemoryFit = Pick<Figures["memory"], "fit" | "expected" | "usableBytes">;

/** The part of the key that comes before the cost. */
export function fitKey(
  { fit, expected, usableBytes }: MemoryFit,
  priced: boolean,
  late: boolean,
): [obstacle: number, fit: number, lack: number] {
  if (fit === "does-not-fit") return [3, FITS.indexOf(fit), expected / usableBytes];
  return [priced ? Number(late) : 2, FITS.indexOf(fit), 0];
}

/** Stand first in the key of what could be taken but for one thing: it fits and may be late, it is in time and may not fit. */
export const SINGLE_OBSTACLES = [
  [1, FITS.indexOf("fits")],
  [0, FITS.indexOf("borderline")],
] as const;

/** Stands in a key for a cost that nobody knows. */
export const UNKNOWN_COST = Number.MAX_SAFE_INTEGER;

/** Cost, GPUs of the node, seconds, price an hour. */
export const costKey = ({ placement, time, cost }: Figures): number[] => [
  cost?.expected ?? UNKNOWN_COST,
  placement.nodeGpus,
  time.expected,
  cost?.perHourMicroUsd ?? 0,
];

/** Compares as many numbers as the first has one after the other, from one place on. */
export function lexical(a: readonly number[], b: readonly number[], from = 0): number {
  for (let index = from; index < a.length; index++) {
    const difference = (a[index] as number) - (b[index] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

const byName = (a: Figures, b: Figures): number =>
  labelOf(a) < labelOf(b) ? -1 : Number(labelOf(a) > labelOf(b));

export const isLate = (slowSeconds: Seconds, deadline: Seconds | undefined): boolean =>
  deadline !== undefined && slowSeconds > deadline;

/** `L4 spot`. */
export const kindOf = ({ placement }: { placement: Pick<Placement, "gpu" | "capacity"> }): string =>
  `${placement.gpu} ${placement.capacity}`;

/** `g6.2xlarge on-demand, us-east-1, 1 L4`. */
export function labelOf({ placement }: { placement: Omit<Placement, "variant"> }): string {
  const { instanceType, capacity, gpuCount, gpu, region } = placement;
  const parts = [`${instanceType} ${capacity}`, ...(region ? [region] : []), `${gpuCount} ${gpu}`];
  return parts.join(", ");
}
