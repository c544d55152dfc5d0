import { describe, expect, it } from "vitest";
import { dataQuality } from "../../../policies/rules/data-quality.ts";
import { judged } from "../../support/judged.ts";

const finding = (code: string, severity: "blocking" | "warning") => ({
  code,
  severity,
  message: "3 rows hold an access key",
  fix: "remove the keys",
  value: 3,
  threshold: 0,
  count: 3,
  lines: [1, 2, 3],
});

describe("DataQuality", () => {
  it("refuses blocking findings of the check and repeats their fix", () => {
    expect(
      judged(dataQuality, {
        dataset: { findings: [finding("Secret", "blocking"), finding("Html", "warning")] },
      }),
    ).toMatchObject([
      {
        code: "DataQuality",
        effect: "reject",
        message: "The data check found 1 blocking fault: Secret (3 rows hold an access key).",
        value: 1,
        threshold: 0,
        fix: "remove the keys",
      },
    ]);
  });

  it("leaves findings alone that another rule judges", () => {
    const findings = ["TooFewExamples", "Leakage"].map((code) => finding(code, "blocking"));
    expect(judged(dataQuality, { dataset: { findings } })).toEqual([]);
  });

  it("refuses an audit below the bar", () => {
    expect(judged(dataQuality, { dataset: { audit: { sampled: 50, correct: 45 } } })).toEqual([]);
    expect(judged(dataQuality, { dataset: { audit: { sampled: 50, correct: 44 } } })).toMatchObject(
      [
        {
          code: "DataQuality",
          effect: "reject",
          message: "Of 50 audited examples 44 were right, 88 %; at least 90 % are needed.",
          value: 88,
          threshold: 90,
          fix: "correct the labels and audit a new sample",
        },
      ],
    );
  });

  it("does not refuse data that nobody audited: its examples count for less instead", () => {
    expect(judged(dataQuality, { dataset: { audit: null } })).toEqual([]);
  });
});
