import { InputError } from "../errors.ts";
import { ARMS, type Arm, type Prediction } from "../spec/evaluation-job.ts";
import type { TestItem } from "./test-item.ts";

const FILE = "predictions.jsonl";

/**
 * The predictions of each arm in the order of the items. An exit code of 0 is no proof that all were made, so every
 * (item, arm) pair must appear exactly once and nothing else may.
 *
 * @throws InputError NoTestItems, DuplicateTestItem, UnknownPrediction, DuplicatePrediction, MissingPredictions
 */
export function arrangePredictions(
  items: readonly TestItem[],
  predictions: readonly Prediction[],
): Record<Arm, Prediction[]> {
  if (items.length === 0) {
    throw new InputError("NoTestItems", "the test split has no items, so nothing can be compared", {
      fix: "run `tunekit check` on more examples, so that the test split is not empty",
    });
  }
  const byArm = new Map(ARMS.map((arm) => [arm as string, new Map<string, Prediction>()]));
  const ids = new Set(items.map(({ id }) => id));
  if (ids.size < items.length) {
    const twice = items.find(({ id }, i) => items.findIndex((item) => item.id === id) < i);
    throw new InputError("DuplicateTestItem", `the test split has item "${twice?.id}" twice`, {
      fix: "split the dataset again with `tunekit check`",
      path: "test.jsonl",
    });
  }
  for (const [index, prediction] of predictions.entries()) {
    const arm = byArm.get(prediction.arm);
    const path = `${FILE}:${index + 1}`;
    if (!arm || !ids.has(prediction.id)) {
      const what = arm
        ? `item "${prediction.id}" is not in the test split`
        : `arm "${prediction.arm}" is none of ${ARMS.join(", ")}`;
      throw new InputError("UnknownPrediction", what, {
        fix: "evaluate again: these predictions were made for another comparison",
        path,
      });
    }
    if (arm.has(prediction.id)) {
      const what = `arm "${prediction.arm}" answers item "${prediction.id}" twice`;
      throw new InputError("DuplicatePrediction", what, {
        fix: "remove the evaluation's folder and evaluate again",
        path,
      });
    }
    arm.set(prediction.id, prediction);
  }
  const missing = ARMS.flatMap((arm) =>
    items.filter(({ id }) => !byArm.get(arm)?.has(id)).map(({ id }) => `${arm}/${id}`),
  );
  if (missing.length > 0) {
    const first = missing.slice(0, 5).join(", ");
    throw new InputError(
      "MissingPredictions",
      `${missing.length} of ${items.length * ARMS.length} predictions are missing: ${first}${missing.length > 5 ? ", …" : ""}`,
      { fix: "run `tunekit evaluate` again: it goes on where it stopped", path: FILE },
    );
  }
  const inOrder = (arm: Arm) => items.map(({ id }) => byArm.get(arm)?.get(id) as Prediction);
  return {
    base: inOrder("base"),
    "prompted-base": inOrder("prompted-base"),
    adapter: inOrder("adapter"),
  };
}
