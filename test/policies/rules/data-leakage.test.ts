import { describe, expect, it } from "vitest";
import { dataLeakage } from "../../../policies/rules/data-leakage.ts";
import { judged } from "../../support/judged.ts";

describe("DataLeakage", () => {
  it("refuses one leaked test item", () => {
    expect(judged(dataLeakage)).toEqual([]);
    expect(judged(dataLeakage, { dataset: { leaked: 1 } })).toMatchObject([
      {
        code: "DataLeakage",
        effect: "reject",
        message:
          "Of 100 test items 1 is also in the training or validation data, so that the measured gain would be too high.",
        value: 1,
        threshold: 0,
        fix: "split again with `tunekit check`",
      },
    ]);
  });

  it("refuses what the check found by near-duplicates", () => {
    const findings = [
      {
        code: "Leakage",
        severity: "blocking" as const,
        message: "2 clusters lie in train and test",
        fix: "split again",
        value: 2,
        threshold: 0,
        count: 2,
        lines: [],
      },
    ];
    expect(judged(dataLeakage, { dataset: { findings } })).toMatchObject([
      { message: "The data check found leakage: 2 clusters lie in train and test." },
    ]);
  });
});
