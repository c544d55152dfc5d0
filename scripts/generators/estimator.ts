import { foldsBySource, residualsOf } from "../../bench/score/residuals.ts";
import { MEASUREMENTS } from "../../core/catalog/measurements.ts";

/** The residuals of the published runs, each predicted without its source: what intervals are made of. */
export function estimatorFiles(): Record<string, string> {
  const residuals = foldsBySource(MEASUREMENTS).flatMap(residualsOf);
  return {
    "core/estimate/generated/residuals.json": `[\n${residuals.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`,
  };
}
