import { findGpu } from "../catalog/gpus.ts";
import type { OwnedHardware } from "../spec/platform-config.ts";
import { type CardRun, cardRun, memoryOnCard } from "./card-run.ts";
import { type Estimate, FITS } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import { inverse, rangeOf } from "./interval.ts";
import { type Way, waysOf } from "./variants.ts";

/** A way of running the job on a card: what it needs and how long its training takes, on whatever machine. */
export interface WayOnCard extends Way {
  run: CardRun;
  /** Expected, and at the slow end of the interval. */
  trainingSeconds: number;
  slowTrainingSeconds: number;
  memory: Estimate["memory"];
  /** Where it stands among all ways. */
  position: number;
}

/**
 * The ways of running the job on up to `gpus` cards that may be the best or the cheapest on some machine. Another way on as
 * many cards rules one out when it is at least as fast and fits at least as well: the machine adds to both the same
 * start-up, the same network and the same price an hour, and neither time nor cost falls with slower training or with a
 * lower utilisation, which times the rest. Where both come out equal, the earlier in the list is preferred.
 * @param hardware the owned machine whose memory counts where it has no card
 */
export function waysOnCard(
  input: EstimateInput,
  gpu: string,
  gpus: number,
  hardware: OwnedHardware | undefined,
): WayOnCard[] {
  const ways = waysOf(input.job, findGpu(gpu).kind, gpus).map((way, position) => {
    const run = cardRun(input, { gpu, ...way });
    const { trained, speed, swings } = run;
    const trainingSeconds = trained.total / speed.tokensPerSecond;
    const slow = rangeOf(trainingSeconds, [inverse(swings.speed), swings.tokens]).high;
    let memory: Estimate["memory"] | undefined;
    return {
      ...way,
      run,
      trainingSeconds,
      slowTrainingSeconds: slow,
      position,
      /** Worked out when it is asked for: most ways are ruled out by their speed alone. */
      get memory() {
        memory ??= memoryOnCard(input, run, hardware);
        return memory;
      },
    };
  });
  const deadline = input.job.placement.deadline !== undefined;
  return [...Map.groupBy(ways, ({ gpuCount }) => gpuCount).values()].flatMap((alike) => {
    const sorted = alike.toSorted(
      (a, b) => a.trainingSeconds - b.trainingSeconds || a.position - b.position,
    );
    return [...new Set([...cheapest(sorted), ...preferred(sorted, deadline)])];
  });
}

const cheapest = (sorted: readonly WayOnCard[]): WayOnCard[] =>
  unbeaten(sorted, (a, b) => isFaster(a, b) || (isNoSlower(a, b) && fitsNoWorse(a, b)));

/** What fits before what may fit, unless it may be late, and either before what does not fit. */
function preferred(sorted: readonly WayOnCard[], deadline: boolean): WayOnCard[] {
  const best = unbeaten(
    sorted,
    (a, b) => isNoSlower(a, b) && (!deadline || isNoLater(a, b)) && fitsNoWorse(a, b),
  );
  const fit = best.filter(({ memory }) => memory.fit === "fits");
  if (fit.length > 0 && !deadline) return fit;
  const mayFit = best.filter(({ memory }) => memory.fit !== "does-not-fit");
  if (mayFit.length > 0) return mayFit;
  const least = Math.min(...best.map(({ memory }) => memory.expected));
  return best.filter(({ memory }) => memory.expected === least);
}

/** What no earlier one of the list is at least as good as. */
function unbeaten(
  sorted: readonly WayOnCard[],
  asGood: (a: WayOnCard, b: WayOnCard) => boolean,
): WayOnCard[] {
  const kept: WayOnCard[] = [];
  for (const each of sorted) {
    if (!kept.some((other) => asGood(other, each))) kept.push(each);
  }
  return kept;
}

/** Times that differ by less are equal: a difference of rounding must not decide what the order of the list should. */
const EQUAL = 1 - 1e-9;

const isFaster = (a: WayOnCard, b: WayOnCard): boolean =>
  a.trainingSeconds < b.trainingSeconds * EQUAL &&
  a.run.speed.utilisation >= b.run.speed.utilisation;

const isNoSlower = (a: WayOnCard, b: WayOnCard): boolean =>
  isFaster(a, b) ||
  (a.trainingSeconds <= b.trainingSeconds &&
    a.position < b.position &&
    a.run.speed.utilisation >= b.run.speed.utilisation);

/** The same at the slow end of the interval. */
const isNoLater = (a: WayOnCard, b: WayOnCard): boolean =>
  a.slowTrainingSeconds <= b.slowTrainingSeconds && slowUtilisation(a) >= slowUtilisation(b);

const slowUtilisation = ({ run }: WayOnCard): number =>
  run.speed.utilisation * run.swings.speed.low;

/** Fits better or as well; of two that do not fit, is at least as near to it. */
function fitsNoWorse(a: WayOnCard, b: WayOnCard): boolean {
  if (a.memory.fit === "fits") return true;
  if (a.memory.fit !== b.memory.fit) return FITS.indexOf(a.memory.fit) < FITS.indexOf(b.memory.fit);
  return a.memory.fit === "borderline" || a.memory.expected <= b.memory.expected;
}
