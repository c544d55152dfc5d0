import residuals from "./generated/residuals.json" with { type: "json" };
import type { Swing } from "./interval.ts";

/** A published run held against the estimate whose constants were fitted without its source. */
export interface Residual {
  source: string;
  stack: string;
  method: string;
  gpu: string;
  /** ln(measured / estimated); null where it was not measured. */
  memory: number | null;
  speed: number | null;
}

/** Settings of a run that residuals are grouped by. */
export type RunKind = Pick<Residual, "stack" | "method" | "gpu">;

type Figure = "memory" | "speed";

const RESIDUALS: readonly Residual[] = residuals;

/** Runs that a narrow group needs to weigh as much as the wider one around it. */
const SHRINKAGE = 13;

/** Least that is left between estimate and bound: sources round. */
const FLOOR = 0.02;

const swings = new Map<string, Swing>();

/** How far runs lie from their estimate at 80 %, by the published runs. */
export function measuredSwing(figure: Figure, like: RunKind): Swing {
  const key = [figure, like.stack, like.method, like.gpu].join(" ");
  const known = swings.get(key) ?? swingAmong(RESIDUALS, figure, like);
  swings.set(key, known);
  return known;
}

/**
 * The same among given runs: those of the same stack, method and card as far as there are any, otherwise of the same stack
 * and method, of the same method, of all. A narrow group shrinks towards the wider one.
 */
export function swingAmong(rows: readonly Residual[], figure: Figure, like: RunKind): Swing {
  const known = rows.flatMap((row) => {
    const log = row[figure];
    return log === null ? [] : [{ ...row, log }];
  });
  const ofMethod = known.filter(({ method }) => method === like.method);
  const ofStack = ofMethod.filter(({ stack }) => stack === like.stack);
  const narrower = [ofMethod, ofStack, ofStack.filter(({ gpu }) => gpu === like.gpu)];
  const bound = (share: number) =>
    narrower.reduce(
      (wider, group) => {
        if (group.length === 0) return wider;
        const own = quantileOf(group, share);
        return (group.length * own + SHRINKAGE * wider) / (group.length + SHRINKAGE);
      },
      quantileOf(known, share),
    );
  return {
    low: Math.exp(Math.min(-FLOOR, bound(0.1))),
    high: Math.exp(Math.max(FLOOR, bound(0.9))),
  };
}

/** Weighted quantile: all sources count the same, however many runs they have. */
function quantileOf(rows: readonly { source: string; log: number }[], share: number): number {
  const sizes = new Map<string, number>();
  for (const { source } of rows) sizes.set(source, (sizes.get(source) ?? 0) + 1);
  const sorted = rows.toSorted((a, b) => a.log - b.log);
  const weights = sorted.map(({ source }) => 1 / (sizes.get(source) as number));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let passed = 0;
  const index = weights.findIndex((weight) => {
    passed += weight;
    return passed >= share * total - 1e-9;
  });
  return sorted[index]?.log ?? 0;
}
