import { describe, expect, it } from "vitest";
import { observedRun } from "../../../core/estimate/observed-run.ts";
import type { RunResult } from "../../../core/spec/run.ts";
import { exampleEstimate, uncalibrated } from "../../support/example-estimate.ts";

const measured = (over: Partial<RunResult>) =>
  ({ stepTokens: null, stepSeconds: null, peakMemoryBytes: null, ...over }) as RunResult;

describe("what a run measured", () => {
  it("stands beside the raw estimate, whatever the estimate was corrected by", () => {
    const { speed, memory, stack } = uncalibrated(2_000, 16e9);
    const estimate = exampleEstimate({
      calibration: { stack, speed: { ...speed, factor: 0.5, runs: 4 }, memory },
    });
    const result = measured({ stepTokens: 300_000, stepSeconds: 200, peakMemoryBytes: 17e9 });
    expect(observedRun(estimate, result)).toEqual({
      stack: "tunekit-trl",
      gpu: "A100-40",
      method: "qlora",
      speed: { low: 1_600, estimated: 2_000, high: 2_400, actual: 1_500 },
      memory: { low: 12.8e9, estimated: 16e9, high: 19.2e9, actual: 17e9 },
    });
  });

  it("is nothing where the trainer measured nothing, and a part where it measured a part", () => {
    const estimate = exampleEstimate();
    expect(observedRun(estimate, measured({}))).toBeNull();
    expect(observedRun(estimate, measured({ stepTokens: 100, stepSeconds: 0 }))).toBeNull();
    expect(observedRun(estimate, measured({ peakMemoryBytes: 17e9 }))).toMatchObject({
      speed: null,
      memory: { actual: 17e9 },
    });
  });
});
