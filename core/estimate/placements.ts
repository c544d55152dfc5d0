import { findGpu } from "../catalog/gpus.ts";
import { type InstanceType, instanceTypesOf } from "../catalog/instance-types.ts";
import type { BaseModel } from "../catalog/models.ts";
import type { CapacityType, Tier } from "../spec/tier.ts";
import { type Bytes, GiB } from "../units.ts";
import type { Placement } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import { waysOf } from "./variants.ts";

/** A placement but for how the job runs there. */
export type Machine = Omit<Placement, "gpuCount" | "variant">;

/** What decides where a job may run. */
export type PlacementInput = Pick<EstimateInput, "job" | "model" | "platform" | "instanceTypes">;

/** Every machine that may be used, and on each every way of running the job that it allows. */
export const placements = (input: PlacementInput): Placement[] =>
  machines(input).flatMap((machine) =>
    waysOf(input.job, findGpu(machine.gpu).kind, machine.nodeGpus).map((way) => ({
      ...machine,
      ...way,
    })),
  );

/** Host memory that the process needs beside the weights that pass through it. */
const HOST_PROCESS_BYTES = 2 * GiB;

/**
 * Every machine that the job's tiers, capacity and region and the platform's tiers allow. A run lives on one node, whose
 * host memory must hold the 16-bit weights while they load. `local-cpu` is the machine at hand and needs no capacity
 * type; other owned machines need `owned` among the job's.
 */
export function machines(input: PlacementInput): Machine[] {
  const { job, model, platform, instanceTypes } = input;
  const tiers = job.placement.tiers.filter((tier) => platform.tiers.includes(tier));
  const rentable = job.placement.capacity.filter((capacity) => capacity !== "owned");
  return tiers.flatMap((tier) => [
    ...owned(input, tier),
    ...instanceTypesOf(tier, instanceTypes)
      .filter((type) => holdsWeights(type, model))
      .flatMap((type) => rentable.map((capacity) => rented(type, capacity, job.placement.region))),
  ]);
}

/** Host memory that loading the 16-bit weights takes. */
export const hostBytes = ({ parameters }: BaseModel): Bytes =>
  2 * parameters.total + HOST_PROCESS_BYTES;

export const holdsWeights = (type: InstanceType, model: BaseModel): boolean =>
  type.allocatableMemoryBytes >= hostBytes(model);

const rented = (type: InstanceType, capacity: CapacityType, region: string): Machine => ({
  tier: type.tier,
  capacity,
  provider: type.provider,
  region,
  instanceType: type.id,
  gpu: type.gpu,
  nodeGpus: type.gpus,
});

function owned({ job, platform }: PlacementInput, tier: Tier): Machine[] {
  if (tier !== "local-cpu" && !job.placement.capacity.includes("owned")) return [];
  const machine = (name: string, gpu = "cpu", gpus = 1): Machine => ({
    tier,
    capacity: "owned",
    provider: "owned",
    region: null,
    instanceType: name,
    gpu,
    nodeGpus: gpus,
  });
  const ours = platform.owned.filter((each) => each.tier === tier);
  // without a price row the machine at hand can still train; the estimate then says that its cost is unknown
  if (tier === "local-cpu" && ours.length === 0) return [machine(tier)];
  return ours.map(({ name, gpu, gpus }) => machine(name, gpu, gpus));
}
