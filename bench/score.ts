/**
 * The error of the estimate on published runs, as one JSON document.
 *
 *   npm run -s score -- FILE             a file shaped like core/catalog/sources/measurements.json
 *   npm run -s score -- --leave-one-out  the catalog's runs, each source predicted by constants fitted without it
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { MeasurementFile, measurementOf } from "../core/catalog/measurement-file.ts";
import { MEASUREMENTS, type Measurement } from "../core/catalog/measurements.ts";
import { leaveOneOut, PLAIN } from "./score/predictors.ts";
import { foldsBySource } from "./score/residuals.ts";
import { scoreDocument } from "./score/score-document.ts";

const HELP = `usage: npm run -s score -- [FILE] [--leave-one-out]

  FILE             runs as in core/catalog/sources/measurements.json; without it the catalog's own
  --leave-one-out  predict each source with constants and intervals that were fitted without it

example: npm run -s score -- core/catalog/sources/measurements.json`;

function runsOf(file: string | undefined): readonly Measurement[] {
  if (file === undefined) return MEASUREMENTS;
  return MeasurementFile.parse(JSON.parse(readFileSync(file, "utf8"))).points.map(measurementOf);
}

function main(): void {
  const { values, positionals } = parseArgs({
    options: { "leave-one-out": { type: "boolean" }, help: { type: "boolean", short: "h" } },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const runs = runsOf(positionals[0]);
  const folds = values["leave-one-out"] ? leaveOneOut(foldsBySource(runs)) : undefined;
  const document = scoreDocument(runs, ({ source }) => folds?.get(source) ?? PLAIN);
  console.log(JSON.stringify(document, null, 2));
}

try {
  main();
} catch (error) {
  console.error(`score: ${error instanceof Error ? error.message : error}\n\n${HELP}`);
  process.exitCode = 2;
}
