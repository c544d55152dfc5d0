import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { trainedTokens } from "../../../core/estimate/trained-tokens.ts";
import { jobWith, TOKENS } from "../../support/estimate-input.ts";

const job = (training: Record<string, unknown>, stack = {}) =>
  jobWith({ training: { steps: 100, batchSize: 4, maxLength: 1024, ...training }, stack });

describe("trained tokens", () => {
  it("are steps x batch x accumulation x GPUs x tokens an example", () => {
    const { perExample, total } = trainedTokens(job({ gradientAccumulation: 2 }), TOKENS, 3);
    expect(total).toBe(Math.round(100 * 4 * 2 * 3 * perExample));
  });

  it("see the same examples in every variant: micro-batch x accumulation x GPUs is constant", () => {
    const examples = (batchSize: number, gradientAccumulation: number, gpus: number) => {
      const { perExample, total } = trainedTokens(
        job({ batchSize, gradientAccumulation }),
        TOKENS,
        gpus,
      );
      return total / perExample;
    };
    const variants: [number, number, number][] = [
      [8, 1, 2],
      [4, 2, 2],
      [2, 8, 1],
      [1, 4, 4],
    ];
    for (const variant of variants) expect(examples(...variant)).toBeCloseTo(100 * 16, 1);
  });

  it("pad a batch to the longest of its examples: between the mean and the longest of all", () => {
    // 300 + 600 x sqrt(ln 4 / ln 800)
    expect(trainedTokens(job({}), TOKENS, 1).perExample).toBeCloseTo(573.2, 1);
    expect(trainedTokens(job({ batchSize: 1 }), TOKENS, 1).perExample).toBe(300);
    expect(trainedTokens(job({ batchSize: 800 }), TOKENS, 1).perExample).toBe(900);
  });

  it("fill every packed sequence", () => {
    const packed = trainedTokens(job({}, { packing: true }), TOKENS, 1);
    expect(packed.perExample).toBe(1024);
    // three examples of 300 tokens go into 1,024 whole: half of the way to 88 %, on the log scale
    expect(packed.swing).toEqual({ low: Math.sqrt(900 / 1024), high: 1 });
    expect(packed.assumption.name).toBe("tokens of a packed sequence");
  });

  it("state what they take for the padding, and how far that may be off", () => {
    const { assumption, swing } = trainedTokens(job({}), TOKENS, 1);
    expect(assumption).toEqual({
      name: "tokens of an example with its padding",
      value: "573, between the mean 300 and the longest 900",
      source: "longest of 4 among 800 examples, normal tail",
    });
    expect(swing.low).toBeCloseTo(Math.sqrt(300 / 573.2), 3);
    expect(swing.high).toBeCloseTo(Math.sqrt(900 / 573.2), 3);
  });

  it("lie between mean and longest for any lengths", () => {
    const lengths = fc.record({
      mean: fc.integer({ min: 1, max: 500 }),
      beyond: fc.integer({ min: 0, max: 2000 }),
      examples: fc.integer({ min: 1, max: 5000 }),
      batchSize: fc.integer({ min: 1, max: 128 }),
    });
    fc.assert(
      fc.property(lengths, ({ mean, beyond, examples, batchSize }) => {
        const facts = {
          ...TOKENS,
          trainExamples: examples,
          meanTokens: mean,
          longestTokens: mean + beyond,
        };
        const { perExample } = trainedTokens(job({ batchSize, maxLength: 4096 }), facts, 1);
        expect(perExample).toBeGreaterThanOrEqual(mean);
        expect(perExample).toBeLessThanOrEqual(mean + beyond);
      }),
    );
  });
});
