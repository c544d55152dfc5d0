import { MEASUREMENT_SOURCES, MEASUREMENTS, type Measurement } from "../catalog/measurements.ts";
import { type BaseModel, MODELS } from "../catalog/models.ts";
import { GB } from "../units.ts";
import { cardRun, memoryInputOf } from "./card-run.ts";
import type { Estimate, NearestPoint, Placement } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import type { MemoryInput } from "./memory.ts";

const models = new Map(MODELS.map((model) => [model.id, model]));

/**
 * What a difference weighs beside one e-fold of model size or of tokens in a micro-batch, for memory and for speed: a
 * judgement. The card hardly moves what a job needs and decides how fast it is; the loss path is the other way round.
 */
const WEIGHTS = {
  memory: { method: 1, device: 4, gpu: 0.5, checkpointing: 0.5, lossPath: 0.3, upcast: 0.3 },
  speed: { method: 0.5, device: 4, gpu: 1, checkpointing: 0.5, lossPath: 0.1, upcast: 0 },
} as const;
type Weights = (typeof WEIGHTS)["memory" | "speed"];

/**
 * The figure of a point that is held against the estimate: bytes at the peak, tokens per second of one GPU. Left out is
 * what the source measured in a setting that it does not state, and a peak that is only the size of the card.
 */
const FIGURES = {
  memory: ({ peakBytes, peakMetric, scoreMemory, gpu }: Measurement) =>
    peakBytes !== null && peakMetric !== "fit-boundary" && (scoreMemory || gpu === "cpu")
      ? { measured: peakBytes, metric: peakMetric ?? "not said how it was measured" }
      : undefined,
  speed: ({ tokensPerSecondPerGpu, scoreSpeed, gpu }: Measurement) =>
    tokensPerSecondPerGpu !== null && (scoreSpeed || gpu === "cpu")
      ? { measured: tokensPerSecondPerGpu, metric: "tokens/s a GPU" }
      : undefined,
};

/** The estimate with the published runs nearest to it: a search over all of them, so only for what is shown. */
export const withNearest = (input: EstimateInput, estimate: Estimate): Estimate => ({
  ...estimate,
  nearest: nearestPoints(input, estimate.placement),
});

/**
 * The published runs that are most like this one in memory and in speed, so that a reader can hold the estimate against
 * something measured, and see how far away that is.
 */
export function nearestPoints(
  input: EstimateInput,
  placement: Placement,
): NonNullable<Estimate["nearest"]> {
  const run = cardRun(input, placement);
  const memory = memoryInputOf(input, run);
  const sequence = Math.round(run.trained.perExample);
  return {
    memory: nearest("memory", memory, placement),
    speed: nearest("speed", { ...memory, sequence }, placement),
  };
}

function nearest(
  figure: "memory" | "speed",
  setting: MemoryInput,
  { gpu, gpuCount }: Placement,
): NearestPoint {
  const [first] = MEASUREMENTS.flatMap((point) => {
    const model = models.get(point.model);
    const found = FIGURES[figure](point);
    if (!model || !found || !point.microBatch || !point.sequence) return [];
    const away = differences(point, model, setting, { gpu, gpuCount }, WEIGHTS[figure]);
    return { point, found, away, distance: away.reduce((sum, { by }) => sum + by, 0) };
  }).sort((a, b) => a.distance - b.distance || (a.point.id < b.point.id ? -1 : 1));
  if (!first) throw new Error(`the catalog has no measured runs of ${figure}`);
  const { point, found, away, distance } = first;
  return {
    id: point.id,
    source: MEASUREMENT_SOURCES[point.source] ?? point.source,
    summary: summary(point),
    distance: Math.round(distance * 100) / 100,
    differences: away.map(({ text }) => text),
    ...found,
  };
}

/** What differs, the point's value first, and by how much each moves the point away. */
function differences(
  point: Measurement,
  model: BaseModel,
  setting: MemoryInput,
  card: { gpu: string; gpuCount: number },
  weights: Weights,
): { by: number; text: string }[] {
  const cpu = [point.gpu === "cpu", setting.stack.device === "cpu"];
  const tokens = [
    (point.microBatch ?? 0) * (point.sequence ?? 0),
    setting.microBatch * setting.sequence,
  ];
  const cases: [by: number, what: string, there: string, here: string][] = [
    [
      Math.abs(Math.log(model.parameters.total / setting.model.parameters.total)),
      "",
      sized(model),
      sized(setting.model),
    ],
    [
      Math.abs(Math.log((tokens[0] as number) / (tokens[1] as number))),
      "tokens ",
      batch(point.microBatch ?? 0, point.sequence ?? 0),
      batch(setting.microBatch, setting.sequence),
    ],
    [weights.method, "", point.method, setting.method],
    [weights.gpu + (cpu[0] === cpu[1] ? 0 : weights.device), "", cards(point), cards(card)],
    [
      weights.checkpointing,
      "checkpointing ",
      point.checkpointing === null ? "not said" : onOrOff(point.checkpointing),
      onOrOff(setting.checkpointing !== "off"),
    ],
    [weights.lossPath, "loss ", point.lossPath ?? "not said", setting.lossPath],
    [
      weights.upcast,
      "unquantised weights ",
      unquantised(point.upcast),
      unquantised(setting.stack.upcast),
    ],
  ];
  return cases
    .filter(([, , there, here]) => there !== here)
    .map(([by, what, there, here]) => ({ by, text: `${what}${there} against ${here}` }));
}

const sized = ({ id, parameters }: BaseModel): string =>
  `${id} (${(parameters.total / 1e9).toFixed(2)} B parameters)`;
const batch = (microBatch: number, sequence: number): string =>
  `${microBatch} x ${sequence.toLocaleString("en")}`;
const cards = ({ gpu, gpuCount }: { gpu: string; gpuCount: number }): string =>
  gpuCount === 1 ? gpu : `${gpuCount} x ${gpu}`;
const onOrOff = (on: boolean): string => (on ? "on" : "off");
const unquantised = (upcast: boolean): string => (upcast ? "cast up to fp32" : "in 16 bits");

function summary(point: Measurement): string {
  const { model, method, microBatch, sequence, framework } = point;
  const speed = point.tokensPerSecondPerGpu;
  return [
    `${model} ${method}, ${batch(microBatch ?? 0, sequence ?? 0)} tokens on ${cards(point)} with ${framework}`,
    ...(point.peakBytes === null
      ? []
      : [`peak ${(point.peakBytes / GB).toFixed(1)} GB (${point.peakMetric})`]),
    ...(speed === null ? [] : [`${Math.round(speed).toLocaleString("en")} tokens/s a GPU`]),
  ].join("; ");
}
