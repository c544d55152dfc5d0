import { describe, expect, it } from "vitest";
import { studentCdf, studentQuantile } from "../../../core/stats/student-t.ts";
import { goldenCases } from "../../support/golden-cases.ts";

describe("studentQuantile", () => {
  it.each(goldenCases<{ p: number; df: number }, number>("tQuantile"))(
    "$id",
    ({ input, expected, tol }) => {
      expect(Math.abs(studentQuantile(input.p, input.df) - expected)).toBeLessThan(tol);
    },
  );

  // mpmath 1.3, 30 digits: inverse of the regularized incomplete beta form of the distribution.
  it.each([
    [0.8, 4, 0.94096457723518],
    [0.9, 4, 1.53320627405894],
    [0.9, 9, 1.38302873839663],
    [0.975, 1, 12.7062047361747],
    [0.9, 204, 1.28571523941231],
  ])("p %f with %f degrees of freedom", (p, df, expected) => {
    expect(Math.abs(studentQuantile(p, df) - expected)).toBeLessThan(2e-7);
  });

  it("is the normal without degrees of freedom", () => {
    expect(studentQuantile(0.8, null)).toBeCloseTo(0.8416212335729143, 12);
    expect(studentCdf(1.6448536269514722, null)).toBeCloseTo(0.95, 12);
  });
});

describe("studentCdf", () => {
  // mpmath 1.3, 30 digits.
  it.each([
    [2, 5, 0.94903026058507],
    [-1.3, 3.5, 0.13629770790219],
    [0.5, 1000, 0.69140745958306],
    [0.1, 4, 0.53742207953027],
    [12, 10, 0.99999985392956],
    [-6, 8, 0.00016169661094257],
  ])("t %f with %f degrees of freedom", (x, df, expected) => {
    expect(Math.abs(studentCdf(x, df) - expected)).toBeLessThan(5e-8);
  });
});
