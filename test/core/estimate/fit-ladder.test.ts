import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { doesNotFit } from "../../../core/estimate/does-not-fit.ts";
import type { Placement } from "../../../core/estimate/estimate.ts";
import type { EstimateInput } from "../../../core/estimate/estimate-input.ts";
import { estimatePlacement } from "../../../core/estimate/estimate-placement.ts";
import { fitChanges, trialOf } from "../../../core/estimate/fit-changes.ts";
import { fitLadder, type Rung } from "../../../core/estimate/fit-ladder.ts";
import { placements } from "../../../core/estimate/placements.ts";
import { inputWith } from "../../support/estimate-input.ts";

const first = (input: EstimateInput): Placement => placements(input)[0] as Placement;
const texts = (rung: Rung | null) => rung?.changes.map(({ text }) => text);

/** A job for 24 GB cards on a platform that offers these tiers. */
const on24 = (changes: Record<string, unknown>, offered: string[], tokens = {}): EstimateInput =>
  inputWith({ placement: { tiers: ["gpu-24gb"] }, ...changes }, { tiers: offered }, tokens);
const model = (id: string) => ({ base: { model: id, revision: "main" } });
const long = { longestTokens: 2048 };
const training = (batchSize: number, gradientAccumulation = 1) => ({
  training: { steps: 300, batchSize, gradientAccumulation, maxLength: 2048 },
});

describe("the ladder of a job that does not fit", () => {
  it("fits after a smaller micro-batch, with the same examples a step", () => {
    const input = on24({ ...training(12), stack: { lossPath: "full" } }, ["gpu-24gb"], long);
    const { memory, decides, cheapest } = fitLadder(input, first(input));
    expect(memory.fit).toBe("does-not-fit");
    expect(decides).toMatchObject({ name: "logits", movable: true });
    expect(texts(cheapest)).toEqual(["training.batchSize 1 with gradientAccumulation 12"]);
    expect(cheapest).toMatchObject({ changesResult: false, memory: { fit: "fits" } });
    expect(cheapest?.placement.variant).toMatchObject({ microBatch: 1, gradientAccumulation: 12 });
  });

  it("says so where only QLoRA helps, and that it changes what is learned", () => {
    const input = on24(model("qwen2.5-14b"), ["gpu-24gb"]);
    const { decides, cheapest, rungs } = fitLadder(input, first(input));
    expect(decides.name).toBe("weights in the blocks");
    expect(texts(cheapest)).toEqual(["method qlora"]);
    expect(cheapest?.changesResult).toBe(true);
    expect(rungs.filter(({ memory }) => memory.fit === "fits")).toEqual([cheapest]);
  });

  it("takes another tier where no change of the job is enough", () => {
    const job = { ...model("llama-3.1-70b"), method: "qlora" };
    const input = on24(job, ["gpu-24gb", "a100-80", "h100-80"]);
    const { cheapest } = fitLadder(input, first(input));
    expect(texts(cheapest)).toEqual(["tier h100-80 (p5.4xlarge on-demand)"]);
  });

  it("takes the cheapest of the smallest combination where no single change is enough", () => {
    const input = on24(model("llama-3.1-70b"), ["gpu-24gb", "a100-80", "h100-80"]);
    const { cheapest, rungs } = fitLadder(input, first(input));
    expect(rungs.some(({ memory }) => memory.fit === "fits")).toBe(false);
    expect(texts(cheapest)).toEqual(["method qlora", "tier h100-80 (p5.4xlarge on-demand)"]);
  });

  it("shares the weights out where the job has several GPUs", () => {
    const input = inputWith(
      { ...model("qwen2.5-14b"), placement: { tiers: ["gpu-24gb"], gpuCount: 4 } },
      { tiers: ["gpu-24gb"] },
    );
    const { cheapest, rungs } = fitLadder(input, first(input));
    const fitting = rungs.filter(({ memory }) => memory.fit === "fits");
    expect(fitting.map(texts)).toEqual(
      expect.arrayContaining([["stack.sharding zero3"], ["method qlora"]]),
    );
    expect(fitting[0]).toEqual(cheapest);
  });

  it("has no answer where nothing helps, and says which part stands in the way", () => {
    const input = on24(
      { ...model("llama-3.1-70b"), method: "qlora", training: { steps: 9, batchSize: 1 } },
      ["gpu-24gb"],
    );
    const placement = first(input);
    const { cheapest, decides } = fitLadder(input, placement);
    expect(cheapest).toBeNull();
    expect(decides.movable).toBe(true); // checkpoints could go to the host: too little
    expect(doesNotFit(input, estimatePlacement(input, placement))).toEqual({
      code: "DoesNotFitMemory",
      message: expect.stringMatching(
        /^the job needs \d+\.\d GiB, and the A10G of g5\.12xlarge has 22\.1 GiB; the largest part that a change could lower: activations, \d/,
      ),
      fix: "take a smaller base model than llama-3.1-70b, or offer a larger tier: no change of the job makes it fit",
    });
  });

  it("is the fix of the reason, with what the job then needs, takes and costs", () => {
    const input = on24(model("qwen2.5-14b"), ["gpu-24gb"]);
    const { message, fix } = doesNotFit(input, estimatePlacement(input, first(input)));
    expect(message).toMatch(
      /largest part that a change could lower: weights in the blocks, 24\.6 GiB$/,
    );
    expect(fix).toMatch(
      /^make the cheapest change that fits: method qlora: 1\d\.\d GiB of 22\.1 GiB, \d+ min, \d\.\d\d USD; this changes what is learned$/,
    );
  });

  it("does not shorten sequences that are padded, or below the longest example", () => {
    const lengths = (packing: boolean, longestTokens: number) => {
      const input = on24({ ...training(4), stack: { packing } }, ["gpu-24gb"], { longestTokens });
      return fitChanges(trialOf(input, first(input)))
        .filter(({ setting }) => setting === "length")
        .map(({ text, changesResult }) => [text, changesResult]);
    };
    expect(lengths(true, 900)).toEqual([["training.maxLength 900, the longest example", true]]);
    expect(lengths(true, 2048)).toEqual([]);
    expect(lengths(false, 900)).toEqual([]);
  });
});

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
        ...model(id),
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
      const { rungs, cheapest } = fitLadder(input, placement);
      for (const rung of cheapest ? [...rungs, cheapest] : rungs) {
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

  it("leaves no cheaper change of as few settings, and none of fewer: held against every combination", () => {
    forAnyJob((input, placement) => {
      const { cheapest, memory } = fitLadder(input, placement);
      const start = trialOf(input, placement);
      let all = [{ trial: start, size: 0 }];
      for (const options of Map.groupBy(fitChanges(start), ({ setting }) => setting).values()) {
        all = all.flatMap(({ trial, size }) => [
          { trial, size },
          ...options.map((change) => ({ trial: change.apply(trial), size: size + 1 })),
        ]);
      }
      const fitting = all
        .map(({ trial, size }) => ({ size, ...estimatePlacement(trial.input, trial.placement) }))
        .filter((estimate) => estimate.memory.fit === "fits");
      const fewest = Math.min(...fitting.map(({ size }) => size));
      const costs = fitting
        .filter(({ size }) => size === fewest)
        .map(({ cost }) => cost?.expected ?? 0);
      const sought = memory.fit !== "fits" && fitting.length > 0;
      expect(cheapest?.changes.length).toBe(sought ? fewest : undefined);
      expect(cheapest?.cost?.expected).toBe(sought ? Math.min(...costs) : undefined);
    });
  });
});
