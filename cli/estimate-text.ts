import pc from "picocolors";
import type { CostLine, Estimate, NearestPoint } from "../core/estimate/estimate.ts";
import {
  formatBytes,
  formatDuration,
  formatPercent,
  GB,
  type Range,
  usdDecimal,
} from "../core/units.ts";
import type { JobEstimate } from "../sdk/index.ts";
import { COLUMNS, counted, section, table } from "./output.ts";
import { ladderText, placementsText, tiersText } from "./placements-text.ts";
import { adapterRow, warningRows } from "./run-rows.ts";

/** The estimate for people: every sum with its terms, so that it can be checked by hand. */
export function estimateText(document: JobEstimate): string {
  const { chosen, tiers } = document;
  const { estimate } = chosen;
  const ladder = tiers.find(({ tier }) => tier === estimate.placement.tier)?.ladder;
  return [
    headText(document),
    memoryText(estimate),
    timeText(estimate),
    costText(estimate),
    assumptionsText(estimate),
    nearestText(estimate),
    placementsText(document),
    tiersText(tiers),
    ...(ladder && estimate.memory.fit !== "fits" ? [ladderText(ladder)] : []),
  ].join("\n\n");
}

function headText({ job, chosen, jobDigest, datasetDigest }: JobEstimate): string {
  const { placement } = chosen.estimate;
  const { tier, capacity, instanceType, region, gpu, gpuCount, nodeGpus, variant } = placement;
  const { microBatch, gradientAccumulation, method, checkpointing } = variant;
  const examples = microBatch * gradientAccumulation * gpuCount;
  const where = [`${tier}: ${instanceType} ${capacity}`, ...(region ? [region] : [])].join(", ");
  return section(
    `${job.name}: ${method} on ${job.base.model}`,
    [
      ["where", `${where}, ${gpuCount} of ${nodeGpus} ${gpu}`],
      ...warningRows(chosen.estimate),
      [
        "how",
        `micro-batch ${microBatch} x accumulation ${gradientAccumulation} x ${counted(gpuCount, "GPU")} = ${examples} examples a step, ` +
          `${job.training.steps} steps; checkpointing ${checkpointing ?? "as the trainer has it"}`,
      ],
      adapterRow(chosen.estimate),
      ["job, data", `${jobDigest.slice(0, 12)}, ${datasetDigest.slice(0, 12)}`],
    ],
    COLUMNS,
  );
}

const gb = (bytes: number): string => (bytes / GB).toFixed(3);

function memoryText({ memory, placement }: Estimate): string {
  const { terms, low, expected, high, usableBytes, mayShowBytes, fit } = memory;
  const rows = [
    ...terms.map(({ name, value, note }) => [
      name,
      gb(value),
      formatPercent(value / expected, 1),
      note,
    ]),
    ["needs", gb(expected), "100.0 %", `80 %: ${gb(low)} to ${gb(high)} GB`],
    [
      "usable",
      gb(usableBytes),
      "",
      `${formatBytes(usableBytes)}: ${fit}, ${gb(Math.abs(usableBytes - expected))} GB ${usableBytes < expected ? "too little" : "to spare"}`,
    ],
    ...(placement.gpu === "cpu"
      ? []
      : [["nvidia-smi may show", gb(mayShowBytes), "", "with what the allocator keeps"]]),
  ];
  return [
    pc.bold("memory of the busiest device (GB = 10^9 bytes, GiB = 2^30 bytes)"),
    table(["term", "GB", "share", "note"], rows, [1, 2], { 3: 50 }),
  ].join("\n");
}

const span = ({ low, high }: Range, format: (value: number) => string): string =>
  `80 %: ${format(low)} to ${format(high)}`;
const hours = (seconds: number): string => (seconds / 3600).toFixed(6);
const whole = (value: number): string => Math.round(value).toLocaleString("en");

function timeText({ time, speed, trainedTokens }: Estimate): string {
  const rows = [
    ...time.terms.map(({ phase, name, value, note }) => [phase, name, hours(value), note]),
    ["", "total", hours(time.expected), span(time, formatDuration)],
  ];
  return [
    pc.bold("time"),
    `${whole(trainedTokens)} tokens at ${whole(speed.expected)} tokens/s (${span(speed, whole)})`,
    table(["phase", "part", "hours", "note"], rows, [2], { 3: 45 }),
  ].join("\n");
}

function costText({ cost, placement }: Estimate): string {
  if (cost === null) return pc.bold("cost: unknown, for the reason at the top");
  const sources = new Sources();
  const anHour = usdDecimal(cost.perHourMicroUsd);
  return [
    pc.bold("cost"),
    linesText(cost.lines, cost.expected, sources),
    `${span(cost, usdDecimal)} USD; the whole machine costs ${anHour} USD an hour`,
    ...(placement.nodeGpus > placement.gpuCount ? [nodeText(cost, placement)] : []),
    ...(cost.upkeep
      ? [
          pc.bold("each month once it is deployed, not part of the total"),
          linesText(cost.upkeep.lines, cost.upkeep.microUsdPerMonth, sources),
        ]
      : []),
    sources.text(),
  ].join("\n");
}

function nodeText(cost: NonNullable<Estimate["cost"]>, placement: Estimate["placement"]): string {
  const { gpuCount, nodeGpus } = placement;
  const { othersBusy, strandedMicroUsd, packedMicroUsd, aloneMicroUsd } = cost;
  const others =
    othersBusy === null
      ? "nobody has said how busy they are"
      : `others use ${formatPercent(othersBusy)} of them`;
  return section(
    `the other ${counted(nodeGpus - gpuCount, "GPU")} of the node: ${others}`,
    [
      ["a phase", `counts ${gpuCount}/${nodeGpus} of its hours, those of the job's own GPUs`],
      ["unused GPUs", `${usdDecimal(strandedMicroUsd)} USD of the total`],
      ["others use all", `the job costs ${usdDecimal(packedMicroUsd)} USD`],
      ["others use none", `the job costs ${usdDecimal(aloneMicroUsd)} USD`],
    ],
    COLUMNS,
  );
}

/** `total` in micro-USD. */
function linesText(lines: readonly CostLine[], total: number, sources: Sources): string {
  const rows = lines.map(({ item, quantity, unit, unitPriceMicroUsd, microUsd, source, asOf }) => [
    item,
    quantity.toFixed(6),
    unit,
    usdDecimal(unitPriceMicroUsd),
    usdDecimal(microUsd),
    sources.number(`${source}, as of ${asOf}`),
  ]);
  const head = ["item", "quantity", "unit", "USD a unit", "USD", "source"];
  const sum = ["total", "", "", "", usdDecimal(total), ""];
  return table(head, [...rows, sum], [1, 3, 4], { 0: 40 });
}

/** Sources are long and few: a line has a number, and each stands once below. */
class Sources {
  readonly #known: string[] = [];

  number(source: string): string {
    if (!this.#known.includes(source)) this.#known.push(source);
    return `[${this.#known.indexOf(source) + 1}]`;
  }

  text(): string {
    const rows = this.#known.map((source, index) => [`[${index + 1}]`, source] as const);
    return section("sources of prices", rows, COLUMNS);
  }
}

const assumptionsText = ({ assumptions }: Estimate): string =>
  section(
    "taken for granted",
    assumptions.map(({ name, value, source }) => [name, `${value} (${source})`]),
    COLUMNS,
  );

function nearestText({ nearest }: Estimate): string {
  if (nearest === null) throw new TypeError("the nearest runs are looked up for what is shown");
  return [
    pc.bold("nearest measured runs (what differs: there against here)"),
    section(
      "  in memory",
      nearestRows(nearest.memory, (bytes) => `${gb(bytes)} GB`),
      COLUMNS,
    ),
    section("  in speed", nearestRows(nearest.speed, whole), COLUMNS),
  ].join("\n");
}

function nearestRows(
  { id, summary, distance, differences, measured, predicted, metric, source }: NearestPoint,
  format: (value: number) => string,
): [string, string][] {
  const error = predicted / measured - 1;
  return [
    ["run", `${id}: ${summary}`],
    ["distance", `${distance} (0: the same setting)`],
    ["differs", differences.join("; ") || "in nothing that is weighed"],
    [
      "there",
      `measured ${format(measured)} (${metric}), and this estimator says ${format(predicted)}: ` +
        `${formatPercent(Math.abs(error), 1)} too ${error < 0 ? "little" : "much"}`,
    ],
    ["source", source],
  ];
}
