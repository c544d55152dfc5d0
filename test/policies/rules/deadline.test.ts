import { describe, expect, it } from "vitest";
import { deadline } from "../../../policies/rules/deadline.ts";
import { judged } from "../../support/judged.ts";

/** The example takes 2 hours, 3 at most. */
const within = (seconds: number | null) => judged(deadline, { job: { deadlineSeconds: seconds } });

describe("DeadlineMissed", () => {
  it("says nothing where the slow end keeps the deadline, or none is set", () => {
    expect(within(3 * 3600)).toEqual([]);
    expect(within(null)).toEqual([]);
  });

  it("warns where only the slow end misses it", () => {
    expect(within(2.5 * 3600)).toMatchObject([
      { code: "DeadlineMissed", effect: "warning", value: 10_800, threshold: 9_000 },
    ]);
  });

  it("refuses a run that is expected to be stopped before it is done", () => {
    expect(within(3600)).toMatchObject([
      {
        code: "DeadlineMissed",
        effect: "reject",
        value: 7_200,
        threshold: 3_600,
        fix: "raise placement.deadline, allow a faster tier, or train fewer steps",
      },
    ]);
  });
});
