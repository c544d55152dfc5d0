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
  byCost,
  byPreference,
  fitKey,
  isLate,
  kindOf,
  lexical,
  preferenceKey,
  UNKNOWN_COST,
} from "./preference.ts";
import { nodeUse, pricesOf } from "./run-cost.ts";
import { timeOf, weightBytes } from "./time.ts";
import { PHASES, timesInSweep, untilResult } from "./time-parts.ts";
import { type WayOnCard, waysOnCard } from "./ways-on-card.ts";

/**
 * Of each kind (card and capacity type) the best placement and the cheapest one, the same as if all placements had been
 * estimated. Each placement that `waysOnCard` leaves open has a floor under its cost and its time; in the order of the
 * floors it is estimated, until the next floor is above the best that was found.
 *
 * Floor of the time: what the machine does beside training, with no tokens to train and at the best utilisation of any way
 * on this card, and the training itself on top. Nothing but training takes less time with more tokens or at a lower
 * utilisation, so the sum is no more than the estimate. Floor of the cost: those seconds, those of a sweep once for each
 * run, at the machine's hourly rates and the share of the node that the job pays; rework, which comes on top, is left out
 * for the training. Lines are rounded to a whole micro-USD, so half of one is taken off for each.
 */
export function bestOfEachKind(input: EstimateInput): Estimate[] {
  const { deadline } = input.job.placement;
  const byCard = Map.groupBy(machines(input), (machine) =>
    machine.region === null ? `${machine.instanceType} ${machine.gpu}` : machine.gpu,
  );
  const adapter = adapterBytes(input.model, input.job.lora);
  const options = [...byCard.values()].flatMap((alike) => optionsOn(input, adapter, alike));
  return [...Map.groupBy(options, ({ kind }) => kind).values()].flatMap((ofKind) => {
    const preferred = byPreference(deadline);
    const best = first(ofKind, 0, deadline, preferred);
    const cheapest = first(ofKind, COST, deadline, (a, b) => byCost(a, b) || preferred(a, b));
    return best === cheapest ? [best] : [best, cheapest];
  });
}

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

/** All options on machines of one card. */
function optionsOn(input: EstimateInput, adapter: Bytes, alike: readonly Machine[]): Option[] {
  const { gpu, region, instanceType } = alike[0] as Machine;
  const hardware =
    region === null ? input.platform.owned.find(({ name }) => name === instanceType) : undefined;
  const most = Math.max(...alike.map(({ nodeGpus }) => nodeGpus));
  const ways = waysOnCard(input, gpu, most, hardware);
  if (ways.length === 0) return [];
  const fastest = Math.max(...ways.map(({ run }) => run.speed.utilisation));
  const known = new Map<string, Beside>();
  return alike.flatMap((machine) => {
    const networkBits =
      region === null || findGpu(gpu).kind === "cpu"
        ? null
        : findInstanceType(machine.instanceType, input.instanceTypes).networkBits;
    const key = `${networkBits} ${machine.capacity}`;
    const beside =
      known.get(key) ?? besideTraining(input, adapter, machine, networkBits, fastest, ways);
    known.set(key, beside);
    const prices = pricesOn(input, adapter, machine, hardware);
    return ways
      .filter(({ gpuCount }) => gpuCount <= machine.nodeGpus)
      .map((way): Option => {
        const { gpuCount, variant, position } = way;
        const placement = { ...machine, gpuCount, variant };
        let estimate: Estimate | undefined;
        return {
          kind: kindOf({ placement }),
          position,
          floor: floorOf(input, placement, way, beside, prices),
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

function besideTraining(
  input: EstimateInput,
  adapter: Bytes,
  { gpu, capacity }: Machine,
  nodeNetworkBits: number | null,
  utilisation: number,
  [way]: readonly WayOnCard[],
): Beside {
  const { speed, swings } = (way as WayOnCard).run;
  const { parts } = timeOf({
    job: input.job,
    model: input.model,
    tokens: input.tokens,
    trainedTokens: 0,
    gpu: findGpu(gpu),
    speed: { ...speed, utilisation },
    swings,
    adapterBytes: adapter,
    nodeNetworkBits,
    spot: capacity === "spot",
    costs: input.platform.costs,
  });
  return {
    paid: sum(
      parts.map(
        ({ phase, seconds }) => timesInSweep(phase, input.job.sweepRuns) * seconds.expected,
      ),
    ),
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
 * The first by `compare`, which goes by the keys from one place on: an option whose floor is above the key of one that is
 * known cannot come before it.
 */
function first(
  options: readonly Option[],
  from: number,
  deadline: Seconds | undefined,
  compare: (a: Estimate, b: Estimate) => number,
): Estimate {
  const sorted = options.toSorted(
    (a, b) => lexical(a.floor, b.floor, from) || a.position - b.position,
  );
  let best: { estimate: Estimate; key: number[]; position: number } | undefined;
  for (const { estimate: estimated, floor, position } of sorted) {
    if (best && lexical(floor, best.key, from) > 0) break;
    const estimate = estimated();
    const order = best ? compare(estimate, best.estimate) : -1;
    if (order < 0 || (order === 0 && position < (best?.position ?? 0))) {
      best = { estimate, key: preferenceKey(estimate, deadline), position };
    }
  }
  return best?.estimate as Estimate;
}
