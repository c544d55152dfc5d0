import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createClusters } from "../../../core/dataset/clusters.ts";
import { distributionOf } from "../../../core/dataset/distribution.ts";
import { createReadinessCheck, type Readiness } from "../../../core/dataset/readiness.ts";
import { nearWords } from "../../../core/dataset/row.ts";
import { createSample } from "../../../core/dataset/sample.ts";
import { shinglesOf } from "../../../core/dataset/shingles.ts";
import { checkRatios, DEFAULT_RATIOS, sideOf } from "../../../core/dataset/split.ts";
import { sha256 } from "../../../core/digest.ts";

interface Written {
  prompt: string;
  completion: string;
  group?: string;
}

function split(rows: readonly Written[], salt = "s"): Readiness {
  const check = createReadinessCheck({
    salt,
    ratios: DEFAULT_RATIOS,
    groupKey: null,
    tokenizer: null,
    maxTokens: null,
    testItemsNeeded: null,
  });
  rows.forEach((row, at) => {
    check.addLine(at + 1, JSON.stringify(row));
  });
  const messages = ({ prompt, completion }: Written) => [
    { role: "user" as const, content: prompt },
    { role: "assistant" as const, content: completion },
  ];
  return check.finish((row) => shinglesOf(nearWords(messages(rows[row] as Written))), []);
}

/** Few words, so that duplicates, near-duplicates and shared groups are common. */
const row = fc.record(
  {
    prompt: fc
      .array(fc.constantFrom("red", "green", "blue", "Red", "7"), { minLength: 1, maxLength: 7 })
      .map((words) => words.join(" ")),
    completion: fc.constantFrom("yes", "no"),
    group: fc.constantFrom("a", "b", "c", "d", "e", "f"),
  },
  { requiredKeys: ["prompt", "completion"] },
);

describe("the split", () => {
  it("does not depend on the order of the rows", () => {
    fc.assert(
      fc.property(
        fc
          .array(row, { minLength: 1, maxLength: 40 })
          .chain((rows) =>
            fc.tuple(
              fc.constant(rows),
              fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length }),
            ),
          ),
        ([rows, shuffled]) => {
          const sides = ({ items }: Readiness) =>
            items.map(({ id, digest, group, split, cluster }) => ({
              id,
              digest,
              group,
              split,
              cluster,
            }));
          expect(sides(split(shuffled))).toEqual(sides(split(rows)));
        },
      ),
    );
  });

  it("never puts relatives on two sides, nor measures any there", () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), fc.string(), (rows, salt) => {
        const { items, report } = split(rows, salt);
        const groups = new Map<string, string>();
        const clusters = new Map<string, string>();
        for (const item of items) {
          expect(clusters.get(item.cluster) ?? item.split).toBe(item.split);
          clusters.set(item.cluster, item.split);
          if (item.group === undefined) continue;
          expect(groups.get(item.group) ?? item.split).toBe(item.split);
          groups.set(item.group, item.split);
        }
        expect(report.leakage).toEqual({
          testInTrain: 0,
          testInValidation: 0,
          validationInTrain: 0,
        });
        expect(items).toHaveLength(report.usable);
        expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
      }),
    );
  });

  it("joins the groups of two exact duplicates, though only one of them is kept", () => {
    const words = "one two three four five six seven";
    const { items, report } = split([
      { prompt: `A ${words}`, completion: "x", group: "a" },
      { prompt: "something else in a", completion: "x", group: "a" },
      { prompt: `a ${words}`, completion: "X", group: "b" },
      { prompt: "quite another thing in b", completion: "x", group: "b" },
    ]);
    expect(report).toMatchObject({ rows: 4, usable: 3, exactDuplicates: 1, clusters: 1 });
    expect(new Set(items.map(({ cluster }) => cluster)).size).toBe(1);
  });

  it("sides follow the ratios, the salt and nothing else", () => {
    const count = (salt: string) => {
      const sides = Array.from({ length: 20_000 }, (_, n) =>
        sideOf(sha256(`${n}`), salt, DEFAULT_RATIOS),
      );
      return ["train", "validation", "test"].map((side) => sides.filter((s) => s === side).length);
    };
    const [train, validation, test] = count("a") as [number, number, number];
    for (const [size, share] of [
      [train, 0.8],
      [validation, 0.1],
      [test, 0.1],
    ] as const) {
      expect(Math.abs(size / 20_000 - share)).toBeLessThan(
        4.5 * Math.sqrt((share * (1 - share)) / 20_000),
      );
    }
    expect(count("a")).toEqual([train, validation, test]);
    expect(count("b")).not.toEqual([train, validation, test]);
    expect(sideOf("x", "a", { train: 0, validation: 0, test: 1 })).toBe("test");
  });

  it.each([
    { train: 0.8, validation: 0.1, test: 0.2 },
    { train: 1, validation: 0, test: 0 },
    { train: 1.2, validation: -0.1, test: -0.1 },
    { train: Number.NaN, validation: 0.1, test: 0.1 },
  ])("refuses the ratios %j", (ratios) => {
    expect(() => checkRatios(ratios)).toThrow(expect.objectContaining({ code: "RatiosWrong" }));
  });

  it("takes 70/10/20", () => {
    const ratios = { train: 0.7, validation: 0.1, test: 0.2 };
    expect(checkRatios(ratios)).toBe(ratios);
  });
});

describe("clusters", () => {
  it("are the connected components", () => {
    const edge = fc.tuple(fc.nat(19), fc.nat(19));
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 30 }), (edges) => {
        const clusters = createClusters();
        for (let n = 0; n < 20; n++) expect(clusters.add()).toBe(n);
        for (const [a, b] of edges) clusters.join(a, b);
        // the same by repainting
        const colour = Array.from({ length: 20 }, (_, n) => n);
        for (const [a, b] of edges) {
          const [from, to] = [colour[a], colour[b] as number];
          for (let n = 0; n < 20; n++) if (colour[n] === from) colour[n] = to;
        }
        for (let a = 0; a < 20; a++) {
          for (let b = 0; b < 20; b++) {
            expect(clusters.same(a, b)).toBe(colour[a] === colour[b]);
            expect(clusters.root(a) === clusters.root(b)).toBe(colour[a] === colour[b]);
          }
        }
      }),
    );
  });
});

describe("a sample", () => {
  it("is the same in any order and stays within its capacity", () => {
    const digests = Array.from({ length: 1000 }, (_, n) => sha256(`${n}`));
    const of = (list: readonly string[]) => {
      const sample = createSample<string>(64);
      for (const digest of list) sample.add(digest, () => digest);
      return sample.values();
    };
    const sample = of(digests);
    expect(of([...digests].reverse())).toEqual(sample);
    expect(sample.length).toBeGreaterThan(16);
    expect(sample.length).toBeLessThanOrEqual(64);
    expect(of(digests.slice(0, 10))).toEqual(digests.slice(0, 10).sort());
  });
});

describe("a distribution", () => {
  it("has nearest-rank percentiles", () => {
    const values = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect(distributionOf(values)).toEqual({
      min: 1,
      median: 50,
      p95: 95,
      max: 100,
      mean: 50.5,
      total: 5050,
    });
    expect(distributionOf([7])).toEqual({ min: 7, median: 7, p95: 7, max: 7, mean: 7, total: 7 });
    expect(distributionOf([])).toEqual({ min: 0, median: 0, p95: 0, max: 0, mean: 0, total: 0 });
  });
});
