import { normalQuantile } from "./normal.ts";

export interface Interval {
  low: number;
  high: number;
}

/**
 * Wilson's score interval of a share (Wilson 1927). `successes` may be fractional: a tie counts as half.
 *
 * @param confidence two-sided, default 0.95
 * @throws RangeError without items, or with more successes than items
 */
export function wilsonInterval(successes: number, items: number, confidence = 0.95): Interval {
  if (!(items > 0 && successes >= 0 && successes <= items)) {
    throw new RangeError(`no share: ${successes} of ${items}`);
  }
  const z = normalQuantile((1 + confidence) / 2);
  const share = successes / items;
  const centre = share + (z * z) / (2 * items);
  const spread = z * Math.sqrt((share * (1 - share)) / items + (z * z) / (4 * items * items));
  const scale = 1 + (z * z) / items;
  return {
    low: Math.max(0, (centre - spread) / scale),
    high: Math.min(1, (centre + spread) / scale),
  };
}
