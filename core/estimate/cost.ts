import type { Rate } from "../catalog/rates.ts";
import type { MicroUsd, Range, Seconds } from "../units.ts";
import type { Assumption, CostLine, Estimate } from "./estimate.ts";
import type { Phase, TimePart } from "./time.ts";

export interface CostInput {
  rates: readonly Rate[];
  parts: readonly TimePart[];
  /** Share of the machine's GPUs that the job uses, 0 to 1. */
  share: number;
  /** A node that is started for the job also idles until it is removed. */
  startsNode: boolean;
  /** Seconds between checkpoints on capacity that may be taken away; null on capacity that may not. */
  spotCheckpointSeconds: Seconds | null;
  sweepRuns: number;
  labelling: { microUsd: MicroUsd; asOf: string };
}

/** Karpenter's consolidateAfter of the training pools in this project's charts. */
const IDLE_SECONDS = 300;

/** Interruptions an hour and hours to restart: a judgement of this project (docs/cost-gate.md), to be calibrated. */
const SPOT_INTERRUPTIONS_PER_HOUR = 0.05;
const SPOT_RESTART_HOURS = 0.25;

/** Expected work on spot as a multiple of the work: each interruption loses half a checkpoint interval and a restart. */
export const spotMultiplier = (checkpointSeconds: Seconds): number =>
  1 + SPOT_INTERRUPTIONS_PER_HOUR * (checkpointSeconds / 3600 / 2 + SPOT_RESTART_HOURS);

/** A line before it is priced: hours of the whole machine. */
interface Hours {
  item: string;
  hours: Range;
  stranded: boolean;
}

/**
 * What the run costs: the job's share of the machine by phase, the rest of the machine as a line of its own, rework on
 * spot, labels. Every line is rounded once, and the lines add up to `expected`.
 */
export function costOf(input: CostInput): {
  cost: NonNullable<Estimate["cost"]>;
  assumptions: Assumption[];
} {
  const used = usedHours(input);
  const unused = used.map(({ hours }) => scale(hours, (1 - input.share) / input.share));
  const items: Hours[] = [
    ...used,
    { item: "unused GPUs of the node", hours: total(unused), stranded: true },
  ];
  const priced = items
    .filter(({ hours }) => hours.high > 0)
    .flatMap(({ item, hours, stranded }) =>
      input.rates.map((rate) => ({ ...priceLine(item, hours, rate), stranded })),
    );
  const labels = labelLine(input.labelling);
  const lines = [...priced.map(({ line }) => line), ...labels];
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const expected = sum(lines.map(({ microUsd }) => microUsd));
  const fixed = sum(labels.map(({ microUsd }) => microUsd));
  return {
    cost: {
      low: fixed + sum(priced.map(({ low }) => low)),
      expected,
      high: fixed + sum(priced.map(({ high }) => high)),
      lines,
      perHourMicroUsd: sum(
        input.rates.map((rate) => Math.round(rate.unitsPerHour * rate.unitPriceMicroUsd.expected)),
      ),
      strandedMicroUsd: sum(
        priced.filter(({ stranded }) => stranded).map(({ line }) => line.microUsd),
      ),
    },
    assumptions: assumptions(input),
  };
}

const PHASES: readonly Phase[] = ["start-up", "training", "evaluation"];

/** Hours that the job's own GPUs are paid for, as hours of the whole machine. */
function usedHours({
  parts,
  share,
  startsNode,
  spotCheckpointSeconds,
  sweepRuns,
}: CostInput): Hours[] {
  const phases = PHASES.map((phase) => {
    const seconds = total(parts.filter((part) => part.phase === phase).map((part) => part.seconds));
    // a sweep trains every run, and only its winner meets the test split
    const runs = phase === "evaluation" ? 1 : sweepRuns;
    const name = runs > 1 ? `${phase} of ${runs} sweep runs` : phase;
    return { item: name, hours: scale(seconds, (runs * share) / 3600), stranded: false };
  });
  const idle = startsNode ? (IDLE_SECONDS / 3600) * share : 0;
  const rework =
    spotCheckpointSeconds === null
      ? { low: 0, expected: 0, high: 0 }
      : scale(total(phases.map(({ hours }) => hours)), spotMultiplier(spotCheckpointSeconds) - 1);
  return [
    ...phases,
    {
      item: "node idle until removed",
      hours: { low: idle, expected: idle, high: idle },
      stranded: false,
    },
    { item: "rework after spot interruptions", hours: rework, stranded: false },
  ];
}

function priceLine(item: string, hours: Range, rate: Rate) {
  const units = scale(hours, rate.unitsPerHour);
  const price = rate.unitPriceMicroUsd;
  const line: CostLine = {
    item: `${rate.item}: ${item}`,
    quantity: units.expected,
    unit: rate.unit,
    unitPriceMicroUsd: price.expected,
    microUsd: Math.round(units.expected * price.expected),
    source: rate.source,
    asOf: rate.asOf,
  };
  return {
    line,
    low: Math.round(units.low * price.low),
    high: Math.round(units.high * price.high),
  };
}

const labelLine = ({ microUsd, asOf }: CostInput["labelling"]): CostLine[] =>
  microUsd === 0
    ? []
    : [
        {
          item: "labels that this run still needs",
          quantity: 1,
          unit: "job",
          unitPriceMicroUsd: microUsd,
          microUsd,
          source: "labellingCost of the job",
          asOf,
        },
      ];

function assumptions({ startsNode, spotCheckpointSeconds }: CostInput): Assumption[] {
  const idle = {
    name: "node idle until removed",
    value: `${IDLE_SECONDS} s`,
    source: "consolidateAfter of the training pools",
  };
  const spot = {
    name: "spot interruptions",
    value: `${SPOT_INTERRUPTIONS_PER_HOUR} an hour, ${SPOT_RESTART_HOURS * 60} min to restart`,
    source: "a judgement of this project",
  };
  return [...(startsNode ? [idle] : []), ...(spotCheckpointSeconds === null ? [] : [spot])];
}

const scale = ({ low, expected, high }: Range, factor: number): Range => ({
  low: low * factor,
  expected: expected * factor,
  high: high * factor,
});

/** Bounds add up as they are: what makes one phase slow makes the others slow. */
const total = (ranges: readonly Range[]): Range =>
  ranges.reduce(
    (sum, range) => ({
      low: sum.low + range.low,
      expected: sum.expected + range.expected,
      high: sum.high + range.high,
    }),
    { low: 0, expected: 0, high: 0 },
  );
