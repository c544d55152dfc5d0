import { GPUS } from "../catalog/gpus.ts";
import { MEASUREMENT_SOURCES, MEASUREMENTS, type Measurement } from "../catalog/measurements.ts";
import type { BaseModel } from "../catalog/models.ts";
import { GB } from "../units.ts";
import { cardRun, memoryInputOf } from "./card-run.ts";
import type { Estimate, NearestPoint, Placement } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import {
  gpuOfRun,
  modelOfRun,
  predictedBytes,
  predictedSpeed,
  memoryInputOf as runMemoryInput,
} from "./measured-run.ts";
import type { MemoryInput } from "./memory.ts";

/** What two runs are compared by. */
interface Setting
  extends Pick<MemoryInput, "model" | "method" | "microBatch" | "checkpointing" | "lossPath"> {
  /** Tokens of the longest sequence for memory, of a mean one with its padding for speed. */
  sequence: number;
  device: "gpu" | "cpu";
  upcast: boolean;
  gpu: string;
  gpuCount: number;
}

/** A figure that runs are compared in. */
interface Figure {
  /**
   * What a difference weighs beside one e-fold of model size or of tokens in a micro-batch: a judgement. The card hardly
   * moves what a job needs and decides how fast it is; the loss path is the other way round.
   */
  weights: Record<"method" | "device" | "gpu" | "checkpointing" | "lossPath" | "upcast", number>;
  /** Undefined for a run that has no such figure, or whose setting the source does not state. */
  measured(run: Measurement): number | undefined;
  metric(run: Measurement): string;
  predicted(run: Measurement, model: BaseModel): number;
}

/** Bytes at the peak. A run whose peak is only the size of its card was not measured. */
const MEMORY: Figure = {
  weights: { method: 1, device: 4, gpu: 0.5, checkpointing: 0.5, lossPath: 0.3, upcast: 0.3 },
  measured: ({ peakBytes, peakMetric, scoreMemory, gpu }) =>
    peakMetric !== "fit-boundary" && (scoreMemory || gpu === "cpu")
      ? (peakBytes ?? undefined)
      : undefined,
  metric: ({ peakMetric }) => peakMetric ?? "not said how it was measured",
  predicted: (run, model) => Math.round(predictedBytes(run, model)),
};

/** Tokens per second of one GPU of the catalog. */
const SPEED: Figure = {
  weights: { method: 0.5, device: 4, gpu: 1, checkpointing: 0.5, lossPath: 0.1, upcast: 0 },
  measured: (run) =>
    gpuOfRun(run) && (run.scoreSpeed || run.gpu === "cpu")
      ? (run.tokensPerSecondPerGpu ?? undefined)
      : undefined,
  metric: () => "tokens/s a GPU",
  predicted(run, model) {
    const gpu = gpuOfRun(run);
    if (!gpu) throw new TypeError(`${run.id} has no GPU of the catalog`);
    return predictedSpeed(run, model, GPUS[gpu]);
  },
};

/** The published runs with their settings, as the estimator reads them. */
const RUNS: readonly { run: Measurement; model: BaseModel; setting: Setting }[] =
  MEASUREMENTS.flatMap((run) => {
    const model = modelOfRun(run);
    if (!model || !run.microBatch || !run.sequence) return [];
    const setting = settingOf(runMemoryInput(run, model), {
      gpu: gpuOfRun(run) ?? run.gpu,
      gpuCount: run.gpuCount,
    });
    return [{ run, model, setting }];
  });

function settingOf(input: MemoryInput, card: Pick<Setting, "gpu" | "gpuCount">): Setting {
  return { ...input, device: input.stack.device, upcast: input.stack.upcast, ...card };
}

/** The estimate with the published runs nearest to it: a search over all of them, so only for what is shown. */
export const withNearest = (input: EstimateInput, estimate: Estimate): Estimate => ({
  ...estimate,
  nearest: nearestPoints(input, estimate.placement),
});

/**
 * The published runs that are most like this one in memory and in speed, so that a reader can hold the estimate against
 * something measured, see how far away that is, and how well the estimator does there.
 */
export function nearestPoints(
  input: EstimateInput,
  placement: Placement,
): NonNullable<Estimate["nearest"]> {
  const run = cardRun(input, placement);
  const setting = settingOf(memoryInputOf(input, run), placement);
  const sequence = Math.round(run.trained.perExample);
  return { memory: nearest(MEMORY, setting), speed: nearest(SPEED, { ...setting, sequence }) };
}

function nearest(figure: Figure, setting: Setting): NearestPoint {
  const [first] = RUNS.filter(({ run }) => figure.measured(run) !== undefined)
    .map((point) => {
      const away = differences(point, setting, figure.weights);
      return { ...point, away, distance: away.reduce((sum, { by }) => sum + by, 0) };
    })
    .sort((a, b) => a.distance - b.distance || (a.run.id < b.run.id ? -1 : 1));
  const measured = first && figure.measured(first.run);
  if (!first || measured === undefined) throw new Error("the catalog has no measured runs");
  const { run, model, away, distance } = first;
  return {
    id: run.id,
    source: MEASUREMENT_SOURCES[run.source] ?? run.source,
    summary: summary(run),
    distance: Math.round(distance * 100) / 100,
    differences: away.map(({ text }) => text),
    measured,
    predicted: figure.predicted(run, model),
    metric: figure.metric(run),
  };
}

/** What differs, the published value first, and by how much each moves the run away. */
function differences(
  { run, setting: there }: { run: Measurement; setting: Setting },
  here: Setting,
  weights: Figure["weights"],
): { by: number; text: string }[] {
  const tokens = ({ microBatch, sequence }: Setting) => microBatch * sequence;
  const said = (given: unknown, value: string) => (given === null ? "not said" : value);
  const cases: [by: number, what: string, there: string, here: string][] = [
    [
      foldsApart(there.model.parameters.total, here.model.parameters.total),
      "",
      sized(there),
      sized(here),
    ],
    [foldsApart(tokens(there), tokens(here)), "tokens ", batch(there), batch(here)],
    [weights.method, "", there.method, here.method],
    [
      weights.gpu + (there.device === here.device ? 0 : weights.device),
      "",
      cards(there),
      cards(here),
    ],
    [
      weights.checkpointing,
      "checkpointing ",
      said(run.checkpointing, there.checkpointing),
      here.checkpointing,
    ],
    [weights.lossPath, "loss ", said(run.lossPath, there.lossPath), here.lossPath],
    [weights.upcast, "unquantised weights ", unquantised(there), unquantised(here)],
  ];
  return cases
    .filter(([, , thereText, hereText]) => thereText !== hereText)
    .map(([by, what, thereText, hereText]) => ({
      by,
      text: `${what}${thereText} against ${hereText}`,
    }));
}

const foldsApart = (a: number, b: number): number => Math.abs(Math.log(a / b));
const sized = ({ model }: Setting): string =>
  `${model.id} (${(model.parameters.total / 1e9).toFixed(2)} B parameters)`;
const batch = ({ microBatch, sequence }: Pick<Setting, "microBatch" | "sequence">): string =>
  `${microBatch} x ${sequence.toLocaleString("en")}`;
const cards = ({ gpu, gpuCount }: Pick<Setting, "gpu" | "gpuCount">): string =>
  gpuCount === 1 ? gpu : `${gpuCount} x ${gpu}`;
const unquantised = ({ upcast }: Setting): string => (upcast ? "cast up to fp32" : "in 16 bits");

function summary(run: Measurement): string {
  const { model, method, microBatch, sequence, framework, peakBytes, peakMetric } = run;
  const speed = run.tokensPerSecondPerGpu;
  const tokens = batch({ microBatch: microBatch ?? 0, sequence: sequence ?? 0 });
  return [
    `${model} ${method}, ${tokens} tokens on ${cards(run)} with ${framework}`,
    ...(peakBytes === null ? [] : [`peak ${(peakBytes / GB).toFixed(1)} GB (${peakMetric})`]),
    ...(speed === null ? [] : [`${Math.round(speed).toLocaleString("en")} tokens/s a GPU`]),
  ].join("; ");
}
