import { uniformFloat32 } from "pure-rand/distribution/uniformFloat32";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { GPU_NAMES, GPUS } from "../../core/catalog/gpus.ts";
import type { InstanceType } from "../../core/catalog/instance-types.ts";
import { MODELS } from "../../core/catalog/models.ts";
import { builtinPriceBook, type PriceRow } from "../../core/catalog/prices.ts";
import { ESTIMATED_STACK } from "../../core/estimate/calibrate-estimate.ts";
import type { EstimateInput } from "../../core/estimate/estimate-input.ts";
import { estimatePlacement } from "../../core/estimate/estimate-placement.ts";
import { placements } from "../../core/estimate/placements.ts";
import type { ObservedRun } from "../../core/spec/observed-run.ts";
import { PlatformConfig } from "../../core/spec/platform-config.ts";
import { TIERS } from "../../core/spec/tier.ts";
import { CHECKPOINTINGS, METHODS, VARIABLES } from "../../core/spec/training-job.ts";
import { GiB } from "../../core/units.ts";
import { jobWith, LAPTOP, NOW } from "./estimate-input.ts";

const CLOUD_TIERS = TIERS.filter((tier) => tier !== "local-cpu");
const CARDS = GPU_NAMES.filter((name) => GPUS[name].kind === "gpu");

/** Draws from a seeded generator. */
export function dice(seed: number) {
  const generator = xoroshiro128plus(seed);
  const int = (low: number, high: number): number => uniformInt(generator, low, high);
  const chance = (share: number): boolean => uniformFloat32(generator) < share;
  const one = <T>(all: readonly T[]): T => all[int(0, all.length - 1)] as T;
  const some = <T>(all: readonly T[], share: number): T[] => {
    const drawn = all.filter(() => chance(share));
    return drawn.length > 0 ? drawn : [one(all)];
  };
  return { int, chance, one, some };
}
type Dice = ReturnType<typeof dice>;

/** A catalogue of machines, each card in nodes of several sizes, and what they cost: some prices unknown, stale or a trap. */
export function randomCatalogue(draw: Dice, size: number) {
  const cards = draw.some(CARDS, 0.5);
  const tierOf = new Map(cards.map((card) => [card, draw.one(CLOUD_TIERS)]));
  const instanceTypes = Array.from({ length: size }, (_, index): InstanceType => {
    const gpu = draw.one(cards);
    return {
      provider: "aws",
      id: `m${draw.int(0, 9)}.x${index}`,
      tier: draw.chance(0.95) ? (tierOf.get(gpu) as InstanceType["tier"]) : draw.one(CLOUD_TIERS),
      gpu,
      gpus: draw.one([1, 1, 1, 2, 4, 8, 8, 16]),
      vCpu: 8,
      memoryBytes: 64 * GiB,
      allocatableCpuMilli: 7000,
      allocatableMemoryBytes: draw.int(16, 1024) * GiB,
      nvmeBytes: 0,
      networkBits: draw.one([5, 10, 10, 25, 50, 100, draw.int(4, 400)]) * 1e9,
      efa: 0,
      note: null,
      source: "drawn",
      asOf: "2026-11-01",
    };
  });
  return { instanceTypes, rows: instanceTypes.flatMap((type) => pricesOf(draw, type)) };
}

function pricesOf(draw: Dice, { id, gpus }: InstanceType): PriceRow[] {
  const price = draw.chance(0.2) ? gpus * 1_000_000 : draw.int(200_000, 6_000_000) * gpus;
  const row = (capacity: PriceRow["capacity"], low: number, high: number): PriceRow => ({
    provider: "aws",
    region: "us-east-1",
    instanceType: id,
    capacity,
    zone: null,
    lowMicroUsd: low,
    highMicroUsd: high,
    usable: draw.chance(0.95),
    source: "drawn",
    asOf: draw.chance(0.9) ? "2026-11-23" : draw.one(["2024-01-01", null]),
    confidence: "A",
  });
  const low = Math.round((price * draw.int(20, 90)) / 100);
  return [
    ...(draw.chance(0.93) ? [row("on-demand", price, price)] : []),
    ...(draw.chance(0.7) ? [row("spot", low, Math.min(Math.round(low * 1.3), price + 1))] : []),
  ];
}

/**
 * A job that may vary a little, nothing or everything, with the data, the platform, the prices and the settled runs that it
 * is planned by. A deadline is so near to the slow end of some placement that this one just keeps or misses it.
 */
export function randomPlanning(seed: number, size?: number): EstimateInput {
  const draw = dice(seed);
  const machines = size ?? draw.int(1, 40);
  const { instanceTypes, rows } = randomCatalogue(dice(-seed), machines); // of its own: a larger one meets the same job
  const model = draw.one(MODELS);
  const longestTokens = draw.int(60, 4000);
  const evaluated = draw.chance(0.3); // most of the time goes to the evaluation, not to training
  const job = jobWith({
    base: { model: model.id, revision: "main" },
    method: draw.one(METHODS),
    training: {
      steps: draw.int(1, evaluated ? 40 : 3000),
      batchSize: draw.int(1, 12),
      gradientAccumulation: draw.one([1, 1, 2, 3, 4, 8]),
      maxLength: draw.one([512, 1024, 4096]),
      checkpointEverySteps: draw.int(10, 500),
    },
    stack: {
      ...(draw.chance(0.3) ? { checkpointing: draw.one(CHECKPOINTINGS) } : {}),
      ...(draw.chance(0.3) ? { lossPath: draw.one(["full", "fused"]) } : {}),
      ...(draw.chance(0.3) ? { packing: draw.chance(0.5) } : {}),
    },
    placement: {
      tiers: draw.some(TIERS, 0.7),
      capacity: draw.some(["on-demand", "spot", "owned"], 0.6),
      gpuCount: draw.one([1, 1, 2, 3, 4, 6, 8]),
      vary: draw.chance(0.7) ? draw.some(VARIABLES, 0.6) : draw.one([[], ["method"]]),
    },
    sweepRuns: draw.one([1, 1, 1, 4]),
  });
  const owned = Array.from({ length: draw.int(0, 3) }, (_, index) => ({
    ...LAPTOP,
    name: `own${index}`,
    tier: draw.one(TIERS),
    ...(draw.chance(0.6) ? { gpu: draw.one(CARDS), gpus: draw.int(1, 4) } : {}),
    ...(draw.chance(0.5) ? { memoryGiB: draw.int(4, 64) } : {}),
    capitalUsd: draw.chance(0.1) ? 0 : draw.int(500, 20_000),
    usdPerKwh: draw.chance(0.1) ? 0 : 0.3,
    asOf: draw.chance(0.9) ? "2026-11-01" : "2024-11-01",
  }));
  const input: EstimateInput = {
    job,
    model,
    tokens: {
      trainExamples: draw.int(50, 5000),
      validationExamples: draw.int(0, 500),
      testExamples: draw.int(10, evaluated ? 30_000 : 500),
      meanTokens: draw.int(20, longestTokens),
      longestTokens,
      lengthSpread: 1,
      source: "drawn",
    },
    platform: PlatformConfig.parse({
      kind: "PlatformConfig",
      tiers: draw.some(TIERS, 0.85),
      owned,
      costs: randomCosts(draw),
    }),
    instanceTypes,
    book: { ...builtinPriceBook(), rows },
    now: NOW,
    ...(draw.chance(0.5) ? { calibration: settledRuns(draw) } : {}),
  };
  return draw.chance(0.5) ? withDeadline(draw, input) : input;
}

/** Settled runs of each method on some cards, each kind with a spread of its own: the faster may be the less certain. */
const settledRuns = (draw: Dice): ObservedRun[] =>
  draw.some(CARDS, 0.7).flatMap((gpu) =>
    METHODS.flatMap((method) => {
      const [centre, spread] = [draw.int(40, 200), draw.int(0, 90) / 100];
      const figure = () => ({
        low: 80,
        estimated: 100,
        high: 125,
        actual: centre * (1 + (spread * draw.int(-100, 100)) / 100),
      });
      return Array.from({ length: draw.one([0, 1, 2, 5]) }, () => ({
        stack: ESTIMATED_STACK,
        gpu,
        method,
        speed: draw.chance(0.9) ? figure() : null,
        memory: draw.chance(0.5) ? figure() : null,
      }));
    }),
  );

/** A whole second before or after the slow end of a placement on one of the first machines, which a larger catalogue has too. */
function withDeadline(draw: Dice, input: EstimateInput): EstimateInput {
  const open = placements({ ...input, instanceTypes: input.instanceTypes.slice(0, 12) });
  if (open.length === 0) return input;
  const { time } = estimatePlacement(input, draw.one(open));
  const deadline = Math.max(1, draw.chance(0.5) ? Math.ceil(time.high) : Math.floor(time.high));
  return { ...input, job: { ...input.job, placement: { ...input.job.placement, deadline } } };
}

function randomCosts(draw: Dice) {
  const stated = { source: "drawn", asOf: "2026-11-01" };
  return {
    sharing: draw.chance(0.3)
      ? [{ tier: draw.one(CLOUD_TIERS), othersBusy: draw.int(0, 100) / 100, ...stated }]
      : [],
    ...(draw.chance(0.2) ? { eks: { nodes: 10, autoMode: 0.12, ...stated } } : {}),
    ...(draw.chance(0.3) ? { node: { ...randomNode(draw), ...stated } } : {}),
    ...(draw.chance(0.3)
      ? {
          spot: {
            interruptionsPerHour: draw.int(0, 300) / 100,
            ...(draw.chance(0.5) ? { restart: draw.int(1, 7200) } : {}),
            ...stated,
          },
        }
      : {}),
    ...(draw.chance(0.2) ? { storage: { months: 3 } } : {}),
    ...(draw.chance(0.05) ? { network: { nat: ["weights"] } } : {}),
  };
}

const randomNode = (draw: Dice) => ({
  ...(draw.chance(0.5) ? { start: draw.int(1, 1800) } : {}),
  ...(draw.chance(0.5) ? { imagePull: draw.int(1, 3600) } : {}),
  ...(draw.chance(0.5) ? { hold: draw.int(1, 3600) } : {}),
  ...(draw.chance(0.5) ? { idle: draw.int(1, 3600) } : {}),
  ...(draw.chance(0.5) ? { diskGB: draw.int(20, 500) } : {}),
});
