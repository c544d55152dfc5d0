import { describe, expect, it } from "vitest";
import { spotAssumption, spotFacts, spotMultiplier } from "../../../core/estimate/spot.ts";

describe("rework on spot", () => {
  it.each([
    // docs/cost-gate.md: 0.05 interruptions an hour, 15 minutes to restart
    [1800, 1.025],
    [7200, 1.0625],
  ])("with a checkpoint every %i s the work is %d times the work", (interval, multiple) => {
    expect(spotMultiplier(interval, spotFacts(undefined))).toBeCloseTo(multiple, 12);
  });

  it("grows with the platform's own rate, and says whose it is", () => {
    const stated = spotFacts({
      interruptionsPerHour: 0.2,
      restart: 600,
      source: "spot events of October",
      asOf: "2026-11-01",
    });
    // 0.2 x (15 + 10 min)
    expect(spotMultiplier(1800, stated)).toBeCloseTo(1 + (0.2 * 25) / 60, 12);
    expect(spotAssumption(stated)).toEqual({
      name: "spot interruptions",
      value: "0.2 an hour, 10 min to be running again",
      source: "spot events of October, 2026-11-01",
    });
  });

  it("keeps the assumed restart where only the rate is stated", () => {
    const said = { interruptionsPerHour: 0, source: "x", asOf: "2026-11-01" };
    expect(spotFacts(said)).toMatchObject({ interruptionsPerHour: 0, restartSeconds: 900 });
    expect(spotMultiplier(7200, spotFacts(said))).toBe(1);
  });
});
