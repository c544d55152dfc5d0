import type { ReadinessReport, Split } from "../spec/dataset.ts";
import { NEAR_SIMILARITY, type Relatives } from "./relatives.ts";

export type Leakage = ReadinessReport["leakage"];

const BIT: Record<Split, number> = { train: 1, validation: 2, test: 4 };

/**
 * How many items of one split have a relative in another one: the same input, a near-duplicate by its text, or a row of the
 * same group. Measured on the finished split from rows, pairs and texts; the clusters that made the split are not asked.
 *
 * @param splitOf the split of a row (its place among `relatives.rows`); undefined when it was dropped.
 */
export function measureLeakage(
  { rows, sketches }: Relatives,
  splitOf: (row: number) => Split | undefined,
  similarity: (a: number, b: number) => number,
): Leakage {
  /** Splits in which a unit or a group stands, as bits. */
  const unitSplits = new Uint8Array(sketches.size);
  const groupSplits = new Map<string, number>();
  rows.forEach(({ unit, group }, row) => {
    const split = splitOf(row);
    if (!split) return;
    unitSplits[unit] = (unitSplits[unit] as number) | BIT[split];
    if (group !== undefined) groupSplits.set(group, (groupSplits.get(group) ?? 0) | BIT[split]);
  });

  /** Splits in which a near-duplicate of the unit stands. */
  const nearSplits = Uint8Array.from(unitSplits);
  // a unit on one side need not be compared with others on that side
  const groupOf = (unit: number): number => {
    const splits = unitSplits[unit] as number;
    return (splits & (splits - 1)) === 0 ? -splits : unit;
  };
  for (const [a, b] of sketches.pairs(groupOf)) {
    if (similarity(a, b) < NEAR_SIMILARITY) continue;
    nearSplits[a] = (nearSplits[a] as number) | (unitSplits[b] as number);
    nearSplits[b] = (nearSplits[b] as number) | (unitSplits[a] as number);
  }

  const leakage = { testInTrain: 0, testInValidation: 0, validationInTrain: 0 };
  rows.forEach(({ unit, group }, row) => {
    const split = splitOf(row);
    const relatives =
      (nearSplits[unit] as number) | (group === undefined ? 0 : (groupSplits.get(group) ?? 0));
    if (split === "test" && relatives & BIT.train) leakage.testInTrain += 1;
    if (split === "test" && relatives & BIT.validation) leakage.testInValidation += 1;
    if (split === "validation" && relatives & BIT.train) leakage.validationInTrain += 1;
  });
  return leakage;
}
