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
const texts = ({ changes }: Rung) => changes.map(({ text }) => text);

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
    const { memory, decides, waysOut } = fitLadder(input, first(input));
    expect(memory.fit).toBe("does-not-fit");
    expect(decides).toMatchObject({ name: "logits", movable: true });
    expect(waysOut.map(texts)).toEqual([["training.batchSize 1 with gradientAccumulation 12"]]);
    expect(waysOut[0]).toMatchObject({ learns: "the same", memory: { fit: "fits" } });
    expect(waysOut[0]?.placement.variant).toMatchObject({
      microBatch: 1,
      gradientAccumulation: 12,
    });
  });

  it("names QLoRA where only it helps, and says what it does to the result", () => {
    const input = on24(model("qwen2.5-14b"), ["gpu-24gb"]);
    const { decides, waysOut, rungs } = fitLadder(input, first(input));
    expect(decides.name).toBe("weights in the blocks");
    expect(waysOut.map(texts)).toEqual([["method qlora"]]);
    expect(waysOut[0]?.learns).toBe("differently");
    expect(rungs.filter(({ memory }) => memory.fit === "fits")).toEqual(waysOut);
  });

  it("does not name QLoRA where a change that keeps the result fits as well, at a like cost", () => {
    const input = on24(model("qwen2.5-14b"), ["gpu-24gb", "gpu-48gb", "a100-80"]);
    const { rungs, waysOut } = fitLadder(input, first(input));
    expect(waysOut.map(texts)).toEqual([["tier gpu-48gb (g6e.2xlarge on-demand)"]]);
    expect(rungs.every(({ learns }) => learns === "the same")).toBe(true);
    expect(rungs.map(({ memory }) => memory.fit)).toEqual([
      "fits",
      "fits",
      "does-not-fit", // the micro-batch alone
    ]);
  });

  it("names also what costs less than half, with more changes or another result", () => {
    const input = on24(model("gemma-2-27b"), ["gpu-24gb", "gpu-48gb", "a100-80"]);
    const { waysOut } = fitLadder(input, first(input));
    expect(waysOut.map(texts)).toEqual([
      ["tier a100-80 (p4de.24xlarge on-demand)"],
      ["tier gpu-48gb (g6e.2xlarge on-demand)", "method qlora"],
    ]);
    const [sure = 0, cheap = 0] = waysOut.map(({ cost }) => cost?.expected ?? 0);
    expect(cheap).toBeLessThan(sure / 2);
  });

  it("takes another tier where no change of the job is enough", () => {
    const job = { ...model("llama-3.1-70b"), method: "qlora" };
    const input = on24(job, ["gpu-24gb", "a100-80", "h100-80"]);
    const { waysOut } = fitLadder(input, first(input));
    expect(waysOut.map(texts)).toEqual([["tier h100-80 (p5.4xlarge on-demand)"]]);
  });

  it("combines changes where no single one is enough", () => {
    const input = on24(model("llama-3.1-70b"), ["gpu-24gb", "a100-80", "h100-80"]);
    const { waysOut, rungs } = fitLadder(input, first(input));
    expect(rungs.some(({ memory }) => memory.fit === "fits")).toBe(false);
    expect(waysOut.map(texts)).toEqual([["tier h100-80 (p5.4xlarge on-demand)", "method qlora"]]);
  });

  it("takes no way out that may miss the deadline", () => {
    const late = { placement: { tiers: ["gpu-24gb"], deadline: 60 } };
    const input = on24({ ...model("qwen2.5-14b"), ...late }, ["gpu-24gb", "gpu-48gb"]);
    const placement = first(input);
    expect(fitLadder(input, placement).waysOut).toEqual([]);
    expect(doesNotFit(input, estimatePlacement(input, placement)).fix).toBe(
      "take a smaller base model than qwen2.5-14b, or offer a larger tier: no change of the job makes it fit and end within its deadline",
    );
  });

  it("has no answer where nothing helps, and says which part stands in the way", () => {
    const input = on24(
      { ...model("llama-3.1-70b"), method: "qlora", training: { steps: 9, batchSize: 1 } },
      ["gpu-24gb"],
    );
    const placement = first(input);
    const { waysOut, decides } = fitLadder(input, placement);
    expect(waysOut).toEqual([]);
    expect(decides.movable).toBe(false);
    expect(doesNotFit(input, estimatePlacement(input, placement))).toEqual({
      code: "DoesNotFitMemory",
      message: expect.stringMatching(
        /^the job needs \d+\.\d GiB, \d+\.\d GiB more than the 22\.1 GiB of the A10G of g5\.12xlarge; no change lowers the largest part: weights/,
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
      /^to make it fit: method qlora \(1\d\.\d GiB of 22\.1 GiB, \d+ min, \d\.\d\d USD, but learns differently\)$/,
    );
  });
});

describe("the changes that are tried", () => {
  const settings = (changes: Record<string, unknown>, tokens = {}) => {
    const input = on24(changes, ["gpu-24gb"], tokens);
    return fitChanges(trialOf(input, first(input))).map(({ setting, text, learns }) => [
      setting,
      text,
      learns,
    ]);
  };
  const of = (setting: string, changes: Record<string, unknown>, tokens = {}) =>
    settings(changes, tokens).filter(([its]) => its === setting);

  it("shorten packed sequences alone, not below the longest example, and only if nothing else fits", () => {
    const lengths = (packing: boolean, longestTokens: number) =>
      of("length", { ...training(4), stack: { packing } }, { longestTokens });
    expect(lengths(true, 900)).toEqual([
      ["length", "training.maxLength 900, the longest example", "from fewer tokens"],
    ]);
    expect(lengths(true, 2048)).toEqual([]);
    expect(lengths(false, 900)).toEqual([]);
    const packed = {
      stack: { packing: true },
      training: { steps: 9, batchSize: 1, maxLength: 65536 },
    };
    const ways = (offered: string[]) => {
      const input = on24(packed, offered, { longestTokens: 900 });
      return fitLadder(input, first(input)).waysOut.map(texts);
    };
    expect(ways(["gpu-24gb"])).toEqual([["training.maxLength 900, the longest example"]]);
    expect(ways(["gpu-24gb", "a100-80"])).toEqual([["tier a100-80 (p4de.24xlarge on-demand)"]]);
  });

  it("turn checkpointing on, and never move checkpoints to the host: the trainer refuses that", () => {
    const kept = (checkpointing: string) => of("checkpointing", { stack: { checkpointing } });
    expect(kept("off")).toEqual([["checkpointing", "stack.checkpointing on", "the same"]]);
    expect(kept("on")).toEqual([]);
    expect(of("checkpointing", {})).toEqual([]); // the trainer has it on
  });

  it("share the weights out where the job has several GPUs and a trainer that shards", () => {
    const shared = (stack: Record<string, unknown>, gpuCount: number) =>
      of("sharding", { stack, placement: { tiers: ["gpu-24gb"], gpuCount } }).map(
        ([, text]) => text,
      );
    expect(shared({ sharding: "none" }, 4)).toEqual([
      "stack.sharding zero2",
      "stack.sharding zero3",
    ]);
    expect(shared({ sharding: "zero2" }, 4)).toEqual(["stack.sharding zero3"]);
    expect(shared({}, 4)).toEqual([]);
    expect(shared({ sharding: "none" }, 1)).toEqual([]);
    const job = { ...model("qwen2.5-14b"), stack: { sharding: "none" } };
    const input = on24({ ...job, placement: { tiers: ["gpu-24gb"], gpuCount: 4 } }, ["gpu-24gb"]);
    expect(fitLadder(input, first(input)).waysOut.map(texts)).toEqual([["stack.sharding zero3"]]);
  });
});
