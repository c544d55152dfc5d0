import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holmAdjust } from "../../../core/stats/holm.ts";
import { goldenCases } from "../../support/golden-cases.ts";

describe("holmAdjust", () => {
  it.each(goldenCases<{ p: number[] }, number[]>("holm"))("$id", ({ input, expected, tol }) => {
    const adjusted = holmAdjust(input.p);
    expect(adjusted).toHaveLength(expected.length);
    for (const [i, p] of adjusted.entries()) {
      expect(Math.abs(p - (expected[i] ?? Number.NaN))).toBeLessThanOrEqual(tol);
    }
  });

  it("never lowers a p value, keeps their order, and lies below Bonferroni", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
        (pValues) => {
          const adjusted = holmAdjust(pValues);
          const pairs = pValues.map((p, i) => [p, adjusted[i] ?? Number.NaN] as const);
          for (const [p, holm] of pairs) {
            expect(holm).toBeGreaterThanOrEqual(p);
            expect(holm).toBeLessThanOrEqual(Math.min(1, p * pValues.length));
            for (const [other, otherHolm] of pairs) {
              if (p < other) expect(holm).toBeLessThanOrEqual(otherHolm);
            }
          }
        },
      ),
    );
  });
});
