import { describe, expect, it } from "vitest";
import { inverse, rangeOf, sumOf, swingOfUnknown } from "../../../core/estimate/interval.ts";

describe("intervals", () => {
  it("are the figure itself where nothing may be off", () => {
    expect(rangeOf(10, [])).toEqual({ low: 10, expected: 10, high: 10 });
  });

  it("add independent swings in quadrature on the log scale", () => {
    const swing = { low: 0.5, high: 2 };
    const range = rangeOf(8, [swing, swing]);
    expect(range.low).toBeCloseTo(8 * 2 ** -Math.SQRT2);
    expect(range.high).toBeCloseTo(8 * 2 ** Math.SQRT2);
  });

  it("widen half of the way to the other setting of an unknown input, from 15 % on", () => {
    expect(swingOfUnknown(100, 114)).toBeUndefined();
    expect(swingOfUnknown(100, 86)).toBeUndefined();
    expect(swingOfUnknown(100, 400)).toEqual({ low: 1, high: 2 });
    expect(swingOfUnknown(100, 25)).toEqual({ low: 0.5, high: 1 });
  });

  it("of a sum add deviations in quadrature", () => {
    const part = { low: 7, expected: 10, high: 14 };
    expect(sumOf([part, { low: 6, expected: 10, high: 13 }])).toEqual({
      low: 15,
      expected: 20,
      high: 25,
    });
  });

  it("turn round with the figure", () => {
    expect(inverse({ low: 0.5, high: 4 })).toEqual({ low: 0.25, high: 2 });
  });
});
