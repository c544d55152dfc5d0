import { describe, expect, it } from "vitest";
import { GPUS } from "../../../core/catalog/gpus.ts";
import { findInstanceType, instanceTypesOf } from "../../../core/catalog/instance-types.ts";
import { builtinPriceBook } from "../../../core/catalog/prices.ts";
import {
  gpuSlice,
  gpusPerNode,
  machinesOf,
  NODE_TIERS,
  poolName,
  poolNodeLabels,
  soldAsWholeNode,
  tierRecord,
  tierSlice,
  tierTaints,
  tierTolerations,
} from "../../../core/catalog/tiers.ts";
import { TIERS } from "../../../core/spec/tier.ts";
import { GiB } from "../../../core/units.ts";

const POD_TRAINS_8B = 16 * GiB + 2 * GiB;

describe("tiers", () => {
  it("are the node tiers and the machine at hand", () => {
    expect(TIERS).toEqual([...NODE_TIERS, "local-cpu"]);
  });

  it.each(NODE_TIERS)(
    "%s is made of catalog machines of that tier, with as many GPUs each",
    (tier) => {
      const machines = machinesOf(tier);
      expect(machines.map((machine) => machine.tier)).toEqual(machines.map(() => tier));
      expect(new Set(machines.map(({ gpus }) => gpus)).size).toBe(1);
    },
  );

  it.each(NODE_TIERS)("%s has cards with the memory that its name promises", (tier) => {
    const { gpuMemoryGiB, ownedGpus } = tierRecord(tier);
    const cards = [...ownedGpus, ...instanceTypesOf(tier).map(({ gpu }) => gpu)];
    for (const card of cards) expect(GPUS[card].memoryBytes, card).toBe(gpuMemoryGiB * GiB);
    expect(tier).toContain(String(gpuMemoryGiB));
  });

  it.each(NODE_TIERS)("%s has an on-demand price for every machine of its pool", (tier) => {
    const { rows } = builtinPriceBook();
    for (const { id } of machinesOf(tier)) {
      const row = rows.find(
        ({ instanceType, region, capacity }) =>
          instanceType === id && region === "us-east-1" && capacity === "on-demand",
      );
      expect(row?.highMicroUsd, id).toBeGreaterThan(0);
    }
  });

  it.each(NODE_TIERS)("%s leaves a pod the host memory to load an 8B model in 16 bits", (tier) => {
    expect(tierSlice(tier).memoryBytes).toBeGreaterThan(POD_TRAINS_8B);
  });

  it("has a title of its own for each", () => {
    expect(new Set(NODE_TIERS.map((tier) => tierRecord(tier).title)).size).toBe(NODE_TIERS.length);
  });
});

describe("the slice of a GPU", () => {
  it("is 11 cores, 125 GiB and under 900 GiB of disk on an A100 node of eight", () => {
    expect(tierSlice("a100-40")).toEqual({
      cpu: 11,
      memoryBytes: 125 * GiB,
      ephemeralBytes: 791 * GiB,
    });
  });

  it("fits on the node as often as the node has GPUs, with room for the pods of the node", () => {
    for (const tier of NODE_TIERS) {
      const slice = tierSlice(tier);
      for (const machine of machinesOf(tier)) {
        const { gpus } = machine;
        expect(slice.cpu, machine.id).toBeGreaterThan(0);
        expect(gpus * slice.cpu).toBeLessThanOrEqual(machine.allocatableCpuMilli / 1000 - 0.5);
        expect(gpus * slice.memoryBytes).toBeLessThan(0.96 * machine.allocatableMemoryBytes);
        expect(gpus * slice.ephemeralBytes).toBeLessThan(0.9 * machine.nvmeBytes);
      }
    }
  });

  it("is the smallest of what several machines give", () => {
    const [small, large] = ["g5.2xlarge", "g5.4xlarge"].map((id) => findInstanceType(id));
    if (!small || !large) throw new Error("the catalog has both");
    expect(gpuSlice([small, large])).toEqual(gpuSlice([small]));
    expect(gpuSlice([large]).cpu).toBeGreaterThan(gpuSlice([small]).cpu);
  });

  it("knows which tiers are sold by the node only", () => {
    expect(NODE_TIERS.filter(soldAsWholeNode)).toEqual(["a100-40", "a100-80"]);
    expect(gpusPerNode("a100-80")).toBe(8);
    // what the record says of the pool holds for every machine that can be rented
    for (const tier of NODE_TIERS) {
      const fewest = Math.min(...instanceTypesOf(tier).map(({ gpus }) => gpus));
      expect(soldAsWholeNode(tier), tier).toBe(fewest > 1);
    }
  });
});

describe("a pool", () => {
  it("has one name, the labels of its flavor, and taints that the flavor tolerates", () => {
    expect(poolName("gpu-24gb", "spot")).toBe("gpu-24gb-spot");
    expect(poolNodeLabels("gpu-24gb", "spot")).toEqual({
      "tunekit.dev/tier": "gpu-24gb",
      "tunekit.dev/capacity": "spot",
    });
    expect(tierTaints("gpu-24gb")).toEqual([
      { key: "nvidia.com/gpu", value: "true", effect: "NoSchedule" },
      { key: "tunekit.dev/tier", value: "gpu-24gb", effect: "NoSchedule" },
    ]);
    for (const [index, taint] of tierTaints("gpu-24gb").entries()) {
      expect(tierTolerations("gpu-24gb")[index]).toEqual({ ...taint, operator: "Equal" });
    }
  });
});
