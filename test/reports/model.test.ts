import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "../../core/spec/ledger.ts";
import type { ReportContext } from "../../reports/model.ts";
import { buildFinanceReport } from "../../reports/model.ts";
import { LedgerFixture, testDigest, threeOutcomes } from "../support/ledger.ts";
import { CONTEXT } from "./context.ts";

const report = (entries: readonly LedgerEntry[], context: Partial<ReportContext> = {}) =>
  buildFinanceReport(entries, { ...CONTEXT, ...context });

describe("the three outcomes", () => {
  const model = report(threeOutcomes());

  it("is the golden model", async () => {
    await expect(`${JSON.stringify(model, null, 2)}\n`).toMatchFileSnapshot(
      join(import.meta.dirname, "golden/three-outcomes.golden"),
    );
  });

  it("says in one sentence what happened, and what else there is to know", () => {
    expect(model.summary.sentence).toBe(
      "In November 2026 3 training jobs were asked for and 1 was admitted; 13.12 USD was spent, and 486.88 USD of the budget of 500.00 USD remains.",
    );
    expect(model.summary.notes).toEqual([
      "The cost gate blocked 1 job (expected to cost 31.50 USD); that is no saving. The data check refused 1 job before any cost was estimated.",
      "Of 1 evaluated run 1 passed against the best prompt.",
    ]);
  });

  it("holds estimate against actual, and expected against realised gain", () => {
    const [run] = model.runs.rows;
    expect(run).toMatchObject({
      outcome: "succeeded",
      actual: { usd: "13.120000", shown: "13.12" },
      variance: { usd: "0.720000" },
      withinInterval: true,
      stranded: { usd: "1.640000" },
      usdPerPoint: "1.87 USD", // 13.12 USD / 7.0 points
      promotion: "candidate since 2026-11-03",
    });
    expect(run?.varianceShare).toBeCloseTo(0.72 / 12.4, 12);
    // 0.06 ± 1.2816 x 0.03: the 80 % interval of a normal
    expect(run?.expectedGain).toMatchObject({ value: 0.06 });
    expect(run?.expectedGain).toMatchObject({
      low: expect.closeTo(0.021553, 6),
      high: expect.closeTo(0.098447, 6),
    });
    expect(run?.realisedGain).toMatchObject({ value: 0.07, low: 0.043, verdict: "pass" });
  });

  it("gives every refusal its reason in words", () => {
    expect(model.refusals.map(({ by, blocked, reasons }) => [by, blocked, reasons])).toEqual([
      [
        "cost gate",
        expect.objectContaining({ usd: "31.500000" }),
        [
          expect.objectContaining({ title: "The expected gain does not pay for the compute" }),
          expect.objectContaining({ title: "Deploying is unlikely to pay" }),
        ],
      ],
      [
        "data check",
        { unknown: "Refused by the data check, before an estimate was made" },
        [expect.objectContaining({ code: "TooFewExamples" })],
      ],
    ]);
  });

  it("counts stranded capacity as waste and names its share", () => {
    expect(model.waste.byKind.map(({ kind, runs, amount }) => [kind, runs, amount.usd])).toEqual([
      ["failed", 0, "0.000000"],
      ["cancelled", 0, "0.000000"],
      ["stranded", 1, "1.640000"],
    ]);
    expect(model.waste.share).toBeCloseTo(0.125, 12);
  });
});

describe("an empty ledger", () => {
  it("says so, and knows no budget", () => {
    const model = report([], { budgets: [] });
    expect(model.summary.sentence).toBe(
      "In November 2026 nobody asked for a training job; 0.00 USD was spent, and no budget is set.",
    );
    expect(model.summary.remaining).toEqual({ unknown: "No budget is set" });
    expect(model.runs.rows).toEqual([]);
    expect(model.annex).toMatchObject({ entries: 0 });
  });
});

describe("what is unknown", () => {
  it("is never zero: a decision without a price is left out of the sum and counted", () => {
    const ledger = new LedgerFixture();
    ledger.decided({ verdict: "reject", admitted: false, codes: ["PriceUnknown"], cost: null });
    ledger.decided({ verdict: "reject", admitted: false, codes: ["BudgetUnset"] });
    const model = report(ledger.entries);
    expect(model.decisions.rows[0]?.estimate).toEqual({ unknown: "No price for this placement" });
    expect(model.summary.blocked).toMatchObject({ usd: "12.400000", unknowns: 1 });
    expect(model.summary.notes).toContain(
      "The cost gate blocked 2 jobs (expected to cost 12.40 USD, and 1 of unknown cost); that is no saving.",
    );
    expect(model.unknowns).toContainEqual({
      figure: "Estimated cost of a decision",
      reason: "No price for this placement",
      where: [model.decisions.rows[0]?.decisionId],
    });
  });

  it("an open run has no actual, and holds its high estimate", () => {
    const ledger = new LedgerFixture();
    ledger.started(ledger.decided());
    const model = report(ledger.entries);
    expect(model.runs.rows[0]).toMatchObject({
      outcome: "running",
      actual: { unknown: "The run is not settled" },
      committed: { usd: "18.600000" },
      promotion: "no adapter",
    });
    expect(model.runs.spent.microUsd).toBe(0);
    expect(model.budgets.remaining.usd).toBe("481.400000");
    expect(model.summary.notes).toEqual([
      "1 run is still open; up to 18.60 USD is held back for it.",
    ]);
  });

  it("a run whose decision is missing has no estimate and no variance", () => {
    const ledger = new LedgerFixture();
    const decision = ledger.decided();
    ledger.settled(ledger.started(decision));
    const model = report(ledger.entries.filter((entry) => entry !== decision));
    expect(model.runs.rows[0]?.variance).toEqual({
      unknown: "The decision is not in the ledger; the settlement repeats 12.40 USD",
    });
    expect(model.runs.variance).toMatchObject({ microUsd: 0, unknowns: 0 });
    expect(model.runs.spent.usd).toBe("13.120000");
  });

  it("a team without a budget stands beside one that has one", () => {
    const ledger = new LedgerFixture();
    ledger.settled(ledger.started(ledger.decided()));
    ledger.settled(ledger.started(ledger.decided({ team: "legal" })));
    const model = report(ledger.entries);
    expect(model.budgets.rows.map(({ team, remaining }) => [team, remaining])).toEqual([
      ["legal", { unknown: "No budget is set" }],
      ["support", expect.objectContaining({ usd: "486.880000" })],
    ]);
    expect(model.summary.remaining).toMatchObject({ usd: "486.880000", unknowns: 1 });
    expect(model.summary.notes).toContain("No budget is set for legal.");
  });
});

describe("variance", () => {
  it("holds the run alone against what it cost, with the decision's interval in proportion", () => {
    const ledger = new LedgerFixture();
    const cost = { low: 10_000_000, expected: 20_000_000, high: 40_000_000, stranded: 0 };
    const settle = (estimated: number | null, actual: number) =>
      ledger.settled(ledger.started(ledger.decided({ cost })), { estimated, actual });
    settle(10_000_000, 12_000_000);
    settle(10_000_000, 21_000_000);
    settle(null, 21_000_000);
    const { runs } = report(ledger.entries);
    expect(
      runs.rows.map(({ estimate, variance, withinInterval }) => [
        estimate,
        variance,
        withinInterval,
      ]),
    ).toMatchObject([
      [{ low: { usd: "5.000000" }, high: { usd: "20.000000" } }, { usd: "2.000000" }, true],
      [{ expected: { usd: "10.000000" } }, { usd: "11.000000" }, false],
      [{ expected: { usd: "20.000000" } }, { usd: "1.000000" }, true],
    ]);
    expect(runs).toMatchObject({ judged: 3, inside: 2, estimated: { usd: "40.000000" } });
  });

  it.each(["failed", "cancelled"] as const)("is unknown for a run that %s", (outcome) => {
    const ledger = new LedgerFixture();
    ledger.settled(ledger.started(ledger.decided()));
    ledger.settled(ledger.started(ledger.decided()), {
      outcome,
      actual: 50_000,
      adapterVersion: null,
    });
    const { runs, waste } = report(ledger.entries);
    const unknown = "The run did not succeed: its cost is waste, not a measure of the estimate";
    expect(runs.rows.find((row) => row.outcome === outcome)).toMatchObject({
      variance: { unknown },
      varianceShare: { unknown },
      withinInterval: { unknown },
    });
    expect(runs).toMatchObject({ settled: 2, judged: 1, inside: 1 });
    expect(runs.variance.usd).toBe("0.720000");
    expect(runs.spent.usd).toBe("13.170000");
    expect(waste.byKind.find(({ kind }) => kind === outcome)?.amount.usd).toBe("0.050000");
  });
});

describe("a budget that is overdrawn", () => {
  it("is said with the amount", () => {
    const ledger = new LedgerFixture();
    ledger.settled(ledger.started(ledger.decided()));
    const { summary } = report(ledger.entries, {
      budgets: [{ team: "support", period: "2026-11", limitMicroUsd: 10_000_000 }],
    });
    expect(summary.remaining).toMatchObject({ usd: "-3.120000", shown: "−3.12" });
    expect(summary.sentence).toContain("the budget of 10.00 USD is overdrawn by 3.12 USD.");
    expect(summary.notes).toContain("Over budget: support by 3.12 USD.");
  });
});

describe("gain", () => {
  it.each([
    ["fail", -0.02, "The evaluation did not pass: no gain to divide by"],
    ["inconclusive", 0.01, "The evaluation is inconclusive: no gain to divide by"],
  ] as const)("that is %s is said plainly", (verdict, gain, why) => {
    const ledger = new LedgerFixture();
    ledger.evaluated(ledger.settled(ledger.started(ledger.decided())), { verdict, gain });
    const [run] = report(ledger.entries).runs.rows;
    expect(run?.realisedGain).toMatchObject({ value: gain, verdict });
    expect(run?.usdPerPoint).toEqual({ unknown: why });
  });

  it("is that of the latest evaluation, with the number of evaluations", () => {
    const ledger = new LedgerFixture();
    const run = ledger.settled(ledger.started(ledger.decided()));
    ledger.evaluated(run, { gain: 0.09 });
    ledger.evaluated(run, { gain: 0.02, runId: null, verdict: "inconclusive" });
    expect(report(ledger.entries).runs.rows[0]?.realisedGain).toMatchObject({
      value: 0.02,
      verdict: "inconclusive",
      evaluations: 2,
    });
  });
});

describe("asking again", () => {
  it("counts one data refusal once, however often the file was handed in", () => {
    const ledger = new LedgerFixture();
    for (const file of ["a.jsonl", "a.jsonl", "a.jsonl", "b.jsonl"]) ledger.checkRefused({ file });
    const { summary, refusals } = report(ledger.entries);
    expect(refusals).toHaveLength(4);
    expect(summary.sentence).toContain("2 training jobs were asked for");
    expect(summary.notes).toContain("The data check refused 2 jobs before any cost was estimated.");
  });

  it("counts the money of one job once", () => {
    const ledger = new LedgerFixture();
    const jobDigest = testDigest(7);
    const refused = { jobDigest, verdict: "reject", admitted: false } as const;
    ledger.decided({ ...refused, codes: ["BudgetExceeded"] });
    ledger.decided({ ...refused, codes: ["BudgetExceeded"] });
    const model = report(ledger.entries);
    expect(model.decisions.all).toMatchObject({ decisions: 2, counted: 1 });
    expect(model.summary.blocked.usd).toBe("12.400000");
    expect(model.refusals[0]?.blocked).toEqual({
      unknown: "Counted with another decision on the same job",
    });
  });

  it("keeps a run admitted when its repetition is refused as a duplicate", () => {
    const ledger = new LedgerFixture();
    const jobDigest = testDigest(7);
    ledger.settled(ledger.started(ledger.decided({ jobDigest })));
    ledger.decided({ jobDigest, verdict: "reject", admitted: false, codes: ["DuplicateRun"] });
    const { summary } = report(ledger.entries);
    expect([summary.admitted.usd, summary.blocked.usd]).toEqual(["12.400000", "0.000000"]);
  });
});

describe("overrides", () => {
  it("name who let a refused run through, why, and what came of it", () => {
    const ledger = new LedgerFixture();
    const refused = { verdict: "reject", codes: ["OverrideApproved"] } as const;
    const lifted = ledger.decided({
      ...refused,
      codes: ["OverrideApproved", "GainBelowCost"],
      override: { approver: "ines@example.com", reason: "A customer asked for it." },
    });
    ledger.evaluated(ledger.settled(ledger.started(lifted)), { verdict: "fail", gain: -0.01 });
    ledger.decided({ verdict: "reject", codes: ["LowChanceOfWin"], mode: "observe" });
    expect(report(ledger.entries).overrides).toMatchObject([
      {
        letThroughBy: "ines@example.com",
        reason: "A customer asked for it.",
        outcome: "succeeded, evaluation: fail",
      },
      { letThroughBy: 'mode "observe"', outcome: "no run recorded" },
    ]);
  });
});

describe("promotion", () => {
  it("says which alias a version holds and which it lost", () => {
    const ledger = new LedgerFixture();
    const first = ledger.settled(ledger.started(ledger.decided()));
    const second = ledger.settled(ledger.started(ledger.decided()));
    ledger.promoted(first, { alias: "champion" });
    ledger.promoted(second, { alias: "champion", previous: first.adapterVersion });
    ledger.promoted(first, { alias: "champion", rollback: true });
    expect(report(ledger.entries).runs.rows.map(({ promotion }) => promotion)).toEqual([
      "champion since 2026-11-03",
      "champion until 2026-11-03 (rolled back)",
    ]);
  });
});

describe("the period", () => {
  it("takes a run when it is settled and holds it as committed before", () => {
    const ledger = new LedgerFixture("2026-10-31T23:50:00.000Z");
    const started = ledger.started(ledger.decided());
    const later = new LedgerFixture("2026-11-02T08:00:00.000Z");
    later.settled(started, { id: "01KZZZZZZZZZZZZZZZZZZZZZZZ" });
    const entries = [...ledger.entries, ...later.entries];
    const october = report(entries, { period: "2026-10", budgets: [] });
    const november = report(entries);
    expect([october.runs.spent.usd, october.runs.committed.usd]).toEqual(["0.000000", "18.600000"]);
    expect([november.runs.spent.usd, november.runs.committed.usd]).toEqual([
      "13.120000",
      "0.000000",
    ]);
    expect(november.decisions.rows).toEqual([]);
    expect(november.runs.rows[0]?.variance).toMatchObject({ usd: "0.720000" });
  });

  it("sees nothing later than now, and nothing of another team", () => {
    const entries = threeOutcomes();
    expect(report(entries, { now: "2026-11-03T09:01:00.000Z" }).annex.entries).toBe(1);
    expect(report(entries, { team: "legal" }).annex.entries).toBe(0);
  });

  it("does not depend on the order or repetition of entries", () => {
    const entries = threeOutcomes();
    expect(report([...entries].reverse().concat(entries))).toEqual(report(entries));
  });

  it.each([
    [{ period: "2026-13" }, "WrongPeriod", 'Write year and month, such as "2026-11".'],
    [{ now: "today" }, "WrongInstant", 'Write it in UTC, such as "2026-11-24T09:30:00.000Z".'],
    [{ period: "2027-01" }, "PeriodNotBegun", "Ask for the current month or an earlier one."],
  ])("%j is refused with %s", (context, code, fix) => {
    expect(() => report([], context)).toThrow(expect.objectContaining({ code, fix }));
  });
});
