import { describe, expect, it } from "vitest";
import { netBenefitPositive } from "../../../policies/rules/net-benefit.ts";
import { judged, marginal } from "../../support/judged.ts";

describe("GainBelowCost", () => {
  it("says nothing about a run that pays, or whose value is unknown", () => {
    expect(judged(netBenefitPositive)).toEqual([]);
    expect(judged(netBenefitPositive, { estimate: { cost: null } })).toEqual([]);
    expect(judged(netBenefitPositive, { baseline: null })).toEqual([]);
  });

  it("refuses a run that costs more than it is expected to return", () => {
    expect(judged(netBenefitPositive, { useCase: { valuePerCorrectAnswer: 500 } })).toMatchObject([
      {
        code: "GainBelowCost",
        effect: "reject",
        message:
          "The run costs up to 12.40 USD and is expected to return 0.00 USD over 12 months, counting only an adapter that passes the promotion bar.",
        value: 0,
        threshold: 12.4,
        fix: "raise volume or value, or improve the prompt instead",
      },
    ]);
  });

  it("leaves a run that a larger test split would save to EvaluationUnderpowered", () => {
    expect(judged(netBenefitPositive, marginal(3600, 240, 60))).toEqual([]);
    expect(judged(netBenefitPositive, marginal(3600, 2400, 60))).toMatchObject([
      { code: "GainBelowCost" },
    ]);
  });
});

describe("GainBelowHurdle", () => {
  it("asks for a multiple of the cost", () => {
    const asking = (hurdle: number) =>
      judged(netBenefitPositive, { ...marginal(3600, 120, 60), policy: { hurdle } });
    expect(asking(0.5)).toEqual([]);
    expect(asking(1)).toMatchObject([
      {
        code: "GainBelowHurdle",
        effect: "reject",
        message:
          "The run costs up to 120.00 USD and is expected to return 197.14 USD over 10 months, counting only an adapter that passes the promotion bar: 77.14 USD net, and the policy asks for as much as the cost, 120.00 USD.",
        threshold: 120,
        fix: "make the run cheaper",
      },
    ]);
  });
});
