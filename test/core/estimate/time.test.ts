import { describe, expect, it } from "vitest";
import { findGpu, type GpuName } from "../../../core/catalog/gpus.ts";
import { findModel } from "../../../core/catalog/models.ts";
import { type TimeInput, timeOf } from "../../../core/estimate/time.ts";
import { timeRange, untilResult } from "../../../core/estimate/time-parts.ts";
import { jobWith, TOKENS } from "../../support/estimate-input.ts";

const EXACT = { low: 1, high: 1 };

function input(name: GpuName, changes: Partial<TimeInput> = {}): TimeInput {
  const model = findModel("llama-3-8b");
  const gpu = findGpu(name);
  return {
    job: jobWith(),
    model,
    tokens: TOKENS,
    trainedTokens: 1_000_000,
    gpu,
    speed: { tokensPerSecond: 3000, flopsPerToken: 45e9, utilisation: 0.4 },
    swings: { speed: { low: 0.5, high: 2 }, tokens: EXACT },
    adapterBytes: 168e6,
    nodeNetworkBits: 10e9,
    spot: false,
    costs: {},
    ...changes,
  };
}

const seconds = (given: TimeInput, name: string) =>
  timeOf(given).parts.find((part) => part.name === name)?.seconds;

describe("time", () => {
  it("starts a node, pulls the image and fetches the weights on a cloud GPU", () => {
    const given = input("L40S");
    expect(timeOf(given).parts.map(({ name }) => name)).toEqual([
      "node start",
      "image pull",
      "process start",
      "base weights",
      "training",
      "validation",
      "checkpoints",
      "evaluation on the test split",
      "node idle until removed",
    ]);
    const [start, pull] = [seconds(given, "node start"), seconds(given, "image pull")];
    expect((start?.expected ?? 0) + (pull?.expected ?? 0)).toBe(966);
    // 16.06 GB at half of 10 Gbit/s, then at 1 GB/s
    expect(seconds(given, "base weights")?.expected).toBeCloseTo(41.8, 1);
    expect(timeOf(given).assumptions.map(({ name }) => name)).toEqual([
      "node start",
      "image pull",
      "node idle until removed",
      "download of base weights",
    ]);
    for (const { name, note } of timeOf(given).parts) expect(note, name).not.toBe("");
  });

  it("takes what the platform measured instead of what it would assume", () => {
    const node = {
      start: 120,
      imagePull: 90,
      hold: 60,
      idle: 600,
      source: "node events of October",
      asOf: "2026-11-01",
    };
    const given = input("L40S", { costs: { node } });
    const { parts, assumptions } = timeOf(given);
    expect(parts.map(({ name, seconds }) => [name, seconds.expected])).toEqual(
      expect.arrayContaining([
        ["node start", 120],
        ["image pull", 90],
        ["node held before the job starts", 60],
        ["node idle until removed", 600],
      ]),
    );
    expect(parts[0]?.note).toBe("node events of October, 2026-11-01");
    expect(assumptions.map(({ name }) => name)).toEqual(["download of base weights"]);
  });

  it("ends with the result: the idle node is paid for and delays nobody", () => {
    const { parts } = timeOf(input("L40S"));
    expect(parts.at(-1)?.name).toBe("node idle until removed");
    expect(untilResult(parts)).toEqual(parts.slice(0, -1));
  });

  it("takes longer on spot, by what interruptions make it do again", () => {
    // half-hour checkpoints: 0.05 an hour x (15 + 15 min) = 2.5 % of all that comes before
    const speed = { ...input("L40S").speed, tokensPerSecond: 1_000_000 / 10_800 };
    const job = jobWith({ training: { steps: 300, checkpointEverySteps: 50, batchSize: 4 } });
    const [calm, spot] = [input("L40S", { speed, job }), input("L40S", { speed, job, spot: true })];
    const [of, withRework] = [timeOf(calm), timeOf(spot)];
    const rework = withRework.parts.filter(({ name }) => name.startsWith("rework"));
    expect(rework.map(({ phase }) => phase)).toEqual(["rework", "evaluation"]);
    const [before, after] = [
      timeRange(untilResult(of.parts)),
      timeRange(untilResult(withRework.parts)),
    ];
    expect(after.expected / before.expected).toBeCloseTo(1.025, 10);
    expect(after.low).toBeGreaterThan(before.low);
    expect(after.high).toBeGreaterThan(before.high);
    expect(rework[0]?.note).toBe("2.5 % of the work, with a checkpoint every 30 min");
    expect(withRework.assumptions.at(-1)?.name).toBe("spot interruptions");
  });

  it("starts and fetches nothing on a machine that is already there", () => {
    const given = input("RTX-4090", { nodeNetworkBits: null });
    expect(timeOf(given).parts[0]?.name).toBe("process start");
    expect(seconds(given, "base weights")?.expected).toBeCloseTo(16.06, 2);
    expect(timeOf(given).parts.at(-1)?.name).toBe("evaluation on the test split");
    expect(timeOf(given).assumptions).toEqual([]);
  });

  it("trains tokens / speed, and is slow where the speed is low", () => {
    const given = input("L40S");
    const expected = 1_000_000 / given.speed.tokensPerSecond;
    const training = seconds(given, "training");
    expect(training?.low).toBeCloseTo(expected / 2, 8);
    expect(training?.expected).toBeCloseTo(expected, 8);
    expect(training?.high).toBeCloseTo(expected * 2, 8);
  });

  it("validates and saves once every checkpointEverySteps, and at the end", () => {
    const at = (checkpointEverySteps: number) =>
      input("L40S", {
        job: jobWith({ training: { steps: 300, checkpointEverySteps, batchSize: 4 } }),
      });
    const [rare, often] = [at(300), at(100)];
    expect(seconds(often, "validation")?.expected).toBeCloseTo(
      3 * (seconds(rare, "validation")?.expected ?? 0),
      8,
    );
    // 0.3 s + 3.1 adapters at 0.2 GB/s, three times
    expect(seconds(often, "checkpoints")?.expected).toBeCloseTo(3 * (0.3 + 2.604), 2);
  });

  it("covers the evaluation of SmolLM2-135M on two cores: 54 s for 80 items x 3 arms", () => {
    const model = findModel("smollm2-135m-instruct");
    const given = input("cpu", {
      model,
      job: jobWith({ evaluation: { maxNewTokens: 8 } }),
      tokens: { ...TOKENS, testExamples: 80, meanTokens: 64, longestTokens: 90 },
      // as measured there: 0.8 of 100 GFLOP/s at four FLOPs a parameter and token
      speed: { tokensPerSecond: 150, flopsPerToken: 0.54e9, utilisation: 0.8 },
      nodeNetworkBits: null,
    });
    const evaluation = seconds(given, "evaluation on the test split");
    expect(evaluation?.low).toBeLessThan(54);
    expect(evaluation?.high).toBeGreaterThan(54);
  });
});
