import { measuredSwing, swingAmong } from "../../core/estimate/measured-swing.ts";
import { MEMORY_CONSTANTS } from "../../core/estimate/memory-constants.ts";
import { SPEED_CONSTANTS } from "../../core/estimate/speed-constants.ts";
import type { Predictor } from "./predict.ts";
import { type Fold, residualsOf } from "./residuals.ts";

/** The estimator as it is. */
export const PLAIN: Predictor = {
  memory: MEMORY_CONSTANTS,
  speed: SPEED_CONSTANTS,
  swing: measuredSwing,
};

/** For each source the estimator as it would be without it: constants and intervals know the other sources only. */
export function leaveOneOut(folds: readonly Fold[]): Map<string, Predictor> {
  const residuals = folds.flatMap(residualsOf);
  return new Map(
    folds.map((fold) => {
      const others = residuals.filter(({ source }) => source !== fold.source);
      const { memory, speed, source } = fold;
      return [source, { memory, speed, swing: (figure, like) => swingAmong(others, figure, like) }];
    }),
  );
}
