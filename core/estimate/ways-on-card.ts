import { findGpu } from "../catalog/gpus.ts";
import type { OwnedHardware } from "../spec/platform-config.ts";
import { METHODS } from "../spec/training-job.ts";
import { pastRuns } from "./calibrate-estimate.ts";
import { type CardRun, cardRun, memoryOnCard } from "./card-run.ts";
import type { FITS } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import { inverse, rangeOf } from "./interval.ts";
import type { MemoryFit } from "./preference.ts";
import { type Way, waysOf } from "./variants.ts";

/** A way of running the job on a card: what it needs and how long its training takes, on whatever machine. */
export interface WayOnCard extends Way, Pick<CardRun, "speed" | "swings"> {
  /** Expected, and at the slow end of the interval. */
  trainingSeconds: number;
  slowTrainingSeconds: number;
  /** Worked out when it is asked for. */
  memory: MemoryFit;
  /** Where it stands among all ways. */
  position: number;
}

/**
 * The ways of running the job on up to `gpus` cards of which one is the best on any machine, and of those that cost less
 * than it the cheapest that fits and the cheapest that may fit. Another way on as many cards rules one out when it is at
 * least as fast and fits as well: the machine adds to both the same start-up, network and price an hour, and neither time
 * nor cost falls with slower training or with a lower utilisation, which times the rest. Where both come out equal, the
 * earlier of the list is preferred. What does not fit is never preferred to what may fit, so it counts only where nothing
 * does.
 * @param hardware the owned machine whose memory counts where it has no card
 */
export function waysOnCard(
  input: EstimateInput,
  gpu: string,
  gpus: number,
  hardware: OwnedHardware | undefined,
): WayOnCard[] {
  const past = new Map(
    METHODS.map((method) => [method, pastRuns(input.calibration ?? [], { gpu, method })]),
  );
  const ways = waysOf(input.job, findGpu(gpu).kind, gpus).map((way, position) => {
    const run = () => cardRun(input, { gpu, ...way }, past.get(way.variant.method));
    return wayOnCard(way, position, run(), () => memoryOnCard(input, run(), hardware));
  });
  const deadline = input.job.placement.deadline !== undefined;
  return [...Map.groupBy(ways, ({ gpuCount }) => gpuCount).values()].flatMap((alike) =>
    bestOf(
      alike.toSorted((a, b) => a.trainingSeconds - b.trainingSeconds || a.position - b.position),
      deadline,
    ),
  );
}

/** The run itself is not kept: of thousands, most are ruled out by their speed. */
function wayOnCard(
  way: Way,
  position: number,
  { trained, speed, swings }: CardRun,
  memoryOf: () => MemoryFit,
): WayOnCard {
  const trainingSeconds = trained.total / speed.tokensPerSecond;
  let memory: MemoryFit | undefined;
  return {
    ...way,
    speed,
    swings,
    trainingSeconds,
    slowTrainingSeconds: rangeOf(trainingSeconds, [inverse(swings.speed), swings.tokens]).high,
    position,
    get memory() {
      if (!memory) {
        const { fit, expected, usableBytes } = memoryOf();
        memory = { fit, expected, usableBytes };
      }
      return memory;
    },
  };
}

/** What fits, and what may fit unless something that fits is as good; what is nearest to fitting where nothing may. */
function bestOf(sorted: readonly WayOnCard[], deadline: boolean): WayOnCard[] {
  const fitOf = fits(sorted);
  const asGood = (a: WayOnCard, b: WayOnCard) => isNoSlower(a, b) && (!deadline || isNoLater(a, b));
  const sure: WayOnCard[] = [];
  const unsure: WayOnCard[] = [];
  for (const way of sorted) {
    if (sure.some((other) => asGood(other, way))) continue;
    const fit = fitOf(way);
    if (fit === "fits") sure.push(way);
    if (fit === "borderline" && !unsure.some((other) => asGood(other, way))) unsure.push(way);
  }
  if (sure.length + unsure.length > 0) return [...sure, ...unsure];
  return unbeaten(nearestToFitting(sorted));
}

/** Ways that differ in the micro-batch alone, the smallest first. None needs less memory than one before it. */
const bySize = (ways: readonly WayOnCard[]): WayOnCard[][] =>
  [
    ...Map.groupBy(ways, ({ variant }) => `${variant.method} ${variant.checkpointing}`).values(),
  ].map((alike) => alike.toSorted((a, b) => a.variant.microBatch - b.variant.microBatch));

type Fit = (typeof FITS)[number];

/** How a way fits, from the memory of a few: what a smaller micro-batch does not fit, a larger one does not either. */
function fits(ways: readonly WayOnCard[]): (way: WayOnCard) => Fit {
  const known = new Map<WayOnCard, Fit>();
  const sizes = new Map(bySize(ways).flatMap((alike) => alike.map((way) => [way, alike] as const)));
  return (way) => {
    const alike = sizes.get(way) as WayOnCard[];
    if (!known.has(way)) {
      const fit = firstWhere(alike, ({ memory }) => memory.fit !== "fits");
      const mayFit = firstWhere(alike, ({ memory }) => memory.fit === "does-not-fit");
      alike.forEach((each, index) => {
        known.set(each, index < fit ? "fits" : index < mayFit ? "borderline" : "does-not-fit");
      });
    }
    return known.get(way) as Fit;
  };
}

/** Index of the first for which it is true, when it is true for all after that one; the length when for none. */
function firstWhere<T>(all: readonly T[], isTrue: (each: T) => boolean): number {
  let [low, high] = [0, all.length];
  for (let middle = 0; low < high; middle = Math.floor((low + high) / 2)) {
    if (isTrue(all[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function nearestToFitting(ways: readonly WayOnCard[]): WayOnCard[] {
  const sizes = bySize(ways);
  const least = Math.min(...sizes.map(([smallest]) => (smallest as WayOnCard).memory.expected));
  const nearest = new Set(
    sizes.flatMap((alike) =>
      alike.slice(
        0,
        firstWhere(alike, ({ memory }) => memory.expected > least),
      ),
    ),
  );
  return ways.filter((way) => nearest.has(way));
}

/** What no earlier one of the list is as good as. */
function unbeaten(sorted: readonly WayOnCard[]): WayOnCard[] {
  const kept: WayOnCard[] = [];
  for (const each of sorted) {
    if (!kept.some((other) => isNoSlower(other, each))) kept.push(each);
  }
  return kept;
}

/** Times that differ by less are equal: a difference of rounding must not decide what the order of the list should. */
const EQUAL = 1 - 1e-9;

const isFaster = (a: WayOnCard, b: WayOnCard): boolean =>
  a.trainingSeconds < b.trainingSeconds * EQUAL && a.speed.utilisation >= b.speed.utilisation;

const isNoSlower = (a: WayOnCard, b: WayOnCard): boolean =>
  isFaster(a, b) ||
  (a.trainingSeconds <= b.trainingSeconds &&
    a.position < b.position &&
    a.speed.utilisation >= b.speed.utilisation);

/** The same at the slow end of the interval. */
const isNoLater = (a: WayOnCard, b: WayOnCard): boolean =>
  a.slowTrainingSeconds <= b.slowTrainingSeconds &&
  slowUtilisation(a) >= slowUtilisation(b) &&
  a.swings.speed.low >= b.swings.speed.low; // it widens the constant parts of the evaluation too

const slowUtilisation = ({ speed, swings }: WayOnCard): number =>
  speed.utilisation * swings.speed.low;
