import { INSTANCE_TYPES, type InstanceType } from "../../../core/catalog/instance-types.ts";
import { builtinPriceBook, type PriceBook } from "../../../core/catalog/prices.ts";
import { GPU_RESOURCE, KARPENTER } from "../../../core/labels.ts";
import { toUsd } from "../../../core/units.ts";

/** One machine in the form that Karpenter's provider for fake nodes reads. */
export interface KwokInstanceType {
  name: string;
  architecture: "amd64";
  operatingSystems: ["linux"];
  resources: Record<string, string>;
  offerings: Offering[];
}

interface Offering {
  Price: number;
  Available: true;
  Requirements: { key: string; operator: "In"; values: string[] }[];
}

/** What that provider takes off each node for the kubelet. */
const KWOK_RESERVED = { cpuMilli: 100, memoryBytes: 10 * 2 ** 20 };

/**
 * The kit's own instance types at its own prices, so that Karpenter chooses among them as it would on AWS: by price, with
 * the room that pods really have. A machine without a usable price in the region cannot be bought and is left out.
 */
export function karpenterCatalogue(
  region = "us-east-1",
  types: readonly InstanceType[] = INSTANCE_TYPES,
  book: PriceBook = builtinPriceBook(),
): KwokInstanceType[] {
  return types.flatMap((type) => {
    const offerings = offeringsOf(type, region, book);
    if (offerings.length === 0) return [];
    const { id, gpus, allocatableCpuMilli, allocatableMemoryBytes, nvmeBytes } = type;
    return [
      {
        name: id,
        architecture: "amd64",
        operatingSystems: ["linux"],
        resources: {
          cpu: `${allocatableCpuMilli + KWOK_RESERVED.cpuMilli}m`,
          memory: `${allocatableMemoryBytes + KWOK_RESERVED.memoryBytes}`,
          "ephemeral-storage": `${nvmeBytes}`,
          [GPU_RESOURCE]: `${gpus}`,
        },
        offerings,
      },
    ];
  });
}

/** Karpenter reckons with one price; the dearest zone is the one that may have to be paid. */
const offeringsOf = (type: InstanceType, region: string, book: PriceBook): Offering[] =>
  book.rows
    .filter((row) => row.region === region && row.instanceType === type.id && row.zone === null)
    .filter((row) => row.usable && row.highMicroUsd !== null)
    .map((row) => ({
      Price: toUsd(row.highMicroUsd as number),
      Available: true,
      Requirements: [
        { key: KARPENTER.capacityType, operator: "In", values: [row.capacity] },
        { key: "topology.kubernetes.io/zone", operator: "In", values: [`${region}a`] },
      ],
    }));
