import { MEASUREMENT_SOURCES, MEASUREMENTS, type Measurement } from "../catalog/measurements.ts";
import { MODELS } from "../catalog/models.ts";
import { GB } from "../units.ts";
import type { Estimate } from "./estimate.ts";
import type { MemoryInput } from "./memory.ts";

const parameters = new Map(MODELS.map((model) => [model.id, model.parameters.total]));

/** What a difference weighs beside one e-fold of model size or of tokens in a micro-batch: a judgement. */
const OTHER = { method: 1, device: 4, gpu: 0.5, checkpointing: 0.5, lossPath: 0.3 };

/** The published run that is most like this one, so that a reader can hold the estimate against something measured. */
export function nearestPoint(input: MemoryInput, gpu: string): NonNullable<Estimate["nearest"]> {
  const [nearest] = MEASUREMENTS.flatMap((point) => {
    const distance = distanceTo(point, input, gpu);
    return distance === undefined ? [] : [{ point, distance }];
  }).sort((a, b) => a.distance - b.distance || (a.point.id < b.point.id ? -1 : 1));
  if (!nearest) throw new Error("the catalog has no measured runs");
  const { point, distance } = nearest;
  return {
    id: point.id,
    source: MEASUREMENT_SOURCES[point.source] ?? point.source,
    summary: summary(point),
    distance: Math.round(distance * 100) / 100,
  };
}

function distanceTo(point: Measurement, input: MemoryInput, gpu: string): number | undefined {
  const size = parameters.get(point.model);
  const measured = point.peakBytes !== null || point.tokensPerSecondPerGpu !== null;
  if (!size || !measured || !point.microBatch || !point.sequence) return undefined;
  const onCpu = point.gpu === "cpu";
  return (
    Math.abs(Math.log(size / input.model.parameters.total)) +
    Math.abs(Math.log((point.microBatch * point.sequence) / (input.microBatch * input.sequence))) +
    (point.method === input.method ? 0 : OTHER.method) +
    (onCpu === (input.stack.device === "cpu") ? 0 : OTHER.device) +
    (point.gpu === gpu && point.gpuCount === 1 ? 0 : OTHER.gpu) +
    (point.checkpointing === (input.checkpointing !== "off") ? 0 : OTHER.checkpointing) +
    (point.lossPath === input.lossPath ? 0 : OTHER.lossPath)
  );
}

function summary(point: Measurement): string {
  const { model, method, microBatch, sequence, gpu, gpuCount, framework } = point;
  const speed = point.tokensPerSecondPerGpu;
  return [
    `${model} ${method}, ${microBatch} x ${sequence} tokens on ${gpuCount} ${gpu} with ${framework}`,
    ...(point.peakBytes === null
      ? []
      : [`peak ${(point.peakBytes / GB).toFixed(1)} GB (${point.peakMetric})`]),
    ...(speed === null ? [] : [`${Math.round(speed)} tokens/s a GPU`]),
  ].join("; ");
}
