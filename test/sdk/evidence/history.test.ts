import { describe, expect, it } from "vitest";
import { correctionOf } from "../../../core/estimate/calibration.ts";
import type { LedgerEntry } from "../../../core/spec/ledger.ts";
import { judgedCost } from "../../../policies/judged-cost.ts";
import { foldHistory } from "../../../sdk/evidence/history.ts";
import { observedRuns } from "../../../sdk/evidence/observed-runs.ts";
import { exampleCost } from "../../support/example-estimate.ts";
import { LedgerFixture } from "../../support/ledger.ts";
import { observedRun } from "../../support/observed-run.ts";

const job = { method: "lora", useCase: { metric: "label-accuracy" } } as Parameters<
  typeof foldHistory
>[1];

/** A run from its decision to its evaluation. */
function run(
  ledger: LedgerFixture,
  {
    predicted = 0.1,
    gain = 0.05,
    method = "lora",
    metric = "label-accuracy",
    verdict = "pass" as const,
  } = {},
) {
  const decided = ledger.decided({ method, gain: { priorMean: predicted, mean: 9, sd: 0.01 } });
  const started = ledger.started(decided);
  const settled = ledger.settled(started, { estimated: 2_000, actual: 3_000 });
  ledger.evaluated(settled, { metric, gain, verdict });
}

const fold = (build: (ledger: LedgerFixture) => void) => {
  const ledger = new LedgerFixture();
  build(ledger);
  return foldHistory(ledger.entries as LedgerEntry[], job, observedRuns(ledger.entries));
};

describe("history of past runs", () => {
  it("is null while there is none", () => {
    expect(fold(() => {})).toBeNull();
  });

  it("compares each outcome with what was predicted before calibration, and each cost with its estimate", () => {
    expect(fold((ledger) => run(ledger))).toEqual({
      stratum: "label-accuracy × lora",
      multipliers: [0.5],
      wins: 1,
      evaluated: 1,
      costRatios: [1.5],
    });
  });

  it("keeps methods apart, and metrics where gains are concerned", () => {
    expect(fold((ledger) => run(ledger, { method: "qlora" }))).toBeNull();
    expect(fold((ledger) => run(ledger, { metric: "exact-match" }))).toMatchObject({
      multipliers: [],
      evaluated: 0,
    });
  });

  it("learns from losses, and says nothing of a gain that was predicted to be zero", () => {
    const history = fold((ledger) => {
      run(ledger, { gain: -0.02, verdict: "fail" as "pass" });
      run(ledger, { predicted: 0 });
    });
    expect(history).toMatchObject({ multipliers: [expect.closeTo(-0.2)], evaluated: 2, wins: 1 });
  });

  it("passes over runs whose estimate was unknown", () => {
    const history = fold((ledger) => {
      const started = ledger.started(ledger.decided({ method: "lora" }));
      ledger.settled(started, { estimated: null, actual: 3_000 });
    });
    expect(history).toBeNull();
  });
});

describe("cost ratios beside a calibrated speed", () => {
  /** Runs that were estimated at 100 (90 of it training) and trained at half of the estimated speed: each cost 190. */
  const slow = (count: number, observed = true) => {
    const ledger = new LedgerFixture();
    for (let run = 0; run < count; run++) {
      ledger.settled(ledger.started(ledger.decided()), {
        estimated: 100_000_000,
        estimatedTraining: 90_000_000,
        actual: 190_000_000,
        observed: observed ? observedRun(0.5) : null,
      });
    }
    return ledger.entries;
  };

  /** What the gate judges the same run at today, in USD: its estimate with the speed as past runs correct it. */
  function judged(entries: readonly LedgerEntry[]) {
    const calibration = observedRuns(entries);
    const { factor } = correctionOf(calibration, observedRun(1), "speed");
    const estimate = 10 + 90 / factor;
    const ratios = foldHistory(entries, job, calibration)?.costRatios ?? [];
    const cost = judgedCost(exampleCost(estimate / 2, estimate, estimate * 2), ratios);
    return { estimate, ratios, expected: (cost?.expectedMicroUsd ?? 0) / 1e6 };
  }

  it("are held against the estimate as it would be corrected today", () => {
    const { ratios } = judged(slow(3));
    const corrected = 10 + 90 / 0.5 ** (6 / 7);
    expect(ratios).toEqual(Array(3).fill(expect.closeTo(190 / corrected)));
  });

  it.each([1, 3, 10, 100])("never take the bias off twice: after %i runs", (count) => {
    const { estimate, expected } = judged(slow(count));
    expect(expected).toBeGreaterThan(estimate); // what calibration leaves is still learned
    expect(expected).toBeLessThanOrEqual(190.000_001); // both in full would give up to 350
    if (count >= 3) expect(expected).toBeGreaterThan(0.95 * 190);
  });

  it("come to the same judged cost as without calibration, once there are many runs", () => {
    const [calibrated, plain] = [judged(slow(100)), judged(slow(100, false))];
    expect(plain.estimate).toBe(100);
    expect(calibrated.expected / plain.expected).toBeCloseTo(1, 1);
  });

  it("are actual / estimate for entries that do not say how much of it was training", () => {
    const entries = slow(2).map((entry) => {
      if (entry.kind !== "settled") return entry;
      const { estimatedTraining: _, ...old } = entry;
      return old;
    });
    expect(judged(entries).ratios).toEqual([1.9, 1.9]);
  });
});
