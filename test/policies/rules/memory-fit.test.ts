import { describe, expect, it } from "vitest";
import { memoryFit } from "../../../policies/rules/memory-fit.ts";
import { exampleEstimate } from "../../support/example-estimate.ts";
import { judged, unpriced } from "../../support/judged.ts";

const memory = (fit: "fits" | "borderline" | "does-not-fit") => {
  const estimate = exampleEstimate();
  return { ...estimate, memory: { ...estimate.memory, fit } };
};

describe("DoesNotFitMemory", () => {
  it("says nothing when the job fits", () => {
    expect(judged(memoryFit)).toEqual([]);
  });

  it("warns when it may not", () => {
    expect(judged(memoryFit, { estimate: memory("borderline") })).toMatchObject([
      {
        code: "DoesNotFitMemory",
        effect: "warning",
        message:
          "The job needs 16.0 GiB (up to 19.0 GiB) of the 39.0 GiB usable on a100-40: it may run out of memory.",
        value: 19,
        threshold: 39,
      },
    ]);
  });

  it("refuses when it does not, and names what fits", () => {
    const alternatives = [
      { label: "qlora on gpu-24gb", estimate: memory("fits") },
      { label: "lora on gpu-32gb", estimate: memory("borderline") },
    ];
    expect(judged(memoryFit, { estimate: memory("does-not-fit"), alternatives })).toMatchObject([
      {
        code: "DoesNotFitMemory",
        effect: "reject",
        fix: "take one that fits: qlora on gpu-24gb",
      },
    ]);
    expect(judged(memoryFit, { estimate: memory("does-not-fit") })).toMatchObject([
      { fix: "use a smaller batch, shorter examples, qlora or a larger tier" },
    ]);
  });

  it("takes the estimate's word where it could not size the job", () => {
    expect(judged(memoryFit, { estimate: unpriced("DoesNotFitMemory") })).toMatchObject([
      {
        effect: "reject",
        message: "no answer: DoesNotFitMemory",
        fix: "ask the price desk",
      },
    ]);
  });
});
