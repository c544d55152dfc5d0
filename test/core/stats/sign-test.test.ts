import { describe, expect, it } from "vitest";
import { signTest } from "../../../core/stats/sign-test.ts";

describe("signTest", () => {
  // scipy.stats.binomtest(wins, wins + losses).pvalue
  it.each([
    [8, 1, 0.0390625],
    [1, 8, 0.0390625],
    [15, 10, 0.4243562],
    [0, 1, 1],
    [0, 0, 1],
  ])("%i wins, %i losses → %f", (wins, losses, p) => {
    expect(signTest(wins, losses)).toBeCloseTo(p, 7);
  });
});
