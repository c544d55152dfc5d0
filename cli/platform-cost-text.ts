import pc from "picocolors";
import type { CostPart } from "../core/platform/cost-line.ts";
import { amountOf, type PlatformCost } from "../core/platform/platform-cost.ts";
import { formatUsd, usdDecimal } from "../core/units.ts";
import { section, table } from "./output.ts";

/** The cost of a stack as a table: every line with its price and source, sums below, and what is in no figure. */
export function platformCostText(stack: string, cost: PlatformCost): string {
  const parts: [title: string, part: CostPart][] = [
    ["idle: a month without a job", cost.idle],
    ["system nodes that may be added", cost.system],
    ...cost.pools.map((pool): [string, CostPart] => [
      `${pool.pool} at its limit of ${pool.maxGpus} GPUs`,
      pool,
    ]),
  ];
  const shown = parts.filter(([, part]) => part.lines.length + part.unknowns.length > 0);
  const sources = [...new Set(shown.flatMap(([, part]) => part.lines.map(({ source }) => source)))];
  const sums: [string, string][] = [
    ["idle", `${amountOf(cost.idle)} a month`],
    ["at its ceiling", `${amountOf(cost.ceiling)} a month`],
    ["price book", `${cost.priceBook.id} of ${cost.priceBook.asOf}, ${cost.region}`],
  ];
  return [
    section(`Stack ${stack}`, sums),
    ...shown.map(([title, part]) => partText(title, part, sources)),
    notes("Taken for granted", cost.assumptions),
    notes("In no figure", cost.notCounted),
    sources.map((source, index) => `[${index + 1}] ${source}`).join("\n"),
  ].join("\n\n");
}

function partText(title: string, part: CostPart, sources: readonly string[]): string {
  const rows = part.lines.map((line) => [
    line.item,
    String(line.quantity),
    line.unit,
    usdDecimal(line.unitPriceMicroUsd),
    formatUsd(line.microUsd),
    line.asOf,
    `[${sources.indexOf(line.source) + 1}]`,
  ]);
  const head = ["item", "quantity", "unit", "USD a unit", "a month", "as of", "source"];
  return [
    `${pc.bold(title)}: ${amountOf(part)}`,
    ...(rows.length > 0 ? [table(head, rows, [1, 3, 4])] : []),
    ...part.unknowns.map(({ code, message, fix }) => `${pc.red(code)}: ${message}\n  fix: ${fix}`),
  ].join("\n");
}

const notes = (title: string, lines: readonly string[]): string =>
  [pc.bold(title), ...lines.map((line) => `- ${line}`)].join("\n");
