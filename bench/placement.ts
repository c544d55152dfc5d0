/**
 * The planner against brute force and against the clock: `node bench/placement.ts [jobs] [brute | time | growth]`.
 * 10,000 random jobs are planned, and every plan must be equal to that from estimates of all their placements.
 */
import { isDeepStrictEqual } from "node:util";
import type { EstimateInput } from "../core/estimate/estimate-input.ts";
import { placements } from "../core/estimate/placements.ts";
import { planAmong, planPlacement } from "../core/estimate/plan-placement.ts";
import { randomPlanning } from "../test/support/random-planning.ts";

const jobs = Number(process.argv[2] ?? 10_000);
const part = process.argv[3];
const seeds = Array.from({ length: jobs }, (_, index) => index + 1);

const outcome = (plan: () => unknown): unknown => {
  try {
    return plan();
  } catch (error) {
    return (error as Error).message;
  }
};

function bruteForce(): void {
  let differ = 0;
  let candidates = 0;
  for (const seed of seeds) {
    const input = randomPlanning(seed);
    const all = placements(input);
    candidates += all.length;
    const wanted = outcome(() => planAmong(input, all));
    if (
      isDeepStrictEqual(
        outcome(() => planPlacement(input)),
        wanted,
      )
    )
      continue;
    differ += 1;
    console.log(`job ${seed} differs`);
  }
  console.log(`${jobs} jobs, ${candidates} placements: ${jobs - differ} plans equal brute force`);
  if (differ > 0) process.exitCode = 1;
}

/** Milliseconds that planning takes: the best of three, so that what else the machine does counts less. */
function milliseconds(input: EstimateInput): number {
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    outcome(() => planPlacement(input));
    return performance.now() - start;
  });
  return Math.min(...times);
}

function quantiles(times: readonly number[]): { median: number; p99: number; worst: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] as number;
  return { median: at(0.5), p99: at(0.99), worst: at(1) };
}

const shown = (times: readonly number[]): string =>
  Object.entries(quantiles(times))
    .map(([name, value]) => `${name} ${value.toFixed(2)} ms`)
    .join(", ");

function timing(): void {
  const times = seeds.map((seed) => milliseconds(randomPlanning(seed, 36)));
  console.log(`${jobs} jobs, 36 machines: ${shown(times)}`);
}

/** The same jobs with ten times as many machines to choose from. */
function growth(): void {
  const once = seeds.map((seed) => milliseconds(randomPlanning(seed, 36)));
  const tenfold = seeds.map((seed) => milliseconds(randomPlanning(seed, 360)));
  const total = (times: readonly number[]) => times.reduce((sum, time) => sum + time, 0);
  const ratio = total(tenfold) / total(once);
  console.log(`${jobs} jobs, 360 machines: ${shown(tenfold)}; ${ratio.toFixed(2)} times as long`);
}

if (part === undefined || part === "brute") bruteForce();
if (part === undefined || part === "time") timing();
if (part === undefined || part === "growth") growth();
