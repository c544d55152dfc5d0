import { describe, expect, it } from "vitest";
import { normalCdf, normalPdf, normalQuantile } from "../../../core/stats/normal.ts";

describe("normal", () => {
  it("has the tabled quantiles", () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 9);
    expect(normalQuantile(0.95)).toBeCloseTo(1.6448536269514722, 9);
    expect(normalQuantile(0.5)).toBeCloseTo(0, 12);
  });

  it("inverts the cumulative distribution", () => {
    for (const p of [0.001, 0.2, 0.8, 0.999])
      expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 9);
  });

  it("has density 1/√(2π) at its mean", () => {
    expect(normalPdf(0)).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 12);
  });
});
