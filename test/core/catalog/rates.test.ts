import { describe, expect, it } from "vitest";
import { ownedRates } from "../../../core/catalog/rates.ts";
import { OwnedHardware } from "../../../core/spec/platform-config.ts";
import { LAPTOP, NOW } from "../../support/estimate-input.ts";

const maxAgeDays = { onDemand: 180, spot: 2, owned: 365, service: 365 };
const ratesOf = (changes: Record<string, unknown>) =>
  ownedRates(OwnedHardware.parse({ ...LAPTOP, ...changes }), maxAgeDays, NOW);

describe("the rates of an owned machine", () => {
  it("are capital over the hours in use, and power", () => {
    // 1200 USD / (4 years x 8766 h x 20 %) = 0.171116 USD; 45 W at 0.30 USD a kWh
    expect(ratesOf({})).toEqual([
      expect.objectContaining({
        unit: "machine-hour",
        unitsPerHour: 1,
        unitPriceMicroUsd: { low: 171_116, expected: 171_116, high: 171_116 },
      }),
      expect.objectContaining({
        unit: "kWh",
        unitsPerHour: 0.045,
        unitPriceMicroUsd: { low: 300_000, expected: 300_000, high: 300_000 },
      }),
    ]);
  });

  it("are never zero, however small the capital", () => {
    expect(ratesOf({ capitalUsd: "0.000001 USD" })).toMatchObject([
      { unitPriceMicroUsd: { expected: 1 } },
      {},
    ]);
  });

  it("are unknown when nobody entered a figure", () => {
    expect(ratesOf({ capitalUsd: 0, usdPerKwh: 0 })).toEqual({
      unknown: {
        code: "PriceUnknown",
        message: 'the machine "laptop" has neither a price nor a price of power',
        fix: "enter capitalUsd and usdPerKwh under owned in tunekit.yaml",
      },
    });
  });

  it("are stale when the figures are older than the policy allows", () => {
    expect(ratesOf({ asOf: "2025-01-01" })).toEqual({
      unknown: {
        code: "PriceStale",
        message: 'the price for the machine "laptop" is 692 days old, the limit is 365',
        fix: "bring its figures and its asOf under owned in tunekit.yaml up to date; or raise policy.priceMaxAgeDays",
      },
    });
  });
});
