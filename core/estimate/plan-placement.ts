import { CatalogError } from "../errors.ts";
import { type Estimate, FITS } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import { estimatePlacement } from "./estimate-placement.ts";
import { placements } from "./placements.ts";

export interface PlannedPlacement {
  chosen: Estimate;
  /** The best of each other card and capacity type, in the order in which they would be chosen. */
  others: { label: string; estimate: Estimate }[];
}

/**
 * Where the run should go: the cheapest placement that fits, then the cheapest that may fit. Where none fits, the one
 * nearest to fitting, with `DoesNotFitMemory` among its unknowns. Placements without a price come last of their kind.
 * @throws CatalogError `NoPlacement` when the platform offers none of the job's tiers.
 */
export function planPlacement(input: EstimateInput): PlannedPlacement {
  const estimates = placements(input).map((placement) => estimatePlacement(input, placement));
  const [chosen, ...rest] = estimates.sort(byPreference);
  if (!chosen) throw noPlacement(input);
  const best = new Map<string, Estimate>();
  for (const estimate of rest) {
    const kind = kindOf(estimate);
    if (kind !== kindOf(chosen) && !best.has(kind)) best.set(kind, estimate);
  }
  return {
    chosen: chosen.memory.fit === "does-not-fit" ? withoutFit(chosen) : chosen,
    others: [...best.values()].map((estimate) => ({ label: labelOf(estimate), estimate })),
  };
}

const kindOf = ({ placement }: Estimate): string => `${placement.gpu} ${placement.capacity}`;

export function labelOf({ placement }: Estimate): string {
  const { instanceType, capacity, gpuCount, gpu, region } = placement;
  return [`${instanceType} ${capacity}`, ...(region ? [region] : []), `${gpuCount} ${gpu}`].join(
    ", ",
  );
}

function byPreference(a: Estimate, b: Estimate): number {
  const rank = ({ memory }: Estimate) => FITS.indexOf(memory.fit);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  const excess = ({ memory }: Estimate) =>
    memory.fit === "does-not-fit" ? memory.expected / memory.usableBytes : 0;
  if (excess(a) !== excess(b)) return excess(a) - excess(b);
  const cost = (estimate: Estimate) => estimate.cost?.expected ?? Number.MAX_SAFE_INTEGER;
  const size = ({ placement }: Estimate) => placement.nodeGpus;
  return cost(a) - cost(b) || size(a) - size(b) || (labelOf(a) < labelOf(b) ? -1 : 1);
}

function withoutFit(estimate: Estimate): Estimate {
  const { memory } = estimate;
  const needed = (memory.expected / 2 ** 30).toFixed(1);
  const usable = (memory.usableBytes / 2 ** 30).toFixed(1);
  return {
    ...estimate,
    unknowns: [
      {
        code: "DoesNotFitMemory",
        message: `the job needs ${needed} GiB, ${labelOf(estimate)} has ${usable} GiB`,
        fix: "make training.batchSize or training.maxLength smaller, use qlora, or allow a larger tier",
      },
      ...estimate.unknowns,
    ],
  };
}

function noPlacement({ job, platform }: EstimateInput): CatalogError {
  const wanted = job.placement.tiers.join(", ");
  const what = `${job.placement.gpuCount} GPU, ${job.placement.capacity.join(" or ")}`;
  return new CatalogError("NoPlacement", `no machine of ${wanted} (${what}) is on offer`, {
    path: "placement",
    fix: `the platform offers: ${platform.tiers.join(", ")}`,
  });
}
