import { describe, expect, it } from "vitest";
import { findGpu, GPU_NAMES, GPUS } from "../../../core/catalog/gpus.ts";

describe("GPUs", () => {
  it("states source and date of every card, and less usable memory than is sold", () => {
    for (const name of GPU_NAMES) {
      const gpu = GPUS[name];
      expect(gpu.source, name).not.toBe("");
      expect(gpu.asOf, name).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(gpu.usableBytes, name).toBeLessThan(gpu.memoryBytes);
    }
  });

  it("holds dense FLOP/s, not the sparse ones that vendors quote", () => {
    expect(findGpu("A100-80GB").flops).toBe(312e12);
    expect(findGpu("H100-SXM").flops).toBe(989e12);
  });

  it("names the nearest card for an unknown one", () => {
    expect(() => findGpu("A100-80G")).toThrow(
      expect.objectContaining({ code: "UnknownGpu", fix: 'did you mean "A100-80GB"?' }),
    );
    expect(() => findGpu("abacus")).toThrow(
      expect.objectContaining({ fix: `known: ${GPU_NAMES.join(", ")}` }),
    );
  });
});
