import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measuredSwing, type Residual, swingAmong } from "../../../core/estimate/measured-swing.ts";

const row = (changes: Partial<Residual>): Residual => ({
  source: "somebody",
  stack: "hf-trainer",
  method: "lora",
  gpu: "A100-80GB",
  memory: null,
  speed: null,
  ...changes,
});
const like = { stack: "hf-trainer", method: "lora", gpu: "A100-80GB" };

const spread = (logs: readonly number[], changes: Partial<Residual> = {}) =>
  logs.map((memory) => row({ ...changes, memory }));

/** Ten evenly spread errors, from -0.9 x size to +0.9 x size. */
const even = (size: number) =>
  Array.from({ length: 10 }, (_, index) => (size * (2 * index - 9)) / 10);

describe("the swing of measured runs", () => {
  it("is the middle 80 % of what was measured, on the log scale", () => {
    const { low, high } = swingAmong(spread(even(0.5)), "memory", like);
    expect([Math.log(low), Math.log(high)].map((value) => value.toFixed(2))).toEqual([
      "-0.45",
      "0.35",
    ]);
  });

  it("shrinks a stack with few runs towards the others", () => {
    const others = spread(even(1), { stack: "unsloth", source: "others" });
    const width = (runs: number) => {
      const own = spread(Array.from({ length: runs }, () => 0.01));
      const { low, high } = swingAmong([...others, ...own], "memory", like);
      return Math.log(high / low);
    };
    expect(width(2)).toBeGreaterThan(width(8));
    expect(width(8)).toBeGreaterThan(width(80));
  });

  it("lets every source count the same, however many runs it has", () => {
    const large = spread(
      Array.from({ length: 500 }, () => 0),
      { source: "large", stack: "other" },
    );
    const small = spread(even(1), { source: "small", stack: "another" });
    const { high } = swingAmong([...large, ...small], "memory", { ...like, stack: "unseen" });
    expect(high).toBeGreaterThan(Math.exp(0.3));
  });

  it("never claims certainty, and always holds the estimate itself", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1 }),
        (logs) => {
          const { low, high } = swingAmong(spread(logs), "memory", like);
          expect(low).toBeLessThanOrEqual(Math.exp(-0.02));
          expect(high).toBeGreaterThanOrEqual(Math.exp(0.02));
        },
      ),
    );
  });

  it("knows memory and speed of the published runs, and is wider for a stack that nobody published", () => {
    const width = (stack: string) => {
      const { low, high } = measuredSwing("memory", { ...like, stack });
      return high / low;
    };
    expect(width("deepspeed")).toBeLessThan(width("nobody-knows"));
    expect(measuredSwing("speed", like)).toEqual(measuredSwing("speed", like));
  });
});
