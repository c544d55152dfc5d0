import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "../../core/spec/ledger.ts";
import { parseUsd } from "../../core/units.ts";
import type { FinanceReport } from "../../reports/index.ts";
import { buildFinanceReport, financeCsv, financeHtml, financeJson } from "../../reports/index.ts";
import { LedgerFixture } from "../support/ledger.ts";
import { CONTEXT } from "./context.ts";

const money = fc.oneof(
  fc.integer({ min: 0, max: 2_000 }),
  fc.integer({ min: 0, max: 3_000_000_000 }),
);
const job = fc.record({
  team: fc.constantFrom("support", "legal", "search"),
  cost: fc.option(fc.tuple(money, money, money)),
  admitted: fc.boolean(),
  codes: fc.subarray(["GainBelowCost", "LowChanceOfWin", "BudgetExceeded"] as const),
  run: fc.option(
    fc.record({
      settled: fc.option(
        fc.record({
          outcome: fc.constantFrom("succeeded", "failed", "cancelled"),
          actual: money,
          strandedShare: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
      ),
      gain: fc.option(fc.double({ min: -0.5, max: 0.5, noNaN: true })),
    }),
  ),
});
type Job = typeof job extends fc.Arbitrary<infer T> ? T : never;

/** A ledger, and its totals worked out while it is written. */
function ledgerOf(jobs: readonly Job[]) {
  const ledger = new LedgerFixture();
  const truth = { asked: 0, admitted: 0, blocked: 0, spent: 0, committed: 0, wasted: 0 };
  for (const { team, cost, admitted, codes, run } of jobs) {
    const [low, expected, high] = (cost ?? [0, 0, 0]).toSorted((a, b) => a - b) as [
      number,
      number,
      number,
    ];
    const decision = ledger.decided({
      team,
      admitted,
      verdict: admitted ? "approve" : "reject",
      codes,
      cost: cost && { low, expected, high, stranded: 0 },
    });
    truth.asked += expected;
    truth[admitted ? "admitted" : "blocked"] += expected;
    if (!admitted || !run) continue;
    const started = ledger.started(decision);
    if (!run.settled) {
      truth.committed += high;
      continue;
    }
    const { outcome, actual, strandedShare } = run.settled;
    const stranded = Math.floor(actual * strandedShare);
    const settled = ledger.settled(started, { outcome, actual, stranded });
    truth.spent += actual;
    truth.wasted += outcome === "succeeded" ? stranded : actual;
    if (run.gain !== null) ledger.evaluated(settled, { gain: run.gain });
  }
  return { entries: ledger.entries, truth };
}

type Truth = ReturnType<typeof ledgerOf>["truth"];
const NAMES = ["asked", "admitted", "blocked", "spent", "committed", "wasted"] as const;
const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

function expectCsv(csv: string, truth: Truth): void {
  const rows = parse(csv, { columns: true }) as Record<string, string>[];
  for (const name of NAMES) {
    const cells = rows.map((row) => row[`${name}_usd`]).filter((cell) => cell);
    expect([name, sum(cells.map((cell) => parseUsd(cell as string)))]).toEqual([name, truth[name]]);
  }
}

function expectJson(json: string, truth: Truth): void {
  const { summary, waste, runs } = JSON.parse(json) as FinanceReport;
  expect({
    asked: parseUsd(summary.asked.usd),
    admitted: parseUsd(summary.admitted.usd),
    blocked: parseUsd(summary.blocked.usd),
    spent: parseUsd(summary.spent.usd),
    committed: parseUsd(summary.committed.usd),
    wasted: parseUsd(waste.all.usd),
  }).toEqual(truth);
  expect(sum(runs.rows.map(({ actual }) => ("unknown" in actual ? 0 : parseUsd(actual.usd))))).toBe(
    truth.spent,
  );
}

/** Exact and shown amounts of the cells that carry an attribute. */
function cells(html: string, attribute: string): { exact: number; shown: number }[] {
  const pattern = new RegExp(
    `${attribute}[^]*?(?:<data value="([^"]+)">([^<]+)</data>|<abbr|</td>)`,
    "g",
  );
  return [...html.matchAll(pattern)].flatMap(([, exact, shown]) =>
    exact === undefined || shown === undefined
      ? []
      : [
          {
            exact: parseUsd(exact),
            shown: shown === "–" ? 0 : parseUsd(shown.replaceAll(",", "").replace("−", "-")),
          },
        ],
  );
}

function expectHtml(html: string, truth: Truth): void {
  const same: Record<string, keyof Truth> = {
    "team-spent": "spent",
    "team-committed": "committed",
    "reason-blocked": "blocked",
    refused: "blocked",
  };
  for (const part of [...NAMES, ...Object.keys(same)]) {
    const truly = truth[same[part] ?? (part as keyof Truth)];
    const parts = cells(html, `data-part="${part}"`);
    const total = cells(html, `data-total="${part}"`)[0];
    expect([part, sum(parts.map(({ exact }) => exact))]).toEqual([part, truly]);
    if (!total) continue;
    expect([part, total.exact]).toEqual([part, truly]);
    expect([part, sum(parts.map(({ shown }) => shown))]).toEqual([part, total.shown]);
  }
  for (const name of ["asked", "admitted", "blocked", "spent"] as const) {
    expect([name, cells(html, `data-figure="${name}"`)[0]?.exact]).toEqual([name, truth[name]]);
  }
}

async function expectAllEqual(entries: readonly LedgerEntry[], truth: Truth): Promise<void> {
  const report = buildFinanceReport(entries, CONTEXT);
  expectCsv(financeCsv(report), truth);
  expectJson(financeJson(report), truth);
  expectHtml(await financeHtml(report), truth);
}

describe("totals", () => {
  it("are equal to the micro-dollar in HTML, CSV and JSON, and shown rows add up to shown totals", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(job, { maxLength: 20 }), async (jobs) => {
        const { entries, truth } = ledgerOf(jobs);
        await expectAllEqual(entries, truth);
      }),
      { numRuns: 20 },
    );
  });

  it("hold for an empty ledger and for one without a single known cost", async () => {
    await expectAllEqual([], ledgerOf([]).truth);
    const unknown: Job = { team: "legal", cost: null, admitted: false, codes: [], run: null };
    const { entries, truth } = ledgerOf([unknown, unknown]);
    expect(truth.blocked).toBe(0);
    await expectAllEqual(entries, truth);
  });
});
