import { describe, expect, it } from "vitest";
import { MAX_ROWS } from "../../../reports/charts/chart.ts";
import { reportCharts } from "../../../reports/charts/charts.ts";
import { buildFinanceReport } from "../../../reports/index.ts";
import { LedgerFixture, threeOutcomes } from "../../support/ledger.ts";
import { CONTEXT } from "../context.ts";

const chartsOf = (entries: LedgerFixture["entries"]) =>
  reportCharts(buildFinanceReport(entries, CONTEXT));

/** Texts of an SVG, in drawing order. */
const texts = (svg: string) =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
/** Horizontal places of the marks of one colour. */
const placesOf = (svg: string, fill: string) =>
  [...svg.matchAll(new RegExp(`translate\\(([\\d.-]+),[^>]*fill="var\\(--${fill}\\)"`, "g"))].map(
    ([, x]) => Number(x),
  );

describe("charts", () => {
  it("are drawn without a DOM, the same bytes each time", async () => {
    expect(globalThis).not.toHaveProperty("document");
    const first = await chartsOf(threeOutcomes());
    expect(Object.keys(first)).toEqual(["verdicts", "reasons", "costs", "gains"]);
    expect(await chartsOf(threeOutcomes())).toEqual(first);
  });

  it("take every colour from the page, so that one drawing follows light and dark", async () => {
    for (const { svg } of Object.values(await chartsOf(threeOutcomes()))) {
      const colours = [...svg.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour);
      expect(
        colours.filter((colour) => !/^(var\(--\w+\)|none|transparent)$/.test(colour as string)),
      ).toEqual([]);
    }
  });

  it("name every row and say every amount of a bar", async () => {
    const { verdicts, reasons } = await chartsOf(threeOutcomes());
    expect(texts(verdicts?.svg ?? "")).toEqual(
      expect.arrayContaining(["approve, admitted", "12.40 USD", "reject, blocked", "31.50 USD"]),
    );
    expect(texts(reasons?.svg ?? "")).toContain("The expected gain does not pay for the compute");
    expect(verdicts?.description).toContain("reject, blocked, blocked: 31.50 USD");
  });

  it("give an actual outside its interval another shape", async () => {
    const ledger = new LedgerFixture();
    ledger.settled(ledger.started(ledger.decided()), { actual: 15_000_000 });
    ledger.settled(ledger.started(ledger.decided()), { actual: 30_000_000 });
    const svg = (await chartsOf(ledger.entries)).costs?.svg ?? "";
    const inside = placesOf(svg, "blue")[0] as number;
    const outside = placesOf(svg, "paper")[0] as number;
    expect(svg.match(/stroke="var\(--orange\)"/g)).toHaveLength(1);
    expect(outside / inside).toBeCloseTo(2, 6); // 30 USD stands twice as far from zero as 15 USD
  });

  it("use a logarithmic axis, and say so, when runs differ by more than thirty times", async () => {
    const ledger = new LedgerFixture();
    const small = { low: 200, expected: 300, high: 600, stranded: 0 };
    ledger.settled(ledger.started(ledger.decided({ cost: small })), { actual: 310 });
    ledger.settled(ledger.started(ledger.decided()));
    expect(texts((await chartsOf(ledger.entries)).costs?.svg ?? "")).toContain("USD, logarithmic");
  });

  it("draw the dearest rows and say how many there are", async () => {
    const ledger = new LedgerFixture();
    for (let run = 0; run < MAX_ROWS + 5; run++) {
      ledger.settled(ledger.started(ledger.decided()), { actual: 10_000_000 + run });
    }
    const { costs } = await chartsOf(ledger.entries);
    expect(texts(costs?.svg ?? "").filter((text) => text?.includes(" · "))).toHaveLength(MAX_ROWS);
    expect(costs?.description).toContain("The 30 dearest of 35 runs are drawn");
  });

  it("are left out when there is nothing to draw", async () => {
    expect(await chartsOf([])).toEqual({});
  });
});
