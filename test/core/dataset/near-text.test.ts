import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BANDS,
  chanceOfComparison,
  HASHES,
  minhash,
  ROWS,
  similarityEstimate,
} from "../../../core/dataset/minhash.ts";
import { plainText, wordsOf } from "../../../core/dataset/normalise.ts";
import { jaccard, shinglesOf } from "../../../core/dataset/shingles.ts";
import { createSketches } from "../../../core/dataset/sketches.ts";

const text = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, n) => `w${from + n}`);

describe("text rules", () => {
  it("plain text folds form, case and space, and keeps digits", () => {
    expect(plainText("  ＡＢＣ\t ﬁne\u00a0\n 12 ")).toBe("abc fine 12");
    expect(plainText("12 + 7")).not.toBe(plainText("13 + 8"));
  });

  it.each([
    ["Order #4711, 2nd item!", ["order", "0", "0nd", "item"]],
    ["don't stop", ["don", "t", "stop"]],
    ["Straße ÉCOLE", ["straße", "école"]],
    ["你好 world", ["你", "好", "world"]],
    ["ok 🎉", ["ok", "🎉"]],
    ["?! -- \n", []],
  ])("words of %j", (from, words) => {
    expect(wordsOf(from)).toEqual(words);
  });

  it("shingles are runs of five words, or the whole of a shorter text", () => {
    expect([...shinglesOf(["a", "b", "c", "d", "e", "f"])]).toEqual(["a b c d e", "b c d e f"]);
    expect([...shinglesOf(["a", "b"])]).toEqual(["a b"]);
    expect([...shinglesOf([])]).toEqual([]);
  });

  it("shingles are the same as when every run is joined by itself", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-c]{1,3}$/), { minLength: 5 }), (words) => {
        const joined = words.slice(4).map((_, at) => words.slice(at, at + 5).join(" "));
        expect([...shinglesOf(words)]).toEqual([...new Set(joined)]);
      }),
    );
  });

  it("Jaccard is shared over all", () => {
    expect(jaccard(new Set(["a", "b", "c"]), new Set(["b", "c", "d"]))).toBe(0.5);
    expect(jaccard(new Set(), new Set(["a"]))).toBe(0);
    expect(jaccard(new Set(), new Set())).toBe(1);
  });
});

describe("MinHash", () => {
  it("estimates Jaccard within 4.5 standard errors", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 0, max: 300 }),
        (at, shift) => {
          const [a, b] = [text(at, at + 300), text(at + shift, at + shift + 300)];
          const truth = jaccard(shinglesOf(a), shinglesOf(b));
          const error = Math.sqrt((truth * (1 - truth)) / HASHES);
          const estimate = similarityEstimate(minhash(a), minhash(b));
          expect(Math.abs(estimate - truth)).toBeLessThanOrEqual(4.5 * error + 1e-9);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it("is unbiased: the mean error over many pairs is small", () => {
    const errors = Array.from({ length: 200 }, (_, n) => {
      const [a, b] = [text(1000 * n, 1000 * n + 300), text(1000 * n + 30, 1000 * n + 330)];
      return similarityEstimate(minhash(a), minhash(b)) - jaccard(shinglesOf(a), shinglesOf(b));
    });
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    expect(Math.abs(mean)).toBeLessThan(0.01);
  });

  it("compares what the banding formula promises", () => {
    expect(BANDS * ROWS).toBe(HASHES);
    expect(chanceOfComparison(0.8)).toBeCloseTo(0.9983, 4);
    expect(chanceOfComparison(0.9)).toBeGreaterThan(0.99999);
    expect(1 - (1 - 0.8 ** 8) ** 16).toBeCloseTo(0.947, 3); // the usual 16 x 8, for comparison
  });

  it("proposes every pair of near texts once, and no pair of strangers", () => {
    const sketches = createSketches();
    // more than the first allocation holds; 53 of 59 shingles shared: Jaccard .90
    const pairs = 1500;
    for (let n = 0; n < pairs; n++) {
      sketches.add(minhash(text(1000 * n, 1000 * n + 60)));
      sketches.add(minhash(text(1000 * n + 3, 1000 * n + 63)));
    }
    const found = [...sketches.pairs()].map(([a, b]) => `${a} ${b}`);
    const expected = new Set(Array.from({ length: pairs }, (_, n) => `${2 * n} ${2 * n + 1}`));
    expect(new Set(found).size).toBe(found.length);
    expect(found.filter((pair) => !expected.has(pair))).toEqual([]);
    expect(found.length / pairs).toBeGreaterThanOrEqual(0.999);
  });
});
