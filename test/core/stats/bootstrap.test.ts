import fc from "fast-check";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, it } from "vitest";
import { clusterBootstrap } from "../../../core/stats/bootstrap.ts";
import { normalQuantile } from "../../../core/stats/normal.ts";
import { type GoldenCase, goldenCases } from "../../support/golden-cases.ts";

interface Sum {
  size: number;
  sum: number;
}
interface PairedDifference {
  mean: number;
  ci95: [number, number];
}
const mean = (clusters: readonly Sum[], weights?: Float64Array) => {
  const weighted = (pick: (cluster: Sum) => number) =>
    clusters.reduce((total, cluster, i) => total + (weights?.[i] ?? 1) * pick(cluster), 0);
  return weighted(({ sum }) => sum) / weighted(({ size }) => size);
};
interface Options {
  seed: number;
  draws?: number;
  confidence?: number;
}
const interval = (clusters: readonly Sum[], options: Options) =>
  clusterBootstrap({
    sizes: clusters.map(({ size }) => size),
    difference: (weights) => mean(clusters, weights),
    ...options,
  });
const singles = (differences: readonly number[]): Sum[] =>
  differences.map((sum) => ({ size: 1, sum }));
const outcomes = (wins: number, losses: number, ties: number) =>
  singles([...Array(wins).fill(1), ...Array(losses).fill(-1), ...Array(ties).fill(0)]);

describe("clusterBootstrap", () => {
  it("agrees with the closed form of Bonett and Price on single items", () => {
    const [wins, losses, ties] = [200, 60, 740];
    const [w, l, n] = [(wins + 1) / 1002, (losses + 1) / 1002, 1002];
    const spread = normalQuantile(0.975) * Math.sqrt((w + l - (w - l) ** 2) / n);
    const { low, high } = interval(outcomes(wins, losses, ties), { seed: 1 });
    expect(Math.abs(low - (w - l - spread))).toBeLessThan(0.002);
    expect(Math.abs(high - (w - l + spread))).toBeLessThan(0.002);
  });

  it("lies beside the plain normal interval of the paired difference", () => {
    const [golden] = goldenCases<Record<"wins" | "losses" | "ties", number>, PairedDifference>(
      "pairedDifference",
    ) as [GoldenCase<Record<"wins" | "losses" | "ties", number>, PairedDifference>];
    const { wins, losses, ties } = golden.input;
    const clusters = outcomes(wins, losses, ties);
    expect(mean(clusters)).toBeCloseTo(golden.expected.mean, 12);
    const { low, high } = interval(clusters, { seed: 1 });
    expect(Math.abs(low - golden.expected.ci95[0])).toBeLessThan(0.012);
    expect(Math.abs(high - golden.expected.ci95[1])).toBeLessThan(0.012);
  });

  it("is not blind when every answer differs the same way, or none does", () => {
    const allWon = interval(outcomes(3, 0, 0), { seed: 1 });
    expect(allWon.low).toBeLessThan(0);
    expect(allWon.high).toBe(1);
    const allTied = interval(outcomes(0, 0, 3), { seed: 1 });
    expect(allTied.low).toBeLessThan(-0.3);
    expect(allTied.high).toBeGreaterThan(0.3);
  });

  it("is the same for the same seed and moves little with another", () => {
    const clusters = outcomes(30, 9, 161);
    const run = (seed: number) => interval(clusters, { seed });
    expect(run(7)).toEqual(run(7));
    expect(Math.abs(run(7).low - run(8).low)).toBeLessThan(0.05 * (run(7).high - run(7).low));
  });

  const clusterArb = fc.array(
    fc.array(fc.constantFrom(-1, 0, 1), { minLength: 1, maxLength: 6 }).map((items) => ({
      size: items.length,
      sum: items.reduce<number>((a, b) => a + b, 0),
    })),
    { minLength: 1, maxLength: 30 },
  );

  it("contains the observed difference", () => {
    fc.assert(
      fc.property(clusterArb, fc.nat(), (clusters, seed) => {
        const { low, high } = interval(clusters, { seed, draws: 200 });
        expect(low).toBeLessThanOrEqual(mean(clusters));
        expect(high).toBeGreaterThanOrEqual(mean(clusters));
      }),
    );
  });

  it("never falls at either end when an answer is corrected", () => {
    fc.assert(
      fc.property(clusterArb, fc.nat(), fc.nat(), (clusters, pick, seed) => {
        const at = pick % clusters.length;
        const better = clusters.map((c, i) =>
          i === at ? { ...c, sum: Math.min(c.size, c.sum + 1) } : c,
        );
        const run = (c: Sum[]) => interval(c, { seed, draws: 200 });
        expect(run(better).low).toBeGreaterThanOrEqual(run(clusters).low - 1e-12);
        expect(run(better).high).toBeGreaterThanOrEqual(run(clusters).high - 1e-12);
      }),
    );
  });

  it("refuses no clusters", () => {
    expect(() => interval([], { seed: 1 })).toThrow(RangeError);
  });
});

describe("a true null in clusters of ten", () => {
  /** Ten items share one fate in four of five cases: a cluster is won, lost or mixed as a whole. */
  function simulate(random: ReturnType<typeof xoroshiro128plus>): number[][] {
    const outcome = () => uniformInt(random, -1, 1);
    return Array.from({ length: 30 }, () => {
      const shared = outcome();
      return Array.from({ length: 10 }, () => (uniformInt(random, 1, 5) > 1 ? shared : outcome()));
    });
  }

  /** Share of 400 simulated evaluations whose 95 % interval leaves out the true difference, zero. */
  function rejected(toClusters: (drawn: number[][]) => Sum[]): number {
    const random = xoroshiro128plus(20_261_124);
    let count = 0;
    for (let trial = 0; trial < 400; trial++) {
      const clusters = toClusters(simulate(random));
      const { low, high } = interval(clusters, { seed: trial, draws: 400 });
      if (low > 0 || high < 0) count++;
    }
    return count / 400;
  }

  it("is rejected about 5 % of the time when whole clusters are weighted", () => {
    const share = rejected((drawn) =>
      drawn.map((items) => ({ size: 10, sum: items.reduce((a, b) => a + b, 0) })),
    );
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.08);
  });

  it("is rejected far too often when items are weighted as if they were independent", () => {
    const share = rejected((drawn) => singles(drawn.flat()));
    expect(share).toBeGreaterThan(0.3);
  });
});
