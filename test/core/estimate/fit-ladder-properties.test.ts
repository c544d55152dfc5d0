import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Placement } from "../../../core/estimate/estimate.ts";
import type { EstimateInput } from "../../../core/estimate/estimate-input.ts";
import { estimatePlacement } from "../../../core/estimate/estimate-placement.ts";
import {
  type FitChange,
  fitChanges,
  LEARNS,
  type Trial,
  trialOf,
} from "../../../core/estimate/fit-changes.ts";
import { fitLadder } from "../../../core/estimate/fit-ladder.ts";
import { placements } from "../../../core/estimate/placements.ts";
import { inputWith } from "../../support/estimate-input.ts";

/** A job that asks for anything from far too much to very little, kept small so that a counterexample can be read. */
const anySetting = fc.record({
  id: fc.constantFrom("llama-3.2-1b", "llama-3-8b", "gemma-2-9b", "qwen2.5-14b", "llama-3.1-70b"),
  method: fc.constantFrom("lora", "qlora"),
  batchSize: fc.integer({ min: 1, max: 24 }),
  gradientAccumulation: fc.integer({ min: 1, max: 4 }),
  maxLength: fc.integer({ min: 512, max: 8192 }),
  stack: fc.record(
    {
      lossPath: fc.constantFrom("full", "chunked", "fused"),
      checkpointing: fc.constantFrom("off", "on", "offloaded"),
      packing: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  tier: fc.constantFrom("gpu-24gb", "gpu-48gb", "a100-40"),
  offered: fc.subarray(["gpu-24gb", "gpu-48gb", "a100-40", "h100-80", "local-cpu"]),
});

/** Calls `prove` with each job that a machine of its tier can load at all. */
function forAnyJob(prove: (input: EstimateInput, placement: Placement) => void): void {
  const property = fc.property(anySetting, (setting) => {
    const { id, method, stack, tier, offered, ...lengths } = setting;
    const input = inputWith(
      {
        base: { model: id, revision: "main" },
        method,
        stack,
        training: { steps: 100, ...lengths },
        placement: { tiers: [tier] },
      },
      { tiers: [...new Set([tier, ...offered])] },
      { longestTokens: 500 },
    );
    const [placement] = placements(input);
    if (placement) prove(input, placement);
  });
  fc.assert(property, { numRuns: 60 });
}

/** The job and placement with a change written into them by its words alone, as a reader would. */
function written(input: EstimateInput, placement: Placement, text: string) {
  const { job } = input;
  const [name = "", value = ""] = text.split(" ");
  const accumulation = /gradientAccumulation (\d+)$/.exec(text)?.[1];
  const [section, key] = name.split(".");
  const changed = {
    method: () => ({ ...job, method: value }),
    stack: () => ({ ...job, stack: { ...job.stack, [key as string]: value } }),
    training: () => ({
      ...job,
      training: {
        ...job.training,
        [key as string]: Number.parseInt(value, 10),
        ...(accumulation ? { gradientAccumulation: Number(accumulation) } : {}),
      },
    }),
    tier: () => ({ ...job, placement: { ...job.placement, tiers: [value] } }),
  }[section as "method"]() as typeof job;
  const instanceType = section === "tier" ? /\((\S+)/.exec(text)?.[1] : placement.instanceType;
  const there = placements({ ...input, job: changed }).find(
    (other) => other.instanceType === instanceType,
  );
  return { input: { ...input, job: changed }, placement: there as Placement };
}

describe("every rung", () => {
  it("is what the job written that way is estimated at on its own, so one that is said to fit does fit", () => {
    let fitting = 0;
    forAnyJob((input, placement) => {
      const { rungs, waysOut } = fitLadder(input, placement);
      for (const rung of [...rungs, ...waysOut]) {
        const alone = rung.changes.reduce(
          (trial, { text }) => written(trial.input, trial.placement, text),
          { input, placement },
        );
        const { memory, time, cost } = estimatePlacement(alone.input, alone.placement);
        expect(memory).toMatchObject(rung.memory);
        expect(time).toMatchObject(rung.time);
        expect(cost?.expected).toBe(rung.cost?.expected);
        fitting += rung.memory.fit === "fits" ? 1 : 0;
      }
    });
    expect(fitting).toBeGreaterThan(60);
  });

  it("keeps the examples of an optimizer step", () => {
    const examples = ({ variant }: Placement) => variant.microBatch * variant.gradientAccumulation;
    forAnyJob((input, placement) => {
      for (const rung of fitLadder(input, placement).rungs)
        expect(examples(rung.placement)).toBe(examples(placement));
    });
  });

  it("is the cheapest of its kind, held against every combination", () => {
    let several = 0;
    forAnyJob((input, placement) => {
      const { waysOut, memory } = fitLadder(input, placement);
      const wanted = memory.fit === "fits" ? [] : waysByHand(input, placement);
      expect(waysOut.map(({ cost }) => cost?.expected)).toEqual(wanted);
      several += waysOut.length > 1 ? 1 : 0;
    });
    expect(several).toBeGreaterThan(0);
  });
});

/** Costs of the ways out, from estimates of all combinations: what `FitLadder.waysOut` says in words. */
function waysByHand(input: EstimateInput, placement: Placement): number[] {
  const start = trialOf(input, placement);
  let all: { trial: Trial; set: FitChange[] }[] = [{ trial: start, set: [] }];
  for (const options of Map.groupBy(fitChanges(start), ({ setting }) => setting).values()) {
    all = all.flatMap(({ trial, set }) => [
      { trial, set },
      ...options.map((change) => ({ trial: change.apply(trial), set: [...set, change] })),
    ]);
  }
  const fitting = all
    .map(({ trial, set }) => ({ set, ...estimatePlacement(trial.input, trial.placement) }))
    .filter((estimate) => estimate.memory.fit === "fits");
  const isPart = (part: FitChange[], set: FitChange[]) =>
    part.length === set.length - 1 && part.every((change) => set.includes(change));
  const needed = fitting.filter(
    ({ set }) => !fitting.some((other) => other.set.length > 0 && isPart(other.set, set)),
  );
  const costs = (kept: readonly string[]): number[] => {
    const these = needed.filter(({ set }) => set.every(({ learns }) => kept.includes(learns)));
    if (these.length === 0) return [];
    const fewest = Math.min(...these.map(({ set }) => set.length));
    const cost = (some: typeof these) => Math.min(...some.map((each) => each.cost?.expected ?? 0));
    return [cost(these.filter(({ set }) => set.length === fewest)), cost(these)];
  };
  const keeping = [...costs(["the same"]), ...costs(["the same", "differently"])];
  const found = keeping.length > 0 ? keeping : costs(LEARNS);
  const named: number[] = [];
  for (const cost of found) {
    const last = named.at(-1);
    if (last === undefined || cost < last / 2) named.push(cost);
  }
  return named;
}
