/**
 * Holm's step-down adjustment of several p values, in the order given (Holm 1979): each is comparable with the plain
 * level while the chance of any false rejection stays below it.
 */
export function holmAdjust(pValues: readonly number[]): number[] {
  const ascending = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = [...pValues];
  let floor = 0;
  for (const [rank, { p, index }] of ascending.entries()) {
    floor = Math.max(floor, Math.min(1, (pValues.length - rank) * p));
    adjusted[index] = floor;
  }
  return adjusted;
}
