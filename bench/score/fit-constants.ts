import type { GpuName } from "../../core/catalog/gpus.ts";
import { GPUS } from "../../core/catalog/gpus.ts";
import type { Measurement } from "../../core/catalog/measurements.ts";
import type { BaseModel } from "../../core/catalog/models.ts";
import {
  gpuOfRun,
  modelOfRun,
  predictedBytes,
  predictedSpeed,
} from "../../core/estimate/measured-run.ts";
import type { MemoryConstants } from "../../core/estimate/memory-constants.ts";
import type { SpeedConstants } from "../../core/estimate/speed-constants.ts";
import { patternSearch } from "./pattern-search.ts";
import { MEMORY_PRIOR, type Prior, SPEED_PRIOR } from "./priors.ts";

/** Errors below this are rounding, and worth no move of a constant. */
const ROUNDING = { memory: 0.02, speed: 0.03 };

/** What a run that needs more than was predicted weighs beside one that needs less: it ends without memory. */
const UNDERESTIMATE = 1.3;

/** What the priors weigh beside the runs. */
const PRIOR_WEIGHT = 0.05;

/** A run whose memory can be predicted: its setting and the shape of its model are known. */
export const memoryRuns = (runs: readonly Measurement[]) =>
  runs.flatMap((run) => {
    const model = modelOfRun(run);
    return run.scoreMemory && run.peakBytes !== null && model
      ? [{ run, model, measured: run.peakBytes }]
      : [];
  });

/** The same for speed: the card is known too. */
export const speedRuns = (runs: readonly Measurement[]) =>
  runs.flatMap((run) => {
    const [model, gpu] = [modelOfRun(run), gpuOfRun(run)];
    return run.scoreSpeed && run.tokensPerSecondPerGpu !== null && model && gpu
      ? [{ run, model, gpu, measured: run.tokensPerSecondPerGpu }]
      : [];
  });

export const fitMemory = (runs: readonly Measurement[]): MemoryConstants =>
  closest(MEMORY_PRIOR, memoryRuns(runs), (constants, { run, model, measured }) => {
    const error = Math.log(predictedBytes(run, model, constants) / measured);
    return (error < 0 ? UNDERESTIMATE : 1) * Math.hypot(error, ROUNDING.memory);
  });

export const fitSpeed = (runs: readonly Measurement[]): SpeedConstants =>
  closest(SPEED_PRIOR, speedRuns(runs), (constants, { run, model, gpu, measured }) =>
    Math.hypot(
      Math.log(predictedSpeed(run, model, GPUS[gpu as GpuName], constants) / measured),
      ROUNDING.speed,
    ),
  );

/**
 * The constants that leave the least error on the logarithm, absolute so that a few odd runs do not pull, each source with
 * the root of its number of runs, and near to the prior.
 */
function closest<Constants extends object, Run extends { run: Measurement; model: BaseModel }>(
  prior: Prior<Constants>,
  runs: readonly Run[],
  errorOf: (constants: Constants, run: Run) => number,
): Constants {
  const sizes = new Map<string, number>();
  for (const { run } of runs) sizes.set(run.source, (sizes.get(run.source) ?? 0) + 1);
  const start = flatten(prior.values);
  const found = patternSearch(start, (parameters) => {
    const constants = unflatten<Constants>(prior.values, parameters);
    const errors = runs.reduce(
      (sum, run) => sum + errorOf(constants, run) / Math.sqrt(sizes.get(run.run.source) as number),
      0,
    );
    const moved = Object.entries(parameters).reduce((sum, [path, value]) => {
      const distance = Math.log(value / (start[path] as number));
      return sum + (distance / (prior.spreads[path] ?? prior.spread)) ** 2 / 2;
    }, 0);
    return errors + PRIOR_WEIGHT * moved;
  });
  return unflatten(prior.values, found);
}

/** Positive numbers of a nested record by their path; a zero is a statement and not fitted. */
function flatten(values: object, prefix = ""): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]): [string, number][] =>
      typeof value === "object"
        ? Object.entries(flatten(value, `${prefix}${key}.`))
        : value > 0
          ? [[prefix + key, value]]
          : [],
    ),
  );
}

function unflatten<Constants extends object>(
  shape: Constants,
  parameters: Readonly<Record<string, number>>,
  prefix = "",
): Constants {
  return Object.fromEntries(
    Object.entries(shape).map(([key, value]) => [
      key,
      typeof value === "object"
        ? unflatten(value, parameters, `${prefix}${key}.`)
        : (parameters[prefix + key] ?? value),
    ]),
  ) as Constants;
}
