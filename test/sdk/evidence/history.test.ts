import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "../../../core/spec/ledger.ts";
import { foldHistory } from "../../../sdk/evidence/history.ts";
import { observedRuns } from "../../../sdk/evidence/observed-runs.ts";
import { LedgerFixture } from "../../support/ledger.ts";

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
