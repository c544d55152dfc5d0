import { describe, expect, it } from "vitest";
import { runCap } from "../../../policies/rules/run-cap.ts";
import { costingUpTo, judged } from "../../support/judged.ts";

describe("RunCapExceeded", () => {
  it("allows the cap itself and no cap at all", () => {
    expect(judged(runCap, { policy: { runCap: 12_400_000 } })).toEqual([]);
    expect(judged(runCap, { policy: { runCap: null }, estimate: costingUpTo(1e6) })).toEqual([]);
    expect(judged(runCap, { policy: { runCap: 1 }, estimate: { cost: null } })).toEqual([]);
  });

  it("refuses a run above it", () => {
    expect(judged(runCap, { policy: { runCap: 10_000_000 } })).toMatchObject([
      {
        code: "RunCapExceeded",
        effect: "reject",
        message: "The run may cost 12.40 USD; one run may cost at most 10.00 USD.",
        value: 12.4,
        threshold: 10,
        fix: "make the run smaller or ask for an override",
      },
    ]);
  });
});
