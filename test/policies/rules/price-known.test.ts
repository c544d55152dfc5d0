import { describe, expect, it } from "vitest";
import { priceKnown } from "../../../policies/rules/price-known.ts";
import { judged, unpriced } from "../../support/judged.ts";

describe("the price", () => {
  it("is known in the example", () => {
    expect(judged(priceKnown)).toEqual([]);
  });

  it.each(["PriceUnknown", "PriceStale", "SpotUnavailable"])("%s defers", (code) => {
    expect(judged(priceKnown, { estimate: unpriced(code) })).toMatchObject([
      {
        code,
        effect: "defer",
        message: `no answer: ${code}`,
        fix: "ask the price desk",
      },
    ]);
  });

  it("defers a cost that is missing without a word", () => {
    expect(judged(priceKnown, { estimate: { cost: null } })).toMatchObject([
      {
        code: "PriceUnknown",
        effect: "defer",
        message:
          "The run has no price on a100-40 (p4d.24xlarge, on-demand), so that its cost cannot be judged.",
        fix: "enter it under prices in tunekit.yaml, or allow another tier",
      },
    ]);
  });
});
