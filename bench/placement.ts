/**
 * The planner against brute force and against the clock: `node bench/placement.ts --help`. Random jobs are planned, and every
 * plan must be equal to that from estimates of all their placements.
 */
import { isDeepStrictEqual, parseArgs } from "node:util";
import type { EstimateInput } from "../core/estimate/estimate-input.ts";
import { placements } from "../core/estimate/placements.ts";
import { planAmong, planPlacement } from "../core/estimate/plan-placement.ts";
import { VARIABLES } from "../core/spec/training-job.ts";
import { randomPlanning } from "../test/support/random-planning.ts";

const HELP = `usage: node bench/placement.ts [JOBS] [PART]

  JOBS  random jobs to plan; 10000 unless given
  PART  one of these, all of them unless given:
        brute   every plan against the plan from estimates of all placements
        time    how long a plan takes among 36 machines
        growth  how much longer among 360
        wide    how long for 100 of them at most, everything varying over 1,920 and 7,680 examples a step

example: node bench/placement.ts 500 brute`;

const outcome = (plan: () => unknown): unknown => {
  try {
    return plan();
  } catch (error) {
    return (error as Error).message;
  }
};

function bruteForce(seeds: readonly number[]): void {
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
  console.log(
    `${seeds.length} jobs, ${candidates} placements: ${seeds.length - differ} plans equal brute force`,
  );
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

function timing(seeds: readonly number[]): void {
  const times = seeds.map((seed) => milliseconds(randomPlanning(seed, 36)));
  console.log(`${seeds.length} jobs, 36 machines: ${shown(times)}`);
}

/** The same jobs with ten times as many machines to choose from. */
function growth(seeds: readonly number[]): void {
  const once = seeds.map((seed) => milliseconds(randomPlanning(seed, 36)));
  const tenfold = seeds.map((seed) => milliseconds(randomPlanning(seed, 360)));
  const total = (times: readonly number[]) => times.reduce((sum, time) => sum + time, 0);
  const ratio = total(tenfold) / total(once);
  console.log(
    `${seeds.length} jobs, 360 machines: ${shown(tenfold)}; ${ratio.toFixed(2)} times as long`,
  );
}

/** Jobs of which everything may vary, over so many examples a step that there are hundreds of ways on each card. */
function wide(seeds: readonly number[]): void {
  for (const [batchSize, gradientAccumulation] of [
    [16, 15],
    [32, 30],
  ] as const) {
    const gpuCount = 8;
    const times = seeds.slice(0, 100).map((seed) => {
      const input = randomPlanning(seed, 36);
      const training = { ...input.job.training, batchSize, gradientAccumulation };
      const placement = { ...input.job.placement, gpuCount, vary: [...VARIABLES] };
      return milliseconds({ ...input, job: { ...input.job, training, placement } });
    });
    console.log(
      `${times.length} jobs, everything varies over ${batchSize} x ${gradientAccumulation} x ${gpuCount} examples: ${shown(times)}`,
    );
  }
}

const PARTS = { brute: bruteForce, time: timing, growth, wide };
type Part = keyof typeof PARTS;

/** @throws Error with what is wrong with the arguments */
function asked(): { jobs: number; parts: readonly Part[] } | "help" {
  const { values, positionals } = parseArgs({
    options: { help: { type: "boolean", short: "h" } },
    allowPositionals: true,
  });
  if (values.help) return "help";
  const [count = "10000", part, ...rest] = positionals;
  if (rest.length > 0) throw new Error(`too many arguments: ${rest.join(" ")}`);
  const jobs = Number(count);
  if (!Number.isInteger(jobs) || jobs < 1) throw new Error(`"${count}" is no number of jobs`);
  if (part === undefined) return { jobs, parts: Object.keys(PARTS) as Part[] };
  if (!Object.hasOwn(PARTS, part)) throw new Error(`there is no part "${part}"`);
  return { jobs, parts: [part as Part] };
}

function main(): void {
  let wanted: ReturnType<typeof asked>;
  try {
    wanted = asked();
  } catch (error) {
    console.error(`placement: ${(error as Error).message}\n\n${HELP}`);
    process.exitCode = 2;
    return;
  }
  if (wanted === "help") {
    console.log(HELP);
    return;
  }
  const seeds = Array.from({ length: wanted.jobs }, (_, index) => index + 1);
  for (const part of wanted.parts) PARTS[part](seeds);
}

main();
