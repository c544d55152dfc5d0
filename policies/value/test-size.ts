/** Nobody labels more rows than this for one decision; beyond it a larger test split is no advice. */
export const LARGEST_TEST = 10_000;

export interface LargerTest {
  items: number;
  extraRows: number;
  /** Net benefit at that size, labels not yet paid. */
  benefit: number;
  /** What labelling the rows costs; null when the price of a row is unknown. */
  labelCost: number | null;
}

/**
 * The larger test split that is worth its labels: the run must still pay after them. With a known price of a row it is the
 * size with the highest net benefit after labels; without one, the size that pays at the highest price of a row.
 *
 * @param benefitAt net benefit at a test size; need not be monotone
 * @returns null when no larger split makes the run pay
 */
export function largerTest(
  benefitAt: (items: number) => number,
  from: number,
  labelCostPerRow: number | null,
): LargerTest | null {
  let best: LargerTest | null = null;
  let bestMerit = 0;
  for (let items = from + 1; items <= LARGEST_TEST; items += step(items)) {
    const extraRows = items - from;
    const benefit = benefitAt(items);
    const merit =
      labelCostPerRow === null ? benefit / extraRows : benefit - labelCostPerRow * extraRows;
    if (merit <= bestMerit) continue;
    const labelCost = labelCostPerRow === null ? null : labelCostPerRow * extraRows;
    best = { items, extraRows, benefit, labelCost };
    bestMerit = merit;
  }
  return best;
}

/** Every size up to 200, and then every hundredth part more: no advice is finer than that. */
const step = (items: number): number => Math.max(1, Math.floor(items / 100));
