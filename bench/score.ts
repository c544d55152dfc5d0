/**
 * The error of the estimate on published runs, as one JSON document.
 *
 *   npm run -s score -- FILE             a file shaped like core/catalog/sources/measurements.json
 *   npm run -s score -- --leave-one-out  the catalog's runs, each source predicted by constants fitted without it
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import {
  MeasurementFile,
  MeasurementRow,
  measurementOf,
} from "../core/catalog/measurement-file.ts";
import { MEASUREMENTS, type Measurement } from "../core/catalog/measurements.ts";
import { leaveOneOut, PLAIN } from "./score/predictors.ts";
import { foldsBySource } from "./score/residuals.ts";
import { scoreDocument } from "./score/score-document.ts";

const HELP = `usage: npm run -s score -- [FILE] [--leave-one-out]

  FILE             runs as in core/catalog/sources/measurements.json; without it the catalog's own
  --leave-one-out  predict each source with constants and intervals that were fitted without it

example: npm run -s score -- core/catalog/sources/measurements.json`;

/** The runs of a file, and the rows that are no run, with the reason. */
function readRuns(file: string | undefined): {
  runs: readonly Measurement[];
  unreadable: UnreadableRow[];
} {
  if (file === undefined) return { runs: MEASUREMENTS, unreadable: [] };
  const read = MeasurementFile.safeParse(jsonOf(file));
  if (!read.success) throw new Error(`${file} has no list of "points"`);
  const rows = read.data.points.map((point) => ({ point, row: MeasurementRow.safeParse(point) }));
  return {
    runs: rows.flatMap(({ row }) => (row.success ? measurementOf(row.data) : [])),
    unreadable: rows.flatMap(({ point, row }) =>
      row.success ? [] : { id: idOf(point), unknown: [z.prettifyError(row.error)] },
    ),
  };
}

const idOf = (point: unknown): string | null =>
  z.object({ id: z.string() }).safeParse(point).data?.id ?? null;

function jsonOf(file: string): unknown {
  const text = readFileSync(file, "utf8");
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${file} is not JSON`);
  }
}

interface UnreadableRow {
  id: string | null;
  unknown: string[];
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
  const { runs, unreadable } = readRuns(positionals[0]);
  const folds = values["leave-one-out"] ? leaveOneOut(foldsBySource(runs)) : undefined;
  const document = scoreDocument(runs, ({ source }) => folds?.get(source) ?? PLAIN);
  const points = [...document.points, ...unreadable];
  console.log(JSON.stringify({ ...document, points }, null, 2));
}

try {
  main();
} catch (error) {
  console.error(`score: ${error instanceof Error ? error.message : error}\n\n${HELP}`);
  process.exitCode = 2;
}
