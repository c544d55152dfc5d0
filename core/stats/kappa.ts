/**
 * Cohen's kappa: agreement of two raters beyond chance (Cohen 1960). 1 is full agreement, 0 is chance, below 0 is worse.
 *
 * @param table square; `table[i][j]` = items that the first rater put in category i and the second in category j
 * @returns 1 when both raters used one and the same category throughout
 * @throws RangeError on an empty table
 */
export function cohenKappa(table: readonly (readonly number[])[]): number {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const rows = table.map(sum);
  const columns = table.map((_, column) => sum(table.map((row) => row[column] ?? 0)));
  const items = sum(rows);
  if (items === 0) throw new RangeError("kappa needs at least one item that both raters judged");
  const observed = sum(table.map((row, i) => row[i] ?? 0)) / items;
  const expected = sum(rows.map((row, i) => row * (columns[i] ?? 0))) / items ** 2;
  return expected === 1 ? 1 : (observed - expected) / (1 - expected);
}
