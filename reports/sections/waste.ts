import type { Amount, Known, Money } from "../amount.ts";
import { isUnknown, unknown } from "../amount.ts";
import type { Total } from "../totals.ts";
import { total } from "../totals.ts";
import type { RunRow } from "./runs.ts";

export const WASTE_KINDS = ["failed", "cancelled", "stranded"] as const;
export type WasteKind = (typeof WASTE_KINDS)[number];

export interface WasteRow {
  runId: string;
  team: string;
  adapter: string;
  kind: WasteKind;
  amount: Amount;
}

export interface WasteSection {
  rows: WasteRow[];
  all: Total;
  byKind: { kind: WasteKind; runs: number; amount: Total }[];
  /** Waste as a fraction of what was spent. */
  share: Known<number>;
}

/** Spent and of no use: all of a failed or cancelled run, and the unused part of the node of one that succeeded. */
export function wasteSection(runs: readonly RunRow[], spent: Total, money: Money): WasteSection {
  const rows = runs.flatMap((run): WasteRow[] => {
    const { runId, team, adapter, outcome } = run;
    const amount = outcome === "succeeded" ? run.stranded : run.actual;
    if (outcome === "running" || isUnknown(amount) || amount.microUsd === 0) return [];
    return [{ runId, team, adapter, kind: outcome === "succeeded" ? "stranded" : outcome, amount }];
  });
  const sum = (of: readonly WasteRow[]) =>
    total(
      money,
      of.map(({ amount }) => amount),
    );
  const all = sum(rows);
  return {
    rows,
    all,
    byKind: WASTE_KINDS.map((kind) => {
      const those = rows.filter((row) => row.kind === kind);
      return { kind, runs: those.length, amount: sum(those) };
    }),
    share: spent.microUsd > 0 ? all.microUsd / spent.microUsd : unknown("Nothing was spent"),
  };
}

/** What a run adds to the waste; undefined when nothing. */
export const wasteOf = (section: WasteSection, runId: string): Amount | undefined =>
  section.rows.find((row) => row.runId === runId)?.amount;
