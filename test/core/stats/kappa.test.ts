import { describe, expect, it } from "vitest";
import { cohenKappa } from "../../../core/stats/kappa.ts";
import { goldenCases } from "../../support/golden-cases.ts";

describe("cohenKappa", () => {
  it.each(goldenCases<{ table: number[][] }, number>("cohenKappa"))(
    "$id",
    ({ input, expected, tol }) => {
      expect(Math.abs(cohenKappa(input.table) - expected)).toBeLessThanOrEqual(tol);
    },
  );

  it("is 1 at full agreement, 0 at chance, and negative when raters contradict each other", () => {
    expect(
      cohenKappa([
        [7, 0],
        [0, 3],
      ]),
    ).toBe(1);
    expect(
      cohenKappa([
        [9, 9],
        [9, 9],
      ]),
    ).toBe(0);
    expect(
      cohenKappa([
        [0, 5],
        [5, 0],
      ]),
    ).toBe(-1);
  });

  it("is 1 when both raters chose one category throughout, where the formula is 0/0", () => {
    expect(
      cohenKappa([
        [12, 0],
        [0, 0],
      ]),
    ).toBe(1);
  });

  it("refuses an empty table", () => {
    expect(() =>
      cohenKappa([
        [0, 0],
        [0, 0],
      ]),
    ).toThrow(RangeError);
  });
});
