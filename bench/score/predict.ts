import { findGpu } from "../../core/catalog/gpus.ts";
import type { Measurement } from "../../core/catalog/measurements.ts";
import type { BaseModel } from "../../core/catalog/models.ts";
import { CatalogError } from "../../core/errors.ts";
import { rangeOf, type Swing, swingOfUnknown } from "../../core/estimate/interval.ts";
import {
  gpuOfRun,
  kindOfRun,
  memoryInputOf,
  modelOfRun,
  predictedBytes,
  predictedSpeed,
} from "../../core/estimate/measured-run.ts";
import { memoryOf } from "../../core/estimate/memory.ts";
import type { MemoryConstants } from "../../core/estimate/memory-constants.ts";
import { fitOf, neededBytes } from "../../core/estimate/memory-fit.ts";
import type { SpeedConstants } from "../../core/estimate/speed-constants.ts";
import type { Range } from "../../core/units.ts";

/** What is asked about a run: its setting, and nothing that was measured. */
export type Question = Omit<
  Measurement,
  "peakBytes" | "tokensPerSecondPerGpu" | "wallSeconds" | "adapterBytes" | "fits"
>;

export interface Prediction {
  /** Bytes in the metric of the source; null with the reason where the catalog cannot answer. */
  memory: Range | null;
  speed: Range | null;
  fit: ReturnType<typeof fitOf> | null;
  unknown: string[];
}

export interface Predictor {
  memory: MemoryConstants;
  speed: SpeedConstants;
  swing: (figure: "memory" | "speed", like: ReturnType<typeof kindOfRun>) => Swing;
}

/** The question without what was measured, so that a prediction cannot have seen it. */
export const questionOf = (run: Measurement): Measurement => ({
  ...run,
  peakBytes: null,
  tokensPerSecondPerGpu: null,
  wallSeconds: null,
  adapterBytes: null,
  fits: true,
});

export function predict(run: Measurement, predictor: Predictor): Prediction {
  const model = modelOfRun(run);
  const unknown = (reason: string) => ({ memory: null, speed: null, fit: null, unknown: [reason] });
  if (!model) return unknown(`no shape of ${run.model}`);
  if (run.microBatch === null || run.sequence === null) {
    return unknown("micro-batch or length is not stated");
  }
  try {
    return predictKnown(run, model, predictor);
  } catch (error) {
    if (error instanceof CatalogError) return unknown(error.message);
    throw error;
  }
}

function predictKnown(
  run: Measurement,
  model: BaseModel,
  { memory, speed, swing }: Predictor,
): Prediction {
  const gpuName = gpuOfRun(run);
  const kind = kindOfRun(run);
  const bytesIf = (changed: Partial<Measurement>) =>
    predictedBytes({ ...run, ...changed }, model, memory);
  const bytes = bytesIf({});
  const open = [
    run.lossPath === null && swingOfUnknown(bytes, bytesIf({ lossPath: "fused" })),
    run.checkpointing === null && swingOfUnknown(bytes, bytesIf({ checkpointing: true })),
  ].filter((found) => typeof found === "object");
  const gpu = gpuName && findGpu(gpuName);
  const speedIf = (changed: Partial<Measurement>) =>
    gpu && predictedSpeed({ ...run, ...changed }, model, gpu, speed);
  const tokens = speedIf({});
  const openSpeed =
    tokens !== undefined && run.checkpointing === null
      ? swingOfUnknown(tokens, speedIf({ checkpointing: false }) as number)
      : undefined;
  const { allocated } = memoryOf(memoryInputOf(run, model), memory);
  return {
    memory: rangeOf(bytes, [swing("memory", kind), ...open]),
    speed:
      tokens === undefined
        ? null
        : rangeOf(tokens, [swing("speed", kind), ...(openSpeed ? [openSpeed] : [])]),
    fit: gpu ? fitOf(neededBytes(gpu.kind, allocated) / gpu.usableBytes) : null,
    unknown: gpu ? [] : [`no facts of the card "${run.gpu}"`],
  };
}
