import { describe, expect, it } from "vitest";
import {
  coverage,
  quantile,
  type Scored,
  scoreMemory,
  scoreSpeed,
} from "../../../bench/published-points.ts";
import { MEMORY_SWING, SPEED_SWING } from "../../../core/estimate/interval.ts";

const adaptersOnly = (scores: readonly Scored[]) =>
  scores.filter(({ point }) => point.method !== "full");

/** Measured on 2026-11-24 (`node bench/estimate-error.ts`), with a margin; a change that is worse must say so here. */
describe("the estimate on published single-GPU runs", () => {
  const memory = scoreMemory();
  const speed = scoreSpeed();

  it("scores every run that its source describes well enough", () => {
    expect(memory.length).toBe(215);
    expect(speed.length).toBeGreaterThan(120);
  });

  it("is off by less than 9 % (median) and 25 % (P90) in memory", () => {
    expect(quantile(memory, 0.5)).toBeLessThan(0.09);
    expect(quantile(memory, 0.9)).toBeLessThan(0.25);
  });

  it("is off by less than 15 % (median) in speed, and by less than 2x for 95 %", () => {
    expect(quantile(speed, 0.5)).toBeLessThan(0.15);
    const within = speed.filter(
      ({ predicted, measured }) => Math.abs(Math.log2(predicted / measured)) < 1,
    );
    expect(within.length / speed.length).toBeGreaterThan(0.95);
  });

  it("covers four of five LoRA and QLoRA runs with its interval", () => {
    expect(coverage(adaptersOnly(memory), MEMORY_SWING)).toBeGreaterThan(0.78);
    expect(coverage(adaptersOnly(speed), SPEED_SWING)).toBeGreaterThan(0.78);
  });
});
