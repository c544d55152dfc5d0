import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Interval } from "./wilson.ts";

/** Items that are not independent (near-duplicates, one thread, one customer), drawn together or not at all. */
export interface Cluster {
  /** Items in the cluster, at least 1. */
  size: number;
}

export interface BootstrapQuestion<C extends Cluster> {
  clusters: readonly C[];
  /** Difference of the two arms on the clusters drawn, between -1 and 1. Called with at least one cluster. */
  difference(drawn: readonly C[]): number;
  seed: number;
  /** Two-sided. @default 0.95 */
  confidence?: number;
  /** @default 10000: the ends move by less than a tenth of the interval's width from seed to seed. */
  resamples?: number;
}

/**
 * Percentile interval of a paired difference, by resampling whole clusters (Efron & Tibshirani 1993, chapter 13; Miller
 * 2024, arXiv 2411.00640, for clusters in evaluations).
 *
 * Two pseudo-clusters of average size join the real ones: one that the first arm wins, one that it loses. This is the
 * adjustment of Bonett & Price (2012) for paired proportions. Without it the bootstrap is blind where answers hardly
 * differ: five of five right gives the interval 1 to 1.
 *
 * Percentile and not BCa, because its ends can only rise when an answer is corrected, so a better adapter never gets a
 * worse verdict; BCa's acceleration breaks that.
 *
 * @returns an interval that contains the observed difference; the same for the same seed and order of clusters
 * @throws RangeError without clusters
 */
export function clusterBootstrap<C extends Cluster>(question: BootstrapQuestion<C>): Interval {
  const { clusters, difference, seed, confidence = 0.95, resamples = 10_000 } = question;
  if (clusters.length === 0) throw new RangeError("a bootstrap needs at least one cluster");
  const averageSize = clusters.reduce((sum, { size }) => sum + size, 0) / clusters.length;
  const random = xoroshiro128plus(seed);
  const values = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    const drawn: C[] = [];
    let pseudo = 0;
    let drawnSize = 0;
    for (let draw = 0; draw < clusters.length + 2; draw++) {
      const at = uniformInt(random, 0, clusters.length + 1);
      const cluster = clusters[at];
      if (cluster) drawn.push(cluster);
      else pseudo += at === clusters.length ? 1 : -1;
      drawnSize += cluster?.size ?? averageSize;
    }
    const realSize = drawn.reduce((sum, { size }) => sum + size, 0);
    const real = drawn.length === 0 ? 0 : difference(drawn) * realSize;
    values[i] = (real + pseudo * averageSize) / drawnSize;
  }
  values.sort();
  const observed = difference(clusters);
  const tail = (1 - confidence) / 2;
  return {
    low: Math.min(observed, quantile(values, tail)),
    high: Math.max(observed, quantile(values, 1 - tail)),
  };
}

/** Linear interpolation between order statistics (type 7 of Hyndman & Fan 1996). */
function quantile(sorted: Float64Array, p: number): number {
  const position = p * (sorted.length - 1);
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (position - Math.floor(position)) * (above - below);
}
