import { describe, expect, it } from "vitest";
import { chanceToBeatPrompt } from "../../../policies/gain/chance-to-beat-prompt.ts";
import { goldenCases } from "../../support/golden-cases.ts";

describe("chanceToBeatPrompt", () => {
  interface Published {
    wins: number;
    trials: number;
    a0: number;
  }
  interface Expected {
    alpha: number;
    beta: number;
    mean: number;
  }
  it.each(goldenCases<Published, Expected>("powerDiscountedBeta"))(
    "$id",
    ({ input, expected, tol }) => {
      const { wins, trials, a0 } = input;
      const belief = chanceToBeatPrompt(undefined, { wins, trials, discount: a0 });
      expect(Math.abs(belief.alpha - expected.alpha)).toBeLessThan(tol);
      expect(Math.abs(belief.beta - expected.beta)).toBeLessThan(tol);
      expect(Math.abs(belief.mean - expected.mean)).toBeLessThan(tol);
    },
  );

  it("counts the team's own results in full", () => {
    const belief = chanceToBeatPrompt({ wins: 1, trials: 10 });
    expect(belief.alpha).toBeCloseTo(4.5, 12);
    expect(belief.beta).toBeCloseTo(10.2, 12);
  });
});
