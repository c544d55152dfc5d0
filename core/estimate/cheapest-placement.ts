import { findGpu } from "../catalog/gpus.ts";
import { findInstanceType } from "../catalog/instance-types.ts";
import type { OwnedHardware } from "../spec/platform-config.ts";
import type { Bytes, MicroUsd, Seconds } from "../units.ts";
import { nodeShare } from "./cost.ts";
import type { Estimate, Placement } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import { estimatePlacement } from "./estimate-placement.ts";
import { adapterBytes } from "./lora-parameters.ts";
import { type Machine, machines } from "./placements.ts";
import {
  byPreference,
  fitKey,
  isLate,
  kindOf,
  lexical,
  preferenceKey,
  SINGLE_OBSTACLES,
  UNKNOWN_COST,
} from "./preference.ts";
import { nodeUse, pricesOf } from "./run-cost.ts";
import { timeOf, weightBytes } from "./time.ts";
import { PHASES, timesInSweep, untilResult } from "./time-parts.ts";
import { type WayOnCard, waysOnCard } from "./ways-on-card.ts";

/**
 * Estimates of which the plan is the same as that of all placements: of each kind (card and capacity type) the best, and
 * of what costs less than the best of all the cheapest with each single obstacle. Each placement that `waysOnCard` leaves
 * open has a floor under its cost and its time; in the order of the floors it is estimated, until the next floor is above
 * the best that was found.
 *
 * Floor of the time: what the run does beside training at its own utilisation, what the node adds to that at the best
 * utilisation of all ways, and the training. None of the three is more than in the estimate, for nothing takes less time
 * with more tokens or at a lower utilisation. Floor of the cost: those seconds, those of a sweep once for each run, at the
 * machine's hourly rates and the share of the node that the job pays; rework of the training comes on top and is left out.
 * Lines are rounded to a whole micro-USD, so half of one is taken off for each.
 */
export function decisiveEstimates(input: EstimateInput): Estimate[] {
  const { deadline } = input.job.placement;
  const byCard = Map.groupBy(machines(input), (machine) =>
    machine.region === null ? `${machine.instanceType} ${machine.gpu}` : machine.gpu,
  );
  const adapter = adapterBytes(input.model, input.job.lora);
  const options = [...byCard.values()].flatMap((alike) => optionsOn(input, adapter, alike));
  const kinds = [...Map.groupBy(options, ({ kind }) => kind).values()];
  const best = kinds.flatMap((ofKind) => first(ofKind, deadline));
  const [chosen] = best.toSorted(byPreference(deadline));
  const cost = chosen?.cost?.expected;
  if (cost === undefined) return best;
  const cheaper = kinds.flatMap((ofKind) => cheaperOf(ofKind, deadline, cost));
  return [...new Set([...best, ...cheaper])];
}

/**
 * Of a kind, the first with each single obstacle, of what may cost less. None that `waysOnCard` rules out is among them: what
 * rules it out costs no more and has the same obstacle, or none, and then the chosen placement costs no more either.
 */
const cheaperOf = (
  ofKind: readonly Option[],
  deadline: Seconds | undefined,
  cost: MicroUsd,
): Estimate[] =>
  SINGLE_OBSTACLES.flatMap(([obstacle, fit]) =>
    first(
      ofKind.filter(
        ({ floor }) =>
          (floor[0] as number) <= obstacle && floor[1] === fit && (floor[COST] as number) < cost,
      ),
      deadline,
      ([its]) => its === obstacle,
    ),
  );

/** A placement that may not be estimated yet. */
interface Option {
  kind: string;
  position: number;
  /** As a preference key: no number is higher than the key's, unless one before it is lower. */
  floor: number[];
  estimate(): Estimate;
}

/** Where the cost stands in a preference key. */
const COST = 3;

/** What the machines of one card have in common. */
interface Card {
  gpu: string;
  /** The owned machine, when it is one. */
  hardware: OwnedHardware | undefined;
  ways: WayOnCard[];
}

/** All options on machines of one card. */
function optionsOn(input: EstimateInput, adapter: Bytes, alike: readonly Machine[]): Option[] {
  const { gpu, region, instanceType } = alike[0] as Machine;
  const hardware =
    region === null ? input.platform.owned.find(({ name }) => name === instanceType) : undefined;
  const most = Math.max(...alike.map(({ nodeGpus }) => nodeGpus));
  const ways = waysOnCard(input, gpu, most, hardware);
  if (ways.length === 0) return [];
  const card: Card = { gpu, hardware, ways };
  return [...Map.groupBy(alike, ({ capacity }) => capacity).values()].flatMap((ofKind) =>
    optionsOfKind(input, adapter, card, ofKind),
  );
}

/** All options on machines of one card and capacity type. */
function optionsOfKind(
  input: EstimateInput,
  adapter: Bytes,
  card: Card,
  alike: readonly Machine[],
): Option[] {
  const { gpu, hardware, ways } = card;
  const spot = alike[0]?.capacity === "spot";
  const fastest = Math.max(...ways.map(({ speed }) => speed.utilisation));
  const beside = (nodeNetworkBits: number | null, utilisation: number): Beside =>
    besideTraining(input, adapter, { card, nodeNetworkBits, spot, utilisation });
  const alone = beside(null, fastest);
  const runs = ways.map((way) => ({
    way,
    beside: beside(null, way.speed.utilisation),
  }));
  const nodes = new Map<number | null, Beside>();
  return alike.flatMap((machine) => {
    const networkBits =
      machine.region === null || findGpu(gpu).kind === "cpu"
        ? null
        : findInstanceType(machine.instanceType, input.instanceTypes).networkBits;
    const node = nodes.get(networkBits) ?? beside(networkBits, fastest);
    nodes.set(networkBits, node);
    const prices = pricesOn(input, adapter, machine, hardware);
    return runs
      .filter(({ way }) => way.gpuCount <= machine.nodeGpus)
      .map(({ way, beside: run }): Option => {
        const { gpuCount, variant, position } = way;
        const placement = { ...machine, gpuCount, variant };
        const total = {
          paid: run.paid + node.paid - alone.paid,
          untilResult: run.untilResult + node.untilResult - alone.untilResult,
        };
        let estimate: Estimate | undefined;
        return {
          kind: kindOf({ placement }),
          position,
          floor: floorOf(input, placement, way, total, prices),
          estimate: () => {
            estimate ??= estimatePlacement(input, placement);
            return estimate;
          },
        };
      });
  });
}

/** Seconds of a run beside its training: all that are paid, in a sweep, and those until the result. */
interface Beside {
  paid: Seconds;
  untilResult: Seconds;
}

/** These on a node with so fast a network, or (null) on a machine that is there already. */
function besideTraining(
  input: EstimateInput,
  adapter: Bytes,
  {
    card,
    nodeNetworkBits,
    spot,
    utilisation,
  }: { card: Card; nodeNetworkBits: number | null; spot: boolean; utilisation: number },
): Beside {
  const { speed, swings } = card.ways[0] as WayOnCard;
  const { parts } = timeOf({
    job: input.job,
    model: input.model,
    tokens: input.tokens,
    trainedTokens: 0,
    gpu: findGpu(card.gpu),
    speed: { ...speed, utilisation },
    swings,
    adapterBytes: adapter,
    nodeNetworkBits,
    spot,
    costs: input.platform.costs,
  });
  const times = parts.map(
    ({ phase, seconds }) => timesInSweep(phase, input.job.sweepRuns) * seconds.expected,
  );
  return {
    paid: sum(times),
    untilResult: sum(untilResult(parts).map(({ seconds }) => seconds.expected)),
  };
}

/** Micro-USD of a second of the whole machine, what is paid beside it, and how many lines are rounded at most. */
interface Prices {
  perSecond: number;
  charges: MicroUsd;
  lines: number;
}

/** Undefined when a price is missing. */
function pricesOn(
  input: EstimateInput,
  adapter: Bytes,
  machine: Machine,
  hardware: OwnedHardware | undefined,
): Prices | undefined {
  const { rates, charges, unknowns } = pricesOf(input, {
    placement: machine,
    machine: hardware,
    weightBytes: weightBytes(input.model, findGpu(machine.gpu)),
    adapterBytes: adapter,
  });
  if (unknowns.length > 0) return undefined;
  const anHour = rates.map((rate) => rate.unitsPerHour * rate.unitPriceMicroUsd.expected);
  return {
    perSecond: sum(anHour) / 3600,
    charges: sum(charges.map(({ microUsd }) => microUsd)),
    lines: (PHASES.length + 1) * rates.length,
  };
}

/** Sums of the same numbers in another order differ by less. */
const ROUNDING = 1 - 1e-9;

function floorOf(
  input: EstimateInput,
  placement: Placement,
  way: WayOnCard,
  beside: Beside,
  prices: Prices | undefined,
): number[] {
  const { placement: asked, sweepRuns } = input.job;
  const paid = beside.paid + sweepRuns * way.trainingSeconds;
  const share = nodeShare(nodeUse(input, placement)).expected;
  const late = isLate((beside.untilResult + way.slowTrainingSeconds) * ROUNDING, asked.deadline);
  return [
    ...fitKey(way.memory, prices !== undefined, late),
    prices
      ? (prices.perSecond * share * paid + prices.charges) * ROUNDING - prices.lines / 2
      : UNKNOWN_COST,
    placement.nodeGpus,
    (beside.untilResult + way.trainingSeconds) * ROUNDING,
  ];
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/**
 * The first by preference of those whose key is accepted: an option whose floor is above the key of one that is known cannot
 * come before it. None or one.
 */
function first(
  options: readonly Option[],
  deadline: Seconds | undefined,
  accepts: (key: readonly number[]) => boolean = () => true,
): Estimate[] {
  const compare = byPreference(deadline);
  const sorted = options.toSorted((a, b) => lexical(a.floor, b.floor) || a.position - b.position);
  let best: { estimate: Estimate; key: number[]; position: number } | undefined;
  for (const { estimate: estimated, floor, position } of sorted) {
    if (best && lexical(floor, best.key) > 0) break;
    const estimate = estimated();
    const key = preferenceKey(estimate, deadline);
    if (!accepts(key)) continue;
    const order = best ? compare(estimate, best.estimate) : -1;
    if (order < 0 || (order === 0 && position < (best?.position ?? 0))) {
      best = { estimate, key, position };
    }
  }
  return best ? [best.estimate] : [];
}
