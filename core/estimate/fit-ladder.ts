import type { MicroUsd, Range } from "../units.ts";
import { cardRun, memoryOnCard } from "./card-run.ts";
import type { Estimate, FITS, Placement, Term } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import { estimatePlacement, ownedMachine } from "./estimate-placement.ts";
import {
  FIT_SETTINGS,
  type FitChange,
  type FitSetting,
  fitChanges,
  type Trial,
  trialOf,
} from "./fit-changes.ts";
import { byCost } from "./preference.ts";

export type Fit = (typeof FITS)[number];

/** What the job would need, cost and take after some changes. */
export interface Rung {
  changes: { setting: FitSetting; text: string }[];
  /** One of the changes moves what is learned, not only how. */
  changesResult: boolean;
  placement: Placement;
  memory: Range & { usableBytes: number; fit: Fit };
  /** Seconds. */
  time: Range;
  /** Micro-USD; null when the price is unknown. */
  cost: (Range & { expected: MicroUsd }) | null;
}

export interface FitLadder {
  placement: Placement;
  memory: Rung["memory"];
  /** The term that decides: the largest of those that a change of the job could lower, else the largest of all. */
  decides: Term & { movable: boolean };
  /** Each single change, what fits first, then the cheaper: of several sizes of one setting the best. */
  rungs: Rung[];
  /**
   * The cheapest single change that fits and keeps the job's deadline, else the cheapest of the smallest combination. Null:
   * nothing does, or it fits already.
   */
  cheapest: Rung | null;
}

/**
 * Whether the job fits this placement, the memory term that decides, and what would make it fit: each change is estimated
 * anew. Combinations are searched whole, by the number of their changes.
 */
export function fitLadder(input: EstimateInput, placement: Placement): FitLadder {
  const start = trialOf(input, placement);
  const before = estimatePlacement(start.input, placement);
  const changes = fitChanges(start);
  const singles = changes.map((change) => tried(start, [change]));
  return {
    placement,
    memory: memoryOf(before),
    decides: decisiveTerm(before, singles),
    rungs: bestOfEach(singles).map(rungOf),
    cheapest: before.memory.fit === "fits" ? null : cheapestThatFits(start, changes, singles),
  };
}

interface Tried {
  changes: readonly FitChange[];
  estimate: Estimate;
}

const changed = (start: Trial, changes: readonly FitChange[]): Trial =>
  changes.reduce((trial, change) => change.apply(trial), start);

function tried(start: Trial, changes: readonly FitChange[]): Tried {
  const { input, placement } = changed(start, changes);
  return { changes, estimate: estimatePlacement(input, placement) };
}

/** A change must lower a term by this share to move it: slack that follows the other terms does not decide. */
const MOVES = 0.1;

function decisiveTerm(before: Estimate, singles: readonly Tried[]): FitLadder["decides"] {
  const after = (name: string, { memory }: Estimate): number =>
    memory.terms.find((term) => term.name === name)?.value ?? 0;
  const movable = before.memory.terms.filter(({ name, value }) =>
    singles.some(
      ({ changes, estimate }) =>
        changes[0]?.setting !== "tier" && after(name, estimate) < (1 - MOVES) * value,
    ),
  );
  const terms = movable.length > 0 ? movable : before.memory.terms;
  const largest = terms.reduce((a, b) => (b.value > a.value ? b : a));
  return { ...largest, movable: movable.length > 0 };
}

/** One rung for each setting, and for each card of another tier; checkpointing keeps both of its rungs. */
function bestOfEach(singles: readonly Tried[]): Tried[] {
  const best = new Map<string, Tried>();
  for (const single of singles) {
    const [change] = single.changes as [FitChange];
    const key = change.setting === "micro-batch" ? change.setting : change.text;
    const known = best.get(key);
    if (!known || byFit(single, known) < 0) best.set(key, single);
  }
  return [...best.values()].sort(byFit);
}

/** What fits first, of those the cheaper; what does not, by how little it misses. */
function byFit(a: Tried, b: Tried): number {
  const share = ({ estimate: { memory } }: Tried): number =>
    memory.fit === "fits" ? 0 : memory.expected / memory.usableBytes;
  return share(a) - share(b) || byCost(a.estimate, b.estimate);
}

function cheapestThatFits(
  start: Trial,
  changes: readonly FitChange[],
  singles: readonly Tried[],
): Rung | null {
  const { deadline = Number.POSITIVE_INFINITY } = start.input.job.placement;
  for (let size = 1; size <= FIT_SETTINGS.length; size++) {
    const all =
      size === 1
        ? singles
        : combinations(changes, size)
            .filter((set) => fits(changed(start, set))) // of many combinations few fit: only they are priced
            .map((set) => tried(start, set));
    const [first] = all
      .filter(({ estimate: { memory, time } }) => memory.fit === "fits" && time.high <= deadline)
      .sort(byFit);
    if (first) return rungOf(first);
  }
  return null;
}

const fits = ({ input, placement }: Trial): boolean =>
  memoryOnCard(input, cardRun(input, placement), ownedMachine(input, placement)).fit === "fits";

/** Every set of so many changes of different settings, in the order of the settings. */
function combinations(changes: readonly FitChange[], size: number): FitChange[][] {
  if (size === 0) return [[]];
  return changes.flatMap((change, index) => {
    const later = changes.slice(index + 1).filter(({ setting }) => setting !== change.setting);
    return combinations(later, size - 1).map((rest) => [change, ...rest]);
  });
}

const rungOf = ({ changes, estimate }: Tried): Rung => ({
  changes: changes.map(({ setting, text }) => ({ setting, text })),
  changesResult: changes.some(({ changesResult }) => changesResult),
  placement: estimate.placement,
  memory: memoryOf(estimate),
  time: rangeOf(estimate.time),
  cost: estimate.cost && rangeOf(estimate.cost),
});

const memoryOf = ({ memory }: Estimate): Rung["memory"] => ({
  ...rangeOf(memory),
  usableBytes: memory.usableBytes,
  fit: memory.fit,
});

const rangeOf = ({ low, expected, high }: Range): Range => ({ low, expected, high });
