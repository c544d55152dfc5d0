import { describe, expect, it } from "vitest";
import { duplicateRun } from "../../../policies/rules/duplicate-run.ts";
import { judged } from "../../support/judged.ts";

describe("DuplicateRun", () => {
  it("refuses the same job again and points to its adapter", () => {
    expect(judged(duplicateRun)).toEqual([]);
    expect(judged(duplicateRun, { duplicateOf: {} })).toMatchObject([
      {
        code: "DuplicateRun",
        effect: "reject",
        message:
          "Run 01JD8ZQ7Y3T2M5N6P7Q8R9S0T1 was the same job and made adapter version dddddddddddd.",
        fix: "use `tunekit adapters show support-triage`, or change the job",
      },
    ]);
  });

  it("points to the run where no version was made", () => {
    expect(judged(duplicateRun, { duplicateOf: { adapterVersion: null } })).toMatchObject([
      {
        message: "Run 01JD8ZQ7Y3T2M5N6P7Q8R9S0T1 was the same job.",
        fix: "look at run 01JD8ZQ7Y3T2M5N6P7Q8R9S0T1, or change the job",
      },
    ]);
  });
});
