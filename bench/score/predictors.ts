import type { Measurement } from "../../core/catalog/measurements.ts";
import { measuredSwing, swingAmong } from "../../core/estimate/measured-swing.ts";
import { MEMORY_CONSTANTS } from "../../core/estimate/memory-constants.ts";
import { SPEED_CONSTANTS } from "../../core/estimate/speed-constants.ts";
import type { Predictor } from "./predict.ts";
import { foldsBySource, residualsOf } from "./residuals.ts";

/** The estimator as it is. */
export const PLAIN: Predictor = {
  memory: MEMORY_CONSTANTS,
  speed: SPEED_CONSTANTS,
  swing: measuredSwing,
};

/** For each source the estimator as it would be without it: constants and intervals know the other sources only. */
export function leaveOneOut(runs: readonly Measurement[]): Map<string, Predictor> {
  const folds = foldsBySource(runs).map((fold) => ({ fold, residuals: residualsOf(fold) }));
  return new Map(
    folds.map(({ fold }) => {
      const others = folds.flatMap(({ fold: { source }, residuals }) =>
        source === fold.source ? [] : residuals,
      );
      const { memory, speed, source } = fold;
      return [source, { memory, speed, swing: (figure, like) => swingAmong(others, figure, like) }];
    }),
  );
}
