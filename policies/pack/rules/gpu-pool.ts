import { INSTANCE_TYPES, type InstanceType } from "../../../core/catalog/instance-types.ts";
import { GPU_RESOURCE } from "../../../core/labels.ts";
import { type PlannedResource, UNKNOWN, valueAt } from "./rule.ts";

type Unknown = typeof UNKNOWN;

/** A pool of GPU nodes as a program declares it; `UNKNOWN` where a preview cannot say. */
export interface GpuPool {
  /** Names of instance types. Undefined: the pool does not name any. */
  instanceTypes: readonly string[] | Unknown | undefined;
  /** Most nodes, or most GPUs, whichever the pool is limited by. Undefined: no limit. */
  most: { nodes: number } | { gpus: number } | Unknown | undefined;
  /** Nodes that are there at zero jobs. */
  least: number | Unknown;
  /** Where owner and reason stand: tags or annotations. */
  words: unknown;
  /** Bought and paid for before the program runs. */
  prepaid: boolean;
}

/** The pool, or undefined where the resource is none, or one without GPUs. What cannot be told counts as a GPU pool. */
export function gpuPool({ type, props }: PlannedResource): GpuPool | undefined {
  if (type === "aws:eks/nodeGroup:NodeGroup") return nodeGroup(props);
  if (/^kubernetes:karpenter\.sh\/v1(beta1)?:NodePool$/.test(type)) return nodePool(props);
  return undefined;
}

function nodeGroup(props: PlannedResource["props"]): GpuPool | undefined {
  const { amiType, capacityType, tags } = props;
  const instanceTypes = textList(props.instanceTypes);
  const prepaid = capacityType === "CAPACITY_BLOCK";
  const gpuImage = amiType === UNKNOWN || (typeof amiType === "string" && /NVIDIA/.test(amiType));
  if (!gpuImage && !prepaid && !haveGpus(instanceTypes, false)) return undefined;
  const size = (key: string) => numberAt(props, "scalingConfig", key);
  const most = size("maxSize");
  const min = size("minSize");
  const desired = size("desiredSize");
  return {
    instanceTypes,
    most: typeof most === "number" ? { nodes: most } : most,
    least: min === UNKNOWN || desired === UNKNOWN ? UNKNOWN : Math.max(min ?? 0, desired ?? 0),
    words: tags,
    prepaid,
  };
}

function nodePool(props: PlannedResource["props"]): GpuPool | undefined {
  const instanceTypes = requirement(props, "node.kubernetes.io/instance-type");
  const most = numberAt(props, "spec", "limits", GPU_RESOURCE);
  if (most === undefined && !haveGpus(instanceTypes, true)) return undefined;
  return {
    instanceTypes,
    most: typeof most === "number" ? { gpus: most } : most,
    least: numberAt(props, "spec", "replicas") ?? 0,
    words: valueAt(props, "metadata", "annotations"),
    prepaid: false,
  };
}

/** @param unnamed whether a pool that names no machines may have GPUs: Karpenter then takes any. */
const haveGpus = (instanceTypes: GpuPool["instanceTypes"], unnamed: boolean): boolean => {
  if (instanceTypes === UNKNOWN) return true;
  if (instanceTypes === undefined) return unnamed;
  return instanceTypes.some((id) => ACCELERATED.test(id));
};

/** Families of EC2 with accelerators, whether the catalog has them or not. */
const ACCELERATED = /^(p\d|g\d|gr\d|trn\d|inf\d|dl\d|vt\d)/;

export const machineOf = (id: string): InstanceType | undefined =>
  INSTANCE_TYPES.find((type) => type.id === id);

function requirement(props: PlannedResource["props"], key: string): GpuPool["instanceTypes"] {
  const all = valueAt(props, "spec", "template", "spec", "requirements");
  if (all === UNKNOWN) return UNKNOWN;
  const each = Array.isArray(all) ? all : [];
  if (each.some((one) => valueAt(one, "key") === UNKNOWN)) return UNKNOWN;
  const found = each.find(
    (one) => valueAt(one, "key") === key && valueAt(one, "operator") === "In",
  );
  return textList(valueAt(found, "values"));
}

function textList(value: unknown): readonly string[] | Unknown | undefined {
  if (value === UNKNOWN) return UNKNOWN;
  if (!Array.isArray(value)) return undefined;
  return value.includes(UNKNOWN) ? UNKNOWN : value.map(String);
}

function numberAt(
  props: PlannedResource["props"],
  ...path: readonly string[]
): number | Unknown | undefined {
  const value = valueAt(props, ...path);
  return value === UNKNOWN || value === undefined ? value : Number(value);
}
