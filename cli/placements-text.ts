import pc from "picocolors";
import { decidesText, waysOutText } from "../core/estimate/does-not-fit.ts";
import type { TierFit } from "../core/estimate/estimate-document.ts";
import type { FitLadder } from "../core/estimate/fit-ladder.ts";
import type { CheaperButFails } from "../core/estimate/plan-placement.ts";
import { formatDuration, formatUsd, GiB } from "../core/units.ts";
import type { JobEstimate } from "../sdk/index.ts";
import { COLUMNS, section, table } from "./output.ts";

const gib = ({ expected, usableBytes }: { expected: number; usableBytes: number }): string =>
  `${(expected / GiB).toFixed(1)} of ${(usableBytes / GiB).toFixed(1)}`;
const usd = (cost: { expected: number } | null): string =>
  cost ? formatUsd(cost.expected) : "unknown";

/** One line for each kind of machine, and why what is cheaper or has no price was not taken. */
export function placementsText({ placements, chosen, cheaper }: JobEstimate): string {
  const rows = placements.map(({ label, estimate }, index) => [
    `${index + 1}${label === chosen.label ? " *" : ""}`,
    label,
    gib(estimate.memory),
    estimate.memory.fit,
    formatDuration(estimate.time.expected),
    usd(estimate.cost),
    estimate.cost ? formatUsd(estimate.cost.high) : "unknown",
  ]);
  const head = ["", "placement", "GiB of usable", "fit", "time", "cost", "80 % high"];
  return [
    pc.bold("placements: the best of each kind, the cheapest first (* the one above)"),
    table(head, rows, [2, 4, 5, 6], { 1: 30 }),
    ...cheaperText(cheaper),
  ].join("\n");
}

/** Why what costs less, or has no price, was not taken. Empty where there is nothing to say. */
export function cheaperText(cheaper: readonly CheaperButFails[]): string[] {
  const rows = cheaper.map(({ label, costMicroUsd, obstacle }): [string, string] => {
    const price = costMicroUsd === null ? "no price" : formatUsd(costMicroUsd);
    // what would make it fit stands with the tiers
    const fix = obstacle.code === "DoesNotFitMemory" ? "" : `; ${obstacle.fix}`;
    return [price, `${label}: ${obstacle.message}${fix}`];
  });
  return rows.length > 0 ? [section("cheaper, but", rows, COLUMNS)] : [];
}

/** Whether the job fits each tier of the platform as it is written, and the changes with which it would. */
export const tiersText = (tiers: readonly TierFit[]): string =>
  section("tiers of the platform, for the job as it is written", tiers.map(tierRow), COLUMNS);

function tierRow({ tier, ofJob, ladder }: TierFit): [string, string] {
  const name = ofJob ? tier : `${tier} (not in the job)`;
  if (ladder === null) return [name, "no machine on offer to the job"];
  const { memory, placement } = ladder;
  const verdict = `${memory.fit}: ${gib(memory)} GiB on ${placement.instanceType}; ${decidesText(ladder)}`;
  if (memory.fit === "fits") return [name, verdict];
  return [name, `${verdict}; ${waysOutText(ladder) || "no change makes it fit"}`];
}

/** What each change would need, take and cost. */
export function ladderText({ placement, rungs }: FitLadder): string {
  const rows = rungs.map(({ changes, learns, memory, time, cost }) => [
    changes.map(({ text }) => text).join(" and "),
    gib(memory),
    memory.fit,
    formatDuration(time.expected),
    usd(cost),
    learns === "the same" ? "" : `learns ${learns}`,
  ]);
  const head = ["one change", "GiB of usable", "fit", "time", "cost", ""];
  return [
    pc.bold(`what would make it fit ${placement.tier}, each change estimated by itself`),
    table(head, rows, [1, 3, 4], { 0: 34, 5: 12 }),
  ].join("\n");
}
