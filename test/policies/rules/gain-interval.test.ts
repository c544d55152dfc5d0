import { describe, expect, it } from "vitest";
import { gainInterval } from "../../../policies/rules/gain-interval.ts";
import { judged, marginal } from "../../support/judged.ts";

describe("GainIntervalWide", () => {
  it("asks for a pilot when the run may pay or not, and little stands against its cost", () => {
    expect(judged(gainInterval, marginal(3600, 120, 60))).toMatchObject([
      {
        code: "GainIntervalWide",
        effect: "pilot",
        severity: "warning",
        message:
          "The gain is expected between 3.3 points and 21.5 points (80 % interval), and the run breaks even at 14.9 points; with 77.14 USD net for 120.00 USD at risk, 25 % of the cost should find out first.",
        fix: "run the pilot first",
      },
    ]);
  });

  it("only informs when the run is itself the cheapest way to find out", () => {
    expect(judged(gainInterval, marginal(3600, 10, 100))).toMatchObject([
      { code: "GainIntervalWide", effect: "info", severity: "info" },
    ]);
  });

  it("says nothing when break-even lies outside the interval, or the run is refused anyway", () => {
    expect(judged(gainInterval)).toEqual([]);
    expect(judged(gainInterval, marginal(3600, 2400, 60))).toEqual([]);
    expect(judged(gainInterval, { useCase: { valuePerCorrectAnswer: 0 } })).toEqual([]);
  });
});
