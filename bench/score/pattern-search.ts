/**
 * Smallest value of a function of positive parameters, by pattern search on their logarithms (Hooke & Jeeves 1961): no
 * derivatives, because the models take the larger of two terms in several places.
 */
export function patternSearch(
  start: Readonly<Record<string, number>>,
  cost: (parameters: Readonly<Record<string, number>>) => number,
): Record<string, number> {
  let best: Record<string, number> = { ...start };
  let lowest = cost(best);
  for (let step = 0.2; step > 0.002; step /= 2) {
    let moved = true;
    while (moved) {
      moved = false;
      for (const key of Object.keys(start)) {
        for (const factor of [Math.exp(step), Math.exp(-step)]) {
          const tried = { ...best, [key]: (best[key] as number) * factor };
          const found = cost(tried);
          if (found >= lowest - 1e-9) continue;
          [best, lowest, moved] = [tried, found, true];
        }
      }
    }
  }
  return best;
}
