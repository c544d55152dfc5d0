import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Money, placesFor } from "../../reports/amount.ts";

const micro = fc.integer({ min: -5_000_000_000, max: 5_000_000_000 });
const shownMicro = (shown: string) =>
  Math.round(Number(shown.replaceAll(",", "").replace("−", "-")) * 1e6);

describe("placesFor", () => {
  it.each([
    [[], 2],
    [[0], 2],
    [[10_000, 4_000_000], 2],
    [[9_999, 4_000_000], 4],
    [[-1_000], 4],
    [[999], 6],
    [[312, 0, 12_000_000], 6],
  ] as const)("of %j is %i", (amounts, places) => {
    expect(placesFor(amounts)).toBe(places);
  });

  it("never lets an amount that is not zero show as zero", () => {
    fc.assert(
      fc.property(fc.array(micro, { minLength: 1 }), (amounts) => {
        const rows = new Money(placesFor(amounts)).rows(amounts);
        for (const row of rows) expect(row.shownMicroUsd === 0).toBe(row.microUsd === 0);
      }),
    );
  });
});

describe("Money", () => {
  it("gives the units that a rounded total lacks to the largest remainders", () => {
    // 3.334 + 3.333 + 3.333 = 10.00: the row with the largest remainder is raised.
    const rows = new Money(2).rows([3_333_000, 3_334_000, 3_333_000]);
    expect(rows.map(({ shown }) => shown)).toEqual(["3.33", "3.34", "3.33"]);
    expect(rows.map(({ usd }) => usd)).toEqual(["3.333000", "3.334000", "3.333000"]);
  });

  it("shows rows that add up to the nearest unit of their total, at every number of places", () => {
    fc.assert(
      fc.property(
        fc.array(micro),
        fc.constantFrom(2 as const, 4 as const, 6 as const),
        (amounts, places) => {
          const money = new Money(places);
          const rows = money.rows(amounts);
          const sum = money.sum(rows);
          const exact = amounts.reduce((total, amount) => total + amount, 0);
          expect(sum.microUsd).toBe(exact === 0 ? 0 : exact);
          expect(sum.shown).toBe(money.alone(exact).shown);
          expect(shownMicro(sum.shown)).toBe(
            rows.reduce((total, row) => total + shownMicro(row.shown), 0) || 0,
          );
          for (const row of rows) {
            expect(Math.abs(row.shownMicroUsd - row.microUsd)).toBeLessThan(10 ** (6 - places));
          }
        },
      ),
    );
  });

  it("rounds an interval outwards and writes thousands and minus signs", () => {
    const money = new Money(2);
    expect(money.low(1_239_999).shown).toBe("1.23");
    expect(money.high(1_230_001).shown).toBe("1.24");
    expect(money.alone(-1_234_567_890_000).shown).toBe("−1,234,567.89");
    expect(money.alone(-4_000).shown).toBe("0.00");
    expect(money.minus(money.alone(5_000_000), money.alone(7_500_000)).usd).toBe("-2.500000");
  });
});
