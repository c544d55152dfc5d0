import { describe, expect, it } from "vitest";
import { GPUS } from "../../../core/catalog/gpus.ts";
import {
  findInstanceType,
  INSTANCE_TYPES,
  instanceTypesOf,
} from "../../../core/catalog/instance-types.ts";
import { TIERS } from "../../../core/spec/tier.ts";

describe("instance types", () => {
  it("make up every tier but the machine at hand", () => {
    for (const tier of TIERS) {
      expect(instanceTypesOf(tier).length > 0, tier).toBe(tier !== "local-cpu");
    }
  });

  it("offer only cards that the catalog knows, and leave pods less memory than the machine has", () => {
    for (const type of INSTANCE_TYPES) {
      expect(Object.keys(GPUS), type.id).toContain(type.gpu);
      expect(type.allocatableMemoryBytes, type.id).toBeLessThan(type.memoryBytes);
    }
  });

  it("tells the A100 of 40 GB from the one of 80 GB", () => {
    expect(findInstanceType("p4d.24xlarge")).toMatchObject({ gpu: "A100-40GB", gpus: 8 });
    expect(findInstanceType("p4de.24xlarge")).toMatchObject({ gpu: "A100-80GB", gpus: 8 });
  });

  it("names the nearest type for an unknown one", () => {
    expect(() => findInstanceType("g5.2xlage")).toThrow(
      expect.objectContaining({
        code: "UnknownInstanceType",
        fix: 'did you mean "g5.2xlarge"?',
      }),
    );
    expect(() => findInstanceType("quantum.metal-1")).toThrow(
      expect.objectContaining({ fix: "list the known ones with `tunekit catalog instances`" }),
    );
  });
});
