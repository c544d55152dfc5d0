import { describe, expect, it } from "vitest";
import { cheaperAlternative } from "../../../policies/rules/cheaper-alternative.ts";
import { costingUpTo, judged, unpriced } from "../../support/judged.ts";

describe("CheaperAlternative", () => {
  it("names the cheapest placement that fits", () => {
    const alternatives = [
      { label: "gpu-48gb on demand", estimate: costingUpTo(9) },
      { label: "gpu-24gb on spot", estimate: costingUpTo(3.1) },
      { label: "h100-80", estimate: costingUpTo(40) },
    ];
    expect(judged(cheaperAlternative, { alternatives })).toMatchObject([
      {
        code: "CheaperAlternative",
        effect: "info",
        message: "gpu-24gb on spot costs up to 3.10 USD, this placement up to 12.40 USD.",
        value: 3.1,
        threshold: 12.4,
        fix: "allow gpu-24gb on spot",
      },
    ]);
  });

  it("does not name one that may not fit, has no price or costs as much", () => {
    const tight = costingUpTo(1);
    const alternatives = [
      {
        label: "tight",
        estimate: { ...tight, memory: { ...tight.memory, fit: "borderline" as const } },
      },
      { label: "unpriced", estimate: unpriced("PriceUnknown") },
      { label: "same", estimate: costingUpTo(12.4) },
    ];
    expect(judged(cheaperAlternative, { alternatives })).toEqual([]);
    expect(judged(cheaperAlternative, { alternatives, estimate: { cost: null } })).toEqual([]);
  });

  it("does not name one that may miss the deadline", () => {
    const slow = costingUpTo(1);
    const alternatives = [
      { label: "slow", estimate: { ...slow, time: { ...slow.time, high: 20_000 } } },
    ];
    const job = { deadlineSeconds: 15_000 };
    expect(judged(cheaperAlternative, { alternatives, job })).toEqual([]);
    expect(judged(cheaperAlternative, { alternatives })).toHaveLength(1);
  });
});
