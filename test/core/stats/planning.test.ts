import { describe, expect, it } from "vitest";
import { plannedDetectableGain, unpairedDetectableGain } from "../../../core/stats/planning.ts";
import { goldenCases } from "../../support/golden-cases.ts";

describe("plannedDetectableGain", () => {
  it.each(
    goldenCases<{ n: number; discordant: number; alphaOneSided: number; power: number }, number>(
      "mdeNormal",
    ),
  )("$id", ({ input, expected, tol }) => {
    const points = 100 * plannedDetectableGain(input.n, input.discordant, input);
    expect(Math.abs(points - expected)).toBeLessThanOrEqual(tol);
  });
});

describe("unpairedDetectableGain", () => {
  it.each(
    goldenCases<{ n: number; base: number; alpha: number; power: number }, number>(
      "mdeUnpairedArcsine",
    ),
  )("$id", ({ input, expected, tol }) => {
    const points = 100 * unpairedDetectableGain(input.n, input.base, input);
    expect(Math.abs(points - expected)).toBeLessThanOrEqual(tol);
  });

  it("never asks for a score above 1", () => {
    expect(unpairedDetectableGain(2, 0.9)).toBeCloseTo(0.1, 12);
  });
});
