import { type InstanceType, instanceTypesOf } from "../catalog/instance-types.ts";
import type { BaseModel } from "../catalog/models.ts";
import type { CapacityType, Tier } from "../spec/tier.ts";
import { GiB } from "../units.ts";
import type { Placement } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import { variantOf } from "./variant.ts";

/** Host memory that the process needs beside the weights that pass through it. */
const HOST_PROCESS_BYTES = 2 * GiB;

/**
 * Every machine that the job's tiers, capacity and region and the platform's tiers allow. A run lives on one node, whose
 * host memory must hold the 16-bit weights while they load. `local-cpu` is the machine at hand and needs no capacity
 * type; other owned machines need `owned` among the job's.
 */
export function placements({
  job,
  model,
  platform,
}: Pick<EstimateInput, "job" | "model" | "platform">): Placement[] {
  const tiers = job.placement.tiers.filter((tier) => platform.tiers.includes(tier));
  return tiers.flatMap((tier) => [
    ...owned({ job, platform }, tier),
    ...instanceTypesOf(tier)
      .filter((type) => type.gpus >= job.placement.gpuCount && holdsWeights(type, model))
      .flatMap((type) =>
        job.placement.capacity
          .filter((capacity) => capacity !== "owned")
          .map((capacity) => rented(type, capacity, job)),
      ),
  ]);
}

const holdsWeights = (type: InstanceType, model: BaseModel): boolean =>
  type.allocatableMemoryBytes >= 2 * model.parameters.total + HOST_PROCESS_BYTES;

const rented = (
  type: InstanceType,
  capacity: CapacityType,
  job: EstimateInput["job"],
): Placement => ({
  tier: type.tier,
  capacity,
  provider: type.provider,
  region: job.placement.region,
  instanceType: type.id,
  gpu: type.gpu,
  gpuCount: job.placement.gpuCount,
  nodeGpus: type.gpus,
  variant: variantOf(job),
});

function owned(
  { job, platform }: Pick<EstimateInput, "job" | "platform">,
  tier: Tier,
): Placement[] {
  if (tier !== "local-cpu" && !job.placement.capacity.includes("owned")) return [];
  const machines = platform.owned.filter((machine) => machine.tier === tier);
  const placed = machines.map((machine) =>
    place(tier, machine.name, machine.gpu ?? "cpu", machine.gpus ?? 1, job),
  );
  // without a price row the machine at hand can still train; the estimate then says that its cost is unknown
  if (tier === "local-cpu" && placed.length === 0) return [place(tier, tier, "cpu", 1, job)];
  return placed.filter((placement) => placement.nodeGpus >= placement.gpuCount);
}

const place = (
  tier: Tier,
  instanceType: string,
  gpu: string,
  nodeGpus: number,
  job: EstimateInput["job"],
): Placement => ({
  tier,
  capacity: "owned",
  provider: "owned",
  region: null,
  instanceType,
  gpu,
  gpuCount: gpu === "cpu" ? 1 : job.placement.gpuCount,
  nodeGpus,
  variant: variantOf(job),
});
