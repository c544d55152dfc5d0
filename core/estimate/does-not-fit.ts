import { formatBytes, formatDuration, formatUsd } from "../units.ts";
import type { Estimate, Unknown } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import { type FitLadder, fitLadder, type Rung } from "./fit-ladder.ts";

/** Why a job cannot run on the placement that is nearest to fitting, and the cheapest change with which it could. */
export function doesNotFit(input: EstimateInput, { placement }: Estimate): Unknown {
  const ladder = fitLadder(input, placement);
  const { gpu, instanceType } = placement;
  const { expected, usableBytes } = ladder.memory;
  return {
    code: "DoesNotFitMemory",
    message: `the job needs ${formatBytes(expected)}, and the ${gpu} of ${instanceType} has ${formatBytes(usableBytes)}; ${decidesText(ladder)}`,
    fix: ladder.cheapest
      ? `make the cheapest change that fits: ${rungText(ladder.cheapest)}`
      : `take a smaller base model than ${input.model.id}, or offer a larger tier: no change of the job makes it fit${
          input.job.placement.deadline === undefined ? "" : " and end within its deadline"
        }`,
  };
}

export const decidesText = ({ decides }: FitLadder): string =>
  decides.movable
    ? `the largest part that a change could lower: ${decides.name}, ${formatBytes(decides.value)}`
    : `no change lowers the largest part: ${decides.name}, ${formatBytes(decides.value)}`;

/** The changes and what the job then needs, takes and costs. */
export function rungText({ changes, changesResult, memory, time, cost }: Rung): string {
  const figures = [
    `${formatBytes(memory.expected)} of ${formatBytes(memory.usableBytes)}`,
    formatDuration(time.expected),
    cost ? formatUsd(cost.expected) : "price unknown",
  ];
  const note = changesResult ? "; this changes what is learned" : "";
  return `${changes.map(({ text }) => text).join(" and ")}: ${figures.join(", ")}${note}`;
}
