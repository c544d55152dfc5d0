import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { buildFinanceReport, financeCsv } from "../../reports/index.ts";
import { LedgerFixture, threeOutcomes } from "../support/ledger.ts";
import { CONTEXT } from "./context.ts";

const rowsOf = (entries: LedgerFixture["entries"]) =>
  parse(financeCsv(buildFinanceReport(entries, CONTEXT)), { columns: true }) as Record<
    string,
    string
  >[];

describe("financeCsv", () => {
  it("has a row a decision, run and data check, with exact decimals", () => {
    const rows = rowsOf(threeOutcomes());
    expect(rows.map(({ record, outcome }) => [record, outcome])).toEqual([
      ["decision", "admitted"],
      ["decision", "blocked"],
      ["data-check", "refused"],
      ["run", "succeeded"],
    ]);
    expect(rows[3]).toMatchObject({
      estimate_low_usd: "9.200000",
      estimate_expected_usd: "12.400000",
      estimate_high_usd: "18.600000",
      spent_usd: "13.120000",
      wasted_usd: "1.640000",
      variance_usd: "0.720000",
      asked_usd: "",
      realised_gain: "0.07",
      evaluation: "pass",
      promotion: "candidate since 2026-11-03",
    });
  });

  it("keeps ids whole and a negative amount a number", () => {
    const ledger = new LedgerFixture();
    const run = ledger.settled(ledger.started(ledger.decided()), { actual: 11_000_001 });
    const row = rowsOf(ledger.entries).find(({ record }) => record === "run");
    expect(row).toMatchObject({
      id: run.runId,
      adapter_version: run.adapterVersion,
      variance_usd: "-1.399999",
    });
  });

  it.each(["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1", '=HYPERLINK("x")'])(
    "lets no cell start a formula: %j",
    (hostile) => {
      const ledger = new LedgerFixture();
      ledger.decided({
        team: hostile,
        adapter: hostile,
        useCase: hostile,
        actor: hostile,
        summary: hostile,
        override: { approver: hostile, reason: hostile },
      });
      const [row] = rowsOf(ledger.entries);
      for (const column of ["team", "adapter", "use_case", "requester", "reason", "approver"]) {
        expect(row?.[column]).toBe(`'${hostile}`);
      }
    },
  );

  it("leaves an unknown cell empty", () => {
    const ledger = new LedgerFixture();
    ledger.decided({ cost: null, codes: ["PriceUnknown"], admitted: false, verdict: "reject" });
    expect(rowsOf(ledger.entries)[0]).toMatchObject({
      asked_usd: "",
      blocked_usd: "",
      estimate_expected_usd: "",
      reason_codes: "PriceUnknown",
    });
  });

  it("is only its header for an empty ledger", () => {
    expect(financeCsv(buildFinanceReport([], CONTEXT))).toMatch(/^record,at,id,[a-z_,]+\r\n$/);
  });
});
