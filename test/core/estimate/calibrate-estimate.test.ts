import { describe, expect, it } from "vitest";
import { estimatePlacement } from "../../../core/estimate/estimate-placement.ts";
import { placements } from "../../../core/estimate/placements.ts";
import { planPlacement } from "../../../core/estimate/plan-placement.ts";
import type { ObservedRun } from "../../../core/spec/observed-run.ts";
import { inputWith } from "../../support/estimate-input.ts";
import { observedFigure, observedRun } from "../../support/observed-run.ts";

/** An 8B LoRA job on one L40S. */
function estimate(calibration?: readonly ObservedRun[]) {
  const input = inputWith({ stack: { checkpointing: "on", lossPath: "fused" } });
  const placement = placements(input).find(({ gpu, nodeGpus }) => gpu === "L40S" && nodeGpus === 1);
  if (!placement) throw new Error("the catalog has no machine with one L40S");
  return estimatePlacement(calibration ? { ...input, calibration } : input, placement);
}

const slow = [observedRun(0.5), observedRun(0.5), observedRun(0.5)];
const factor = 0.5 ** (6 / 7);

describe("an estimate without settled runs", () => {
  it("is not corrected, says nothing of it, and records the raw figures", () => {
    const plain = estimate();
    expect(estimate([])).toEqual(plain);
    const { stack, speed, memory } = plain.calibration;
    expect(stack).toBe("tunekit-trl");
    expect(speed).toMatchObject({ raw: plain.speed.expected, factor: 1, runs: 0, related: 0 });
    expect([speed.low, speed.high]).toEqual([
      expect.closeTo(plain.speed.low),
      expect.closeTo(plain.speed.high),
    ]);
    expect(memory).toMatchObject({ factor: 1, runs: 0, related: 0 });
    expect(memory.raw).toBeLessThan(plain.memory.expected); // without allocator slack and driver
    expect(plain.assumptions.map(({ name }) => name)).not.toContain("speed corrected by past runs");
  });
});

describe("an estimate after three runs at half the speed", () => {
  const [before, after] = [estimate(), estimate(slow)];

  it("has the corrected speed, training time and cost", () => {
    expect(after.speed.expected).toBeCloseTo(factor * before.speed.expected);
    const training = ({ time }: typeof before) =>
      time.terms.find(({ name }) => name === "training")?.value ?? 0;
    expect(training(after)).toBeCloseTo(training(before) / factor);
    expect(after.cost?.expected).toBeGreaterThan(before.cost?.expected ?? Number.NaN);
  });

  it("says so, and records what it was corrected by beside the raw figure", () => {
    expect(after.assumptions).toContainEqual({
      name: "speed corrected by past runs",
      value: "x 0.55",
      source: "3 settled runs of tunekit-trl lora on L40S",
    });
    expect(after.calibration.speed).toEqual({
      ...before.calibration.speed,
      factor: expect.closeTo(factor),
      runs: 3,
    });
  });

  it("is surer of the speed than before", () => {
    const width = ({ speed }: typeof before) => speed.high / speed.low;
    expect(width(after)).toBeLessThan(width(before));
  });

  it("leaves the memory alone, which those runs did not measure", () => {
    expect(after.memory).toEqual(before.memory);
  });
});

describe("memory after past runs", () => {
  const larger = [1.3, 1.3, 1.3].map((ratio) =>
    observedRun(null, { memory: observedFigure(ratio) }),
  );

  it("is corrected by a term of its own, so that the terms add up", () => {
    const [before, after] = [estimate().memory, estimate(larger).memory];
    const peak = estimate().calibration.memory.raw;
    const change = after.terms.find(({ name }) => name === "correction by past runs");
    expect(change).toMatchObject({ note: "3 settled runs" });
    expect(change?.value).toBeCloseTo(peak * (1.3 ** (6 / 7) - 1), -1);
    expect(after.expected).toBe(before.expected + (change?.value ?? 0));
    expect(after.terms.reduce((sum, { value }) => sum + value, 0)).toBe(after.expected);
    expect(after.mayShowBytes).toBeGreaterThanOrEqual(after.expected);
    expect(after.low).toBeLessThan(after.expected);
    expect(after.high).toBeGreaterThan(after.expected);
  });

  it("decides the fit", () => {
    const huge = [4, 4, 4].map((ratio) => observedRun(null, { memory: observedFigure(ratio) }));
    expect([estimate().memory.fit, estimate(huge).memory.fit]).toEqual(["fits", "does-not-fit"]);
  });

  it("is said to come from relatives where they are all there is", () => {
    const elsewhere = larger.map((run) => ({ ...run, gpu: "L4" }));
    expect(estimate(elsewhere).assumptions).toContainEqual({
      name: "memory corrected by past runs",
      value: `x ${(1.3 ** (6 / 7)).toFixed(2)}`,
      source: "3 settled runs of tunekit-trl with another method or GPU",
    });
  });
});

describe("the choice of a placement", () => {
  it("goes by corrected speeds", () => {
    const input = inputWith({ placement: { tiers: ["gpu-24gb", "gpu-48gb"] }, method: "qlora" });
    const chosen = planPlacement(input).chosen.placement.gpu;
    const other = chosen === "L4" ? "L40S" : "L4";
    const measured = (gpu: string, ratio: number) =>
      [ratio, ratio, ratio].map((speed) => observedRun(speed, { gpu, method: "qlora" }));
    const gpus = ["L4", "A10G", "L40S", "A6000"].filter((gpu) => gpu !== other);
    const calibration = [...measured(other, 1), ...gpus.flatMap((gpu) => measured(gpu, 0.11))];
    expect(planPlacement({ ...input, calibration }).chosen.placement.gpu).toBe(other);
  });
});
