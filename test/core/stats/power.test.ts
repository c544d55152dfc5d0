import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mcnemarExact } from "../../../core/stats/mcnemar.ts";
import { mcnemarPower, minimumDetectableGain } from "../../../core/stats/power.ts";
import { goldenCases } from "../../support/golden-cases.ts";

describe("minimumDetectableGain", () => {
  const cases = goldenCases<
    { n: number; alpha: number; power: number; broken: number[] },
    number[]
  >("mdeMcNemarExact").flatMap(({ input, expected }) =>
    input.broken.map((broken, i) => ({ ...input, broken, points: expected[i] })),
  );

  it.each(cases)(
    "n $n, α $alpha, $broken broken → $points points",
    ({ n, alpha, power, broken, points }) => {
      const gain = minimumDetectableGain({ items: n, broken, alpha }, power);
      expect(((gain ?? Number.NaN) * 100).toFixed(1)).toBe(points?.toFixed(1));
    },
  );

  it("is null where no gain can be shown", () => {
    expect(minimumDetectableGain({ items: 5, broken: 0 })).toBeNull();
    expect(minimumDetectableGain({ items: 0, broken: 0 })).toBeNull();
    expect(minimumDetectableGain({ items: 100, broken: 0.5 })).toBeNull();
    expect(minimumDetectableGain({ items: 6, broken: 0 })).toBeCloseTo(0.8 ** (1 / 6), 5);
  });
});

describe("mcnemarPower", () => {
  it("equals the sum over every outcome, written out", () => {
    const [items, broken, gain, alpha] = [7, 0.1, 0.5, 0.05];
    const shares = { win: broken + gain, loss: broken, tie: 1 - 2 * broken - gain };
    const outcomes = Array.from({ length: 3 ** items }, (_, code) =>
      Array.from({ length: items }, (_, i) => Math.floor(code / 3 ** i) % 3),
    );
    let expected = 0;
    for (const outcome of outcomes) {
      const wins = outcome.filter((o) => o === 0).length;
      const losses = outcome.filter((o) => o === 1).length;
      if (mcnemarExact(wins, losses) >= alpha) continue;
      expected +=
        shares.win ** wins * shares.loss ** losses * shares.tie ** (items - wins - losses);
    }
    expect(mcnemarPower({ items, broken, alpha }, gain)).toBeCloseTo(expected, 10);
  });

  it("stays at or below the level when nothing is gained", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        (items, broken) => {
          expect(mcnemarPower({ items, broken }, 0)).toBeLessThanOrEqual(0.05);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("rises with the gain", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        (items, broken, gain) => {
          const question = { items, broken };
          expect(mcnemarPower(question, gain + 0.05)).toBeGreaterThanOrEqual(
            mcnemarPower(question, gain) - 1e-9,
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});
