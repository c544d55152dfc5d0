import { describe, expect, it } from "vitest";
import { netBenefit } from "../../../policies/value/net-benefit.ts";
import { LARGEST_TEST, largerTest } from "../../../policies/value/test-size.ts";
import { goldenCases } from "../../support/golden-cases.ts";
import { type GoldenStakes, stakes } from "../../support/golden-stakes.ts";

/** Example E of docs/cost-gate.md: -40.76 at 50 rows, +0.14 at 78, +20.68 at 100, +95.85 at 400. */
const [exampleE] = goldenCases<Omit<GoldenStakes, "nTest">, number>("smallestTestSize");
const benefitAt = (items: number): number => {
  const input = (exampleE as NonNullable<typeof exampleE>).input;
  return netBenefit(stakes({ ...input, nTest: items }), { items, discordant: input.discordant }).nb;
};

describe("the test size", () => {
  it("at which example E starts to pay is 78", () => {
    const sizes = Array.from({ length: 200 }, (_, i) => i + 1);
    expect(sizes.find((items) => benefitAt(items) > 0)).toBe(exampleE?.expected);
  });
});

describe("largerTest", () => {
  it("takes the size with the highest benefit after labels when a row has a price", () => {
    const best = largerTest(benefitAt, 50, 0.2);
    const afterLabels = (items: number) => benefitAt(items) - 0.2 * (items - 50);
    expect(best?.labelCost).toBeCloseTo(0.2 * (best?.extraRows ?? 0), 9);
    const items = best?.items ?? Number.NaN;
    expect(best?.extraRows).toBe(items - 50);
    expect(afterLabels(items)).toBeGreaterThan(0);
    for (const other of [78, 100, 150, 400, 2_000]) {
      expect(afterLabels(items)).toBeGreaterThanOrEqual(afterLabels(other));
    }
  });

  it("takes the size that pays at the highest price of a row when the price is unknown", () => {
    const best = largerTest(benefitAt, 50, null);
    const price = (items: number) => benefitAt(items) / (items - 50);
    expect(best?.labelCost).toBeNull();
    for (const items of [78, 100, 200, 400, 2_000]) {
      expect(price(best?.items ?? Number.NaN)).toBeGreaterThanOrEqual(price(items));
    }
  });

  it("is none where the rows cost more than they add, however many", () => {
    const dearest = benefitAt(156) / (156 - 50);
    expect(largerTest(benefitAt, 50, dearest * 1.1)).toBeNull();
    expect(largerTest(() => -1, 50, null)).toBeNull();
  });

  it("looks no further than anyone would label", () => {
    const paysFrom = (first: number) => (items: number) => (items < first ? -1 : 1);
    expect(largerTest(paysFrom(LARGEST_TEST + 1), 50, null)).toBeNull();
    const best = largerTest(paysFrom(LARGEST_TEST - 100), 50, null);
    expect(best?.items).toBeGreaterThanOrEqual(LARGEST_TEST - 100);
    expect(best?.items).toBeLessThanOrEqual(LARGEST_TEST);
  });
});
