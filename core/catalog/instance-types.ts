import { CatalogError } from "../errors.ts";
import { nearest } from "../spec/parse.ts";
import type { Tier } from "../spec/tier.ts";
import type { Bytes } from "../units.ts";
import rows from "./generated/instance-types.json" with { type: "json" };
import type { GpuName } from "./gpus.ts";

/** One cloud machine that a tier can be made of. */
export interface InstanceType {
  provider: "aws";
  id: string;
  tier: Tier;
  gpu: GpuName;
  /** GPUs of the machine. */
  gpus: number;
  vCpu: number;
  memoryBytes: Bytes;
  /** What pods can ask for, after the node's own overhead. */
  allocatableCpuMilli: number;
  allocatableMemoryBytes: Bytes;
  /** Local disk in bytes. */
  nvmeBytes: Bytes;
  /** Network in bits per second. */
  networkBits: number;
  efa: number;
  note: string | null;
  source: string;
  asOf: string;
}

export const INSTANCE_TYPES = rows as readonly InstanceType[];

const byId = new WeakMap<readonly InstanceType[], Map<string, InstanceType>>();

function indexOf(types: readonly InstanceType[]): Map<string, InstanceType> {
  const known = byId.get(types) ?? new Map(types.map((type) => [type.id, type]));
  byId.set(types, known);
  return known;
}

export const instanceTypesOf = (tier: Tier, types = INSTANCE_TYPES): readonly InstanceType[] =>
  types.filter((type) => type.tier === tier);

/** @throws CatalogError `UnknownInstanceType` with the nearest match. */
export function findInstanceType(id: string, types = INSTANCE_TYPES): InstanceType {
  const known = indexOf(types);
  const type = known.get(id);
  if (type) return type;
  const near = nearest(id, [...known.keys()]);
  throw new CatalogError("UnknownInstanceType", `the catalog has no instance type "${id}"`, {
    fix: near ? `did you mean "${near}"?` : "list the known ones with `tunekit catalog instances`",
  });
}
