import { formatBytes, formatDuration, formatUsd } from "../units.ts";
import type { Estimate, Unknown } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import { type FitLadder, fitLadder, type Rung } from "./fit-ladder.ts";

/** Why a job cannot run on the placement that is nearest to fitting, by how much, and the changes with which it could. */
export function doesNotFit(input: EstimateInput, { placement }: Estimate): Unknown {
  const ladder = fitLadder(input, placement);
  const { gpu, instanceType } = placement;
  const { expected, usableBytes } = ladder.memory;
  return {
    code: "DoesNotFitMemory",
    message: `the job needs ${formatBytes(expected)}, ${formatBytes(expected - usableBytes)} more than the ${formatBytes(usableBytes)} of the ${gpu} of ${instanceType}; ${decidesText(ladder)}`,
    fix:
      ladder.waysOut.length > 0
        ? waysOutText(ladder)
        : `take a smaller base model than ${input.model.id}, or offer a larger tier: no change of the job makes it fit${
            input.job.placement.deadline === undefined ? "" : " and end within its deadline"
          }`,
  };
}

/** The ways out, the best first; empty where there is none. */
export const waysOutText = ({ waysOut }: FitLadder): string =>
  waysOut
    .map((rung, index) => `${index === 0 ? "to make it fit" : "far cheaper"}: ${rungText(rung)}`)
    .join("; ");

export const decidesText = ({ decides }: FitLadder): string =>
  decides.movable
    ? `the largest part that a change could lower: ${decides.name}, ${formatBytes(decides.value)}`
    : `no change lowers the largest part: ${decides.name}, ${formatBytes(decides.value)}`;

/** The changes and what the job then needs, takes and costs. */
function rungText({ changes, learns, memory, time, cost }: Rung): string {
  const figures = [
    `${formatBytes(memory.expected)} of ${formatBytes(memory.usableBytes)}`,
    formatDuration(time.expected),
    cost ? formatUsd(cost.expected) : "price unknown",
  ];
  const note = learns === "the same" ? "" : `, but learns ${learns}`;
  return `${changes.map(({ text }) => text).join(" and ")} (${figures.join(", ")}${note})`;
}
