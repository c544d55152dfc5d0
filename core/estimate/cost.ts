import type { Rate } from "../catalog/rates.ts";
import type { MicroUsd, Range } from "../units.ts";
import type { CostLine, Estimate } from "./estimate.ts";
import {
  linearSum,
  PHASES,
  type Phase,
  scaled,
  type TimePart,
  timeRange,
  timesInSweep,
} from "./time-parts.ts";

export interface CostInput {
  /** What an hour of the whole machine costs. */
  rates: readonly Rate[];
  parts: readonly TimePart[];
  node: NodeUse;
  sweepRuns: number;
  /** What is paid beside the machine (`charges.ts`). */
  charges: readonly CostLine[];
}

/** GPUs of the job and of its node, and the share of the others that other jobs keep busy (null: nobody has said). */
export interface NodeUse {
  gpus: number;
  nodeGpus: number;
  othersBusy: number | null;
}

/**
 * Share of the node that the job pays for. The GPUs that nobody uses are shared among those that work, in proportion, so
 * that what all jobs of a node pay adds up to the node: `packed` when the others are all busy, otherwise
 * gpus / (busy GPUs). Unless somebody says how busy the others are, the job pays the whole node.
 */
export function nodeShare({ gpus, nodeGpus, othersBusy }: NodeUse): {
  packed: number;
  expected: number;
} {
  const busy = gpus + (othersBusy ?? 0) * (nodeGpus - gpus);
  return { packed: gpus / nodeGpus, expected: gpus / busy };
}

/**
 * What the run costs: the job's GPUs by phase, the idle GPUs of the node as a line of their own, and the charges. Each line
 * is rounded once and the lines add up to `expected`. `low` and `high` take the range of the hours and of the prices; `low`
 * is that of a packed node where nobody has said how busy the node is.
 */
export function costOf({
  rates,
  parts,
  node,
  sweepRuns,
  charges,
}: CostInput): Omit<NonNullable<Estimate["cost"]>, "upkeep"> {
  const share = nodeShare(node);
  const phases = hoursByPhase(parts, sweepRuns);
  const hours = linearSum(phases.map((phase) => phase.hours)).expected;
  const used = [
    ...phases.flatMap((phase) =>
      rates
        .filter(({ inOneLine }) => !inOneLine)
        .map((rate) => line(phase.item, phase.hours.expected * share.packed, rate)),
    ),
    ...rates
      .filter(({ inOneLine }) => inOneLine)
      .map((rate) => line("all phases", hours * share.packed, rate)),
  ];
  const idle = (paid: number) =>
    paid > share.packed
      ? rates.map((rate) => line("unused GPUs of the node", hours * (paid - share.packed), rate))
      : [];
  const stranded = idle(share.expected);
  const lines = [...used, ...stranded, ...charges];
  const expected = total(lines);
  const packed = total(used) + total(charges);

  const range = scaled(timeRange(parts, sweepRuns), 1 / 3600);
  const atBound = (bound: "low" | "high", paid: number) =>
    total(charges) +
    sum(
      rates.map(({ unitsPerHour, unitPriceMicroUsd }) =>
        Math.round(range[bound] * paid * unitsPerHour * unitPriceMicroUsd[bound]),
      ),
    );
  return {
    // rounding by line may pass the bound of the whole by a few millionths
    low: Math.min(
      expected,
      atBound("low", node.othersBusy === null ? share.packed : share.expected),
    ),
    expected,
    high: Math.max(expected, atBound("high", share.expected)),
    lines,
    perHourMicroUsd: sum(
      rates.map((rate) => Math.round(rate.unitsPerHour * rate.unitPriceMicroUsd.expected)),
    ),
    strandedMicroUsd: total(stranded),
    chargesMicroUsd: total(charges),
    packedMicroUsd: packed,
    aloneMicroUsd: packed + total(idle(1)),
    othersBusy: node.othersBusy,
  };
}

const PHASE_ITEMS = {
  "start-up": "start-up",
  training: "training",
  rework: "rework after spot interruptions",
  evaluation: "evaluation",
  idle: "node idle until removed",
} as const satisfies Record<Phase, string>;

/** Hours of the machine, with every run of a sweep. A phase that takes no time is no line. */
function hoursByPhase(
  parts: readonly TimePart[],
  sweepRuns: number,
): { item: string; hours: Range }[] {
  return PHASES.flatMap((phase) => {
    const seconds = parts.filter((part) => part.phase === phase).map((part) => part.seconds);
    if (seconds.length === 0) return [];
    const times = timesInSweep(phase, sweepRuns);
    const item = times > 1 ? `${PHASE_ITEMS[phase]} of ${times} sweep runs` : PHASE_ITEMS[phase];
    return [{ item, hours: scaled(linearSum(seconds), times / 3600) }];
  });
}

function line(item: string, hours: number, rate: Rate): CostLine {
  const quantity = hours * rate.unitsPerHour;
  const unitPriceMicroUsd = rate.unitPriceMicroUsd.expected;
  return {
    item: `${rate.item}: ${item}`,
    quantity,
    unit: rate.unit,
    unitPriceMicroUsd,
    microUsd: Math.round(quantity * unitPriceMicroUsd),
    source: rate.source,
    asOf: rate.asOf,
  };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const total = (lines: readonly CostLine[]): MicroUsd => sum(lines.map(({ microUsd }) => microUsd));
