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
  LEARNS,
  type Trial,
  trialOf,
} from "./fit-changes.ts";
import { byCost, isLate, UNKNOWN_COST } from "./preference.ts";

export type Fit = (typeof FITS)[number];

/** What the job would need, cost and take after some changes. */
export interface Rung {
  changes: { setting: FitSetting; text: string }[];
  /** What the changes do to what is learned. */
  learns: FitChange["learns"];
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
  /**
   * Each single change, what fits first, then what keeps what is learned, then the cheaper; of several micro-batches the
   * best. One that changes what is learned is there only where none that keeps it fits, or as one of the `waysOut`.
   */
  rungs: Rung[];
  /**
   * How it would fit and keep the job's deadline: the cheapest of the fewest changes that keep what is learned. After it
   * comes the cheapest combination that keeps it, and then the cheapest of all, each only if it costs less than half of
   * the one before: so much cheaper that it is worth more changes. Where nothing fits that keeps what is learned, the same
   * with changes of it; fewer tokens only where nothing else fits. Of a combination each change is needed. Empty: nothing
   * helps, or it fits already.
   */
  waysOut: Rung[];
}

/**
 * Whether the job fits this placement, the memory term that decides, and what would make it fit: each change is estimated
 * anew, and every combination of changes is tried.
 */
export function fitLadder(input: EstimateInput, placement: Placement): FitLadder {
  const start = trialOf(input, placement);
  const before = estimatePlacement(start.input, placement);
  const changes = fitChanges(start);
  const singles = changes.map((change) => tried(start, [change]));
  const ways = before.memory.fit === "fits" ? [] : waysOut(start, changes);
  return {
    placement,
    memory: memoryOf(before),
    decides: decisiveTerm(before, singles),
    rungs: rungsOf(singles, ways).map(rungOf),
    waysOut: ways.map(rungOf),
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

/** One rung for each setting, and for each card of another tier. */
function rungsOf(singles: readonly Tried[], ways: readonly Tried[]): Tried[] {
  const best = new Map<string, Tried>();
  for (const single of singles) {
    const [change] = single.changes as [FitChange];
    const key = change.setting === "micro-batch" ? change.setting : change.text;
    const known = best.get(key);
    if (!known || byFit(single, known) < 0) best.set(key, single);
  }
  const sorted = [...best.values()].sort(byFit);
  const [first] = sorted;
  if (!first || lack(first) > 0) return sorted;
  const named = new Set(ways.flatMap(({ changes }) => (changes.length === 1 ? changes : [])));
  return sorted.filter(
    ({ changes }) => learns(changes) <= learns(first.changes) || named.has(changes[0] as FitChange),
  );
}

/** Place in `LEARNS` of the change that costs most. */
const learns = (changes: readonly FitChange[]): number =>
  Math.max(...changes.map((change) => LEARNS.indexOf(change.learns)));

/** Zero when it fits. */
const lack = ({ estimate: { memory } }: Tried): number =>
  memory.fit === "fits" ? 0 : memory.expected / memory.usableBytes;

/** What fits first, of those what keeps what is learned, then the cheaper; what does not fit, by how little it misses. */
const byFit = (a: Tried, b: Tried): number =>
  Number(lack(a) > 0) - Number(lack(b) > 0) ||
  learns(a.changes) - learns(b.changes) ||
  lack(a) - lack(b) ||
  byCost(a.estimate, b.estimate);

/** A way out with more changes, or one that changes what is learned, is worth its while below this share of the cost. */
const MUCH_CHEAPER = 0.5;

function waysOut(start: Trial, changes: readonly FitChange[]): Tried[] {
  const { deadline } = start.input.job.placement;
  const all = neededChanges(start, changes)
    .map((set) => tried(start, set))
    .filter(({ estimate }) => !isLate(estimate.time.high, deadline))
    .sort((a, b) => byCost(a.estimate, b.estimate));
  const [keeping = [], differently = [], shorter = []] = LEARNS.map((_, most) =>
    all.filter((each) => learns(each.changes) <= most),
  );
  const comparable = [keeping, differently].flatMap(fewestThenCheapest);
  const ways: Tried[] = [];
  for (const way of comparable.length > 0 ? comparable : fewestThenCheapest(shorter)) {
    const last = ways.at(-1);
    if (!last || costOf(way) < MUCH_CHEAPER * costOf(last)) ways.push(way);
  }
  return ways;
}

const costOf = ({ estimate }: Tried): number => estimate.cost?.expected ?? UNKNOWN_COST;

/** Of what is sorted by its cost. */
function fewestThenCheapest(ways: readonly Tried[]): Tried[] {
  const fewest = Math.min(...ways.map(({ changes }) => changes.length));
  return [
    ...ways.filter(({ changes }) => changes.length === fewest).slice(0, 1),
    ...ways.slice(0, 1),
  ];
}

/** Every combination with which the job fits, and without any one of its changes does not. */
function neededChanges(start: Trial, changes: readonly FitChange[]): FitChange[][] {
  const fitting = new Set<string>();
  const key = (set: readonly FitChange[]): string => set.map(({ text }) => text).join();
  const needed: FitChange[][] = [];
  for (let size = 1; size <= FIT_SETTINGS.length; size++) {
    for (const set of combinations(changes, size)) {
      if (!fits(changed(start, set))) continue;
      fitting.add(key(set));
      const fewer = set.map((change) => set.filter((other) => other !== change));
      if (!fewer.some((less) => fitting.has(key(less)))) needed.push(set);
    }
  }
  return needed;
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
  learns: LEARNS[learns(changes)] as Rung["learns"],
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
