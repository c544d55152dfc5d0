import { GPUS } from "../../core/catalog/gpus.ts";
import type { Measurement } from "../../core/catalog/measurements.ts";
import { kindOfRun, predictedBytes, predictedSpeed } from "../../core/estimate/measured-run.ts";
import type { Residual } from "../../core/estimate/measured-swing.ts";
import { fitMemory, fitSpeed, memoryRuns, speedRuns } from "./fit-constants.ts";

/** The runs of one source, and constants that were fitted without them. */
export interface Fold {
  source: string;
  runs: readonly Measurement[];
  memory: ReturnType<typeof fitMemory>;
  speed: ReturnType<typeof fitSpeed>;
}

/** One fold for each source: an error on its runs is the error on a source that nobody has seen. */
export function foldsBySource(runs: readonly Measurement[]): Fold[] {
  return [...Map.groupBy(runs, ({ source }) => source)].map(([source, own]) => {
    const others = runs.filter((run) => run.source !== source);
    return { source, runs: own, memory: fitMemory(others), speed: fitSpeed(others) };
  });
}

const digits = (value: number): number => Number(value.toFixed(4));

/** ln(measured / estimated) of a fold's runs. */
export function residualsOf({ runs, memory, speed }: Fold): Residual[] {
  return [
    ...memoryRuns(runs).map(({ run, model, measured }) => ({
      source: run.source,
      ...kindOfRun(run),
      memory: digits(Math.log(measured / predictedBytes(run, model, memory))),
      speed: null,
    })),
    ...speedRuns(runs).map(({ run, model, gpu, measured }) => ({
      source: run.source,
      ...kindOfRun(run),
      memory: null,
      speed: digits(Math.log(measured / predictedSpeed(run, model, GPUS[gpu], speed))),
    })),
  ];
}
