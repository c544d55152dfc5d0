import { type InstanceType, instanceTypesOf } from "../catalog/instance-types.ts";
import { CatalogError } from "../errors.ts";
import { nearest } from "../spec/parse.ts";
import { formatBytes } from "../units.ts";
import { holdsWeights, hostBytes, machines, type PlacementInput } from "./placements.ts";

/**
 * Why there is no machine for a job, by the first cause that applies: its tiers, its capacity types, host memory, GPUs of
 * one node.
 * @param only the one machine that was asked for; without it all machines of the job's tiers
 */
export function noPlacement(input: PlacementInput, only?: string): CatalogError {
  const { job, model, platform, instanceTypes } = input;
  const { tiers, capacity, gpuCount } = job.placement;
  const offered = tiers.filter((tier) => platform.tiers.includes(tier));
  if (offered.length === 0) {
    return refusal(
      "placement.tiers",
      `the platform has no tier of the job: ${tiers.join(", ")}`,
      `take a tier that the platform offers: ${platform.tiers.join(", ")}`,
    );
  }
  const largest = (id: string): string =>
    only === undefined ? `the largest of ${offered.join(", ")}, ${id},` : id;

  const [most] = machines(input).toSorted((a, b) => b.nodeGpus - a.nodeGpus);
  if (most) {
    return refusal(
      "placement.gpuCount",
      `the job asks for ${gpuCount} GPUs on one node, and ${largest(most.instanceType)} has ${most.nodeGpus}`,
      `set placement.gpuCount to ${most.nodeGpus} or less, or allow a ${only === undefined ? "tier" : "machine"} with larger nodes`,
    );
  }
  if (capacity.every((each) => each === "owned")) {
    return refusal(
      "placement.capacity",
      only === undefined
        ? `nobody has entered an owned machine of ${offered.join(", ")}, and the job takes no rented one`
        : `${only} is rented, and the job takes owned capacity`,
      "allow on-demand or spot under placement.capacity, or describe the machine under owned in tunekit.yaml",
    );
  }
  const [roomiest] = offered
    .flatMap((tier) => instanceTypesOf(tier, instanceTypes))
    .toSorted((a, b) => b.allocatableMemoryBytes - a.allocatableMemoryBytes);
  if (!roomiest) {
    return refusal(
      "placement.capacity",
      `${only ?? `every machine of ${offered.join(", ")}`} is owned, and the job takes ${capacity.join(" or ")} capacity`,
      'add "owned" to placement.capacity',
    );
  }
  return refusal(
    "base.model",
    `loading ${model.id} takes ${formatBytes(hostBytes(model))} of host memory, and ${largest(roomiest.id)} has ${formatBytes(roomiest.allocatableMemoryBytes)}`,
    `take a smaller base model, or ${roomierTiers(input)}`,
  );
}

/** Where the weights could be loaded, offered by the platform or not. */
function roomierTiers({ instanceTypes, model }: PlacementInput): string {
  const roomy = instanceTypes.filter((type: InstanceType) => holdsWeights(type, model));
  const tiers = [...new Set(roomy.map(({ tier }) => tier))];
  return tiers.length > 0
    ? `allow a tier whose machines have more: ${tiers.join(", ")}`
    : "a machine with more";
}

/** Why a job cannot run on the machine of that name. */
export function noSuchMachine(name: string, input: PlacementInput): CatalogError {
  const { job, platform, instanceTypes } = input;
  const rented = instanceTypes.filter(({ id }) => id === name);
  const owned = platform.owned.filter((machine) => machine.name === name);
  const tier = [...rented, ...owned][0]?.tier;
  if (tier === undefined) {
    const names = [...instanceTypes.map(({ id }) => id), ...platform.owned.map((own) => own.name)];
    const near = nearest(name, names);
    return refusal(
      "--instance",
      `neither the catalog nor the platform has a machine "${name}"`,
      near
        ? `did you mean "${near}"?`
        : "list the known ones with `tunekit catalog instances` and `tunekit catalog prices`",
    );
  }
  if (!platform.tiers.includes(tier)) {
    return refusal(
      "--instance",
      `the platform does not offer ${tier}, the tier of ${name}`,
      `add ${tier} to tiers in tunekit.yaml, or take a machine of ${platform.tiers.join(", ")}`,
    );
  }
  const there = {
    ...input,
    job: { ...job, placement: { ...job.placement, tiers: [tier] } },
    platform: { ...platform, owned },
    instanceTypes: rented,
  };
  return noPlacement(there, name);
}

const refusal = (path: string, message: string, fix: string): CatalogError =>
  new CatalogError("NoPlacement", message, { path, fix });
