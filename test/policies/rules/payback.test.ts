import { describe, expect, it } from "vitest";
import { payback } from "../../../policies/rules/payback.ts";
import { judged, marginal } from "../../support/judged.ts";

describe("PaybackTooLong", () => {
  it("warns when the mean gain pays back after the horizon", () => {
    expect(judged(payback)).toEqual([]);
    expect(judged(payback, marginal(3600, 120, 60))).toMatchObject([
      {
        code: "PaybackTooLong",
        effect: "warning",
        message:
          "The expected gain takes 12 months to pay back the 120.00 USD of the run and the 3,600.00 USD of deployment and retraining; the horizon is 10 months.",
        threshold: 10,
        fix: "check horizon and volume",
      },
    ]);
  });

  it("warns when it never does", () => {
    expect(judged(payback, { useCase: { requestsPerMonth: 0 } })).toMatchObject([
      {
        message:
          "The expected gain never pays back the 12.40 USD of the run and the 300.00 USD of deployment and retraining.",
        value: null,
        threshold: 12,
      },
    ]);
    expect(judged(payback, { baseline: null })).toEqual([]);
  });
});
