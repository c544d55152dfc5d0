import { readFileSync } from "node:fs";
import { join } from "node:path";
import { leaveOneOut, PLAIN } from "../../bench/score/predictors.ts";
import { foldsBySource, residualsOf } from "../../bench/score/residuals.ts";
import { scoreDocument } from "../../bench/score/score-document.ts";
import { MEASUREMENTS } from "../../core/catalog/measurements.ts";
import { MEMORY_CONSTANTS } from "../../core/estimate/memory-constants.ts";
import { SPEED_CONSTANTS } from "../../core/estimate/speed-constants.ts";
import { estimatorFigure } from "./estimator-figure.ts";

const PAGE = "docs/estimator.md";

/**
 * What the published runs say of the estimate: the residuals that intervals are made of, and the figures of
 * docs/estimator.md, between its `<!-- NAME -->` and `<!-- /NAME -->` lines.
 */
export async function estimatorFiles(): Promise<Record<string, string>> {
  const folds = foldsBySource(MEASUREMENTS);
  const predictors = leaveOneOut(folds);
  const plain = scoreDocument(MEASUREMENTS, () => PLAIN);
  const held = scoreDocument(MEASUREMENTS, ({ source }) => predictors.get(source) ?? PLAIN);
  const methods = new Map(MEASUREMENTS.map(({ id, method }) => [id, method]));
  const points = plain.points.map((point) => ({ ...point, method: methods.get(point.id) ?? "" }));
  const residuals = folds.flatMap(residualsOf).map((row) => JSON.stringify(row));
  const blocks = {
    pooled: pooledTable(plain, held),
    sources: sourcesTable(plain, held),
    constants: constantsTable(),
  };
  return {
    "core/estimate/generated/residuals.json": `[\n${residuals.join(",\n")}\n]\n`,
    "docs/estimator.svg": await estimatorFigure(points),
    [PAGE]: withBlocks(readFileSync(join(import.meta.dirname, "../..", PAGE), "utf8"), blocks),
  };
}

type Score = ReturnType<typeof scoreDocument>;

const cell = (value: number | undefined): string =>
  value === undefined ? "–" : String(Number(value.toPrecision(3)));

const row = (...cells: (string | number | undefined)[]): string =>
  `| ${cells.map((value) => (typeof value === "string" ? value : cell(value))).join(" | ")} |`;

function pooledTable(plain: Score, held: Score): string {
  const memory = (name: string, { memory: { pooled } }: Score) =>
    row(
      `memory, ${name}`,
      pooled.n,
      pooled.medianAbsPct,
      pooled.p90AbsPct,
      pooled.coverage80,
      `under by more than 10 %: ${cell(pooled.underBy10Pct)} %; above the upper bound by more than 10 %: ${cell(pooled.upperExceededBy10Pct)} %`,
    );
  const speed = (name: string, { speed: { pooled } }: Score) =>
    row(
      `speed, ${name}`,
      pooled.n,
      pooled.medianAbsPct,
      pooled.p90AbsPct,
      pooled.coverage80,
      `within a factor of two: ${cell(pooled.within2x)} %`,
    );
  const { oomTotal, oomCaught, fitsTotal, fitsRefused, borderline } = plain.fit.pooled;
  return [
    "| | Runs | Median error, % | P90, % | Inside the 80 % interval, % | |",
    "|---|---|---|---|---|---|",
    memory("as it is", plain),
    memory("source held out", held),
    speed("as it is", plain),
    speed("source held out", held),
    "",
    `Of ${oomTotal} published runs that ended without memory ${oomCaught} are refused, of ${fitsTotal} that fitted ${fitsRefused}; ${borderline} are borderline.`,
  ].join("\n");
}

function sourcesTable(plain: Score, held: Score): string {
  const sources = [...new Set(MEASUREMENTS.map(({ source }) => source))];
  const figures = (
    score: Score["memory"]["bySource"][string] | Score["speed"]["bySource"][string] | undefined,
  ) => (score ? `${cell(score.medianAbsPct)} / ${cell(score.p90AbsPct)}` : "–");
  return [
    "| Source | Runs | Memory | Memory, held out | Runs | Speed | Speed, held out |",
    "|---|---|---|---|---|---|---|",
    ...sources.flatMap((source) => {
      const [memory, speed] = [plain.memory.bySource[source], plain.speed.bySource[source]];
      if (!memory && !speed) return [];
      return row(
        source,
        memory?.n,
        figures(memory),
        figures(held.memory.bySource[source]),
        speed?.n,
        figures(speed),
        figures(held.speed.bySource[source]),
      );
    }),
  ].join("\n");
}

function constantsTable(): string {
  const rows = (constants: object, prefix = ""): string[] =>
    Object.entries(constants).flatMap(([key, value]) =>
      typeof value === "object"
        ? rows(value, `${prefix}${key}.`)
        : row(`\`${prefix}${key}\``, value),
    );
  return [
    "| Memory | |",
    "|---|---|",
    ...rows(MEMORY_CONSTANTS),
    "",
    "| Speed | |",
    "|---|---|",
    ...rows(SPEED_CONSTANTS),
  ].join("\n");
}

/** @throws Error for a page that lacks the place of a block. */
function withBlocks(page: string, blocks: Record<string, string>): string {
  return Object.entries(blocks).reduce((text, [name, block]) => {
    const place = new RegExp(`<!-- ${name} -->\n[^]*?<!-- /${name} -->`);
    if (!place.test(text)) throw new Error(`${PAGE} has no place for "${name}"`);
    return text.replace(place, () => `<!-- ${name} -->\n\n${block}\n\n<!-- /${name} -->`);
  }, page);
}
