import { describe, expect, it } from "vitest";
import { calibrationReport } from "../../../core/estimate/calibration-report.ts";
import { observedFigure, observedRun } from "../../support/observed-run.ts";

describe("calibration report", () => {
  it("has nothing to say without runs, or of runs that measured nothing", () => {
    expect(calibrationReport([])).toEqual({ groups: [], implausible: 0 });
    expect(calibrationReport([observedRun(null)])).toEqual({ groups: [], implausible: 0 });
  });

  it("corrects each run by the others alone", () => {
    const { groups } = calibrationReport([observedRun(0.5), observedRun(0.5), observedRun(0.5)]);
    expect(groups).toEqual([
      {
        stack: "tunekit-trl",
        gpu: "L40S",
        method: "lora",
        figure: "speed",
        runs: 3,
        related: 0,
        ratio: expect.closeTo(0.5),
        factor: expect.closeTo(0.5 ** (6 / 7)),
        error: {
          before: expect.closeTo(1), // the estimate was twice the speed
          after: expect.closeTo(0.5 ** (4 / 5 - 1) - 1), // two others are believed by four fifths
        },
        interval: {
          before: { low: 0.8, high: 1.25 },
          after: { low: expect.any(Number), high: expect.any(Number) },
        },
        missing: 0,
      },
    ]);
    const { after } = groups[0]?.interval ?? { after: { low: 0, high: 0 } };
    expect(after.high / after.low).toBeLessThan(1.25 / 0.8);
    expect(after.low).toBeLessThan(0.5);
    expect(after.high).toBeGreaterThan(0.55);
  });

  it("leaves the error of an only run as it was, and says how many are missing", () => {
    const [group] = calibrationReport([observedRun(0.5)]).groups;
    expect(group?.error.after).toBe(group?.error.before);
    expect(group?.missing).toBe(2);
  });

  it("has a row for each kind and figure, those with most runs first", () => {
    const { groups } = calibrationReport([
      observedRun(0.9, { gpu: "L4", memory: observedFigure(1.1) }),
      observedRun(0.8),
      observedRun(0.8),
    ]);
    expect(groups.map(({ figure, gpu, runs, related }) => [figure, gpu, runs, related])).toEqual([
      ["speed", "L40S", 2, 1],
      ["speed", "L4", 1, 2],
      ["memory", "L4", 1, 0],
    ]);
  });

  it("counts what cannot be right apart", () => {
    const report = calibrationReport([observedRun(0.8), observedRun(50)]);
    expect(report.implausible).toBe(1);
    expect(report.groups[0]?.runs).toBe(1);
  });
});
