import { describe, expect, it } from "vitest";
import { REASON_CODES } from "../../core/spec/reason-codes.ts";
import { EFFECTS, GATE_REASONS } from "../../policies/effects.ts";
import { reasonCodeDocs } from "../../policies/reason-code-docs.ts";

describe("reasonCodeDocs", () => {
  it("has one row for every code", () => {
    for (const code of REASON_CODES) {
      expect(reasonCodeDocs().split(`| \`${code}\` |`)).toHaveLength(2);
    }
  });

  it("says effect and who lifts it", () => {
    expect(reasonCodeDocs()).toContain(
      "| `FewExamples` | Few examples | pilot or warning | – | collect more examples; 500 to 2,000 are typical |",
    );
    expect(reasonCodeDocs()).toMatch(
      /`GainBelowCost` .* reject \| a named approver, or the exploration budget \|/,
    );
    for (const code of ["SpecMismatch", "DecisionExpired", "DecisionReused"]) {
      expect(reasonCodeDocs()).toMatch(
        new RegExp(`\\| \`${code}\` .* admission in the cluster \\|`),
      );
    }
    expect(reasonCodeDocs()).toMatch(/`EvaluationFailed` .* promotion \|/);
  });
});

describe("the table of effects", () => {
  it.each(Object.entries(GATE_REASONS))(
    "%s: most severe first, and every refusal says who lifts it",
    (_, row) => {
      const order = row.effects.map((effect) => EFFECTS.indexOf(effect));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      const refuses = row.effects.some((effect) => effect === "reject" || effect === "defer");
      expect("liftedBy" in row).toBe(refuses);
    },
  );
});
