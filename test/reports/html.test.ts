import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "../../core/spec/ledger.ts";
import { buildFinanceReport, financeHtml } from "../../reports/index.ts";
import { LedgerFixture, threeOutcomes } from "../support/ledger.ts";
import { CONTEXT } from "./context.ts";

const pageOf = (entries: readonly LedgerEntry[], context = CONTEXT) =>
  financeHtml(buildFinanceReport(entries, context));

/** Every field of the ledger that a stranger may have written, filled with one text. */
function ledgerNamed(text: string): LedgerEntry[] {
  const ledger = new LedgerFixture();
  const own = { actor: text, team: text, useCase: text, adapter: text };
  const run = ledger.settled(
    ledger.started(ledger.decided({ ...own, method: text, priceBook: text }), {
      instanceType: text,
    }),
  );
  ledger.evaluated(run, { metric: text, evaluationId: text });
  ledger.promoted(run, { alias: text, reason: text });
  ledger.decided({ ...own, admitted: false, verdict: "reject", codes: [], summary: text });
  ledger.decided({ ...own, verdict: "reject", override: { approver: text, reason: text } });
  ledger.checkRefused({ ...own, file: text, codes: [text], message: text });
  return ledger.entries;
}

const tags = (page: string) =>
  [...page.matchAll(/<[^<>]*>/g)].map(([tag]) => /^<\/?[^\s>]*/.exec(tag)?.[0]);

describe("financeHtml", () => {
  it("shows the three outcomes in words", async () => {
    const page = await pageOf(threeOutcomes());
    for (const text of [
      "In November 2026 3 training jobs were asked for and 1 was admitted",
      "The expected gain does not pay for the compute",
      "few.jsonl has 41 usable examples; 50 are the least.",
      "candidate since 2026-11-03",
      "tunekit report --period 2026-11",
    ]) {
      expect(page).toContain(text);
    }
  });

  it("is self-contained: no script, nothing fetched, and a policy that forbids both", async () => {
    const page = await pageOf(threeOutcomes());
    expect(page).toContain(
      `content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;"`,
    );
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|form)\b/i);
    expect(page).not.toMatch(/\son\w+=|javascript:|url\(|@import|\ssrc=/i);
    const addresses = page.match(/https?:\/\/[^"\s<]+/g) ?? [];
    expect(new Set(addresses)).toEqual(
      new Set(["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]),
    );
  });

  it("gives every figure a title, a description and a role", async () => {
    const page = await pageOf(threeOutcomes());
    const figures = page.match(/<figure>[\s\S]*?<\/figure>/g) ?? [];
    expect(figures).toHaveLength(4);
    for (const figure of figures) {
      expect(figure).toMatch(
        /<svg[^>]+role="img" aria-labelledby="(figure-\w+)-title \1-desc"><title id="\1-title">[^<]+<\/title><desc id="\1-desc">[^<]+<\/desc>/,
      );
    }
  });

  it.each([
    "<script>alert(1)</script>",
    `"><img src=x onerror=alert(1)>`,
    "</svg></style></title><script>alert(1)</script>",
    "<!-- ",
    "]]>&lt;b&gt;&amp;",
    "{{7*7}} <%= 1 %>",
  ])("lets no name bring markup: %s", async (hostile) => {
    const page = await pageOf(ledgerNamed(hostile), { ...CONTEXT, budgets: [], command: hostile });
    const calm = await pageOf(ledgerNamed("calm"), { ...CONTEXT, budgets: [], command: "calm" });
    expect(tags(page)).toEqual(tags(calm));
  });

  it("prints an unknown figure as a dash with its reason", async () => {
    const ledger = new LedgerFixture();
    ledger.decided({ cost: null, codes: ["PriceUnknown"], admitted: false, verdict: "reject" });
    const page = await pageOf(ledger.entries, { ...CONTEXT, budgets: [] });
    expect(page).toContain('<abbr title="No price for this placement">–</abbr>');
    expect(page).toContain('<abbr title="No budget is set">–</abbr>');
    expect(page).toContain(">1 unknown<");
  });

  it("says a negative gain plainly", async () => {
    const ledger = new LedgerFixture();
    ledger.evaluated(ledger.settled(ledger.started(ledger.decided())), {
      verdict: "fail",
      gain: -0.034,
      gainLow: -0.064,
      gainHigh: -0.004,
    });
    const page = await pageOf(ledger.entries);
    expect(page).toContain('−3.4<span class="sub">−6.4 to −0.4</span>');
    expect(page).toContain("Of 1 evaluated run 1 did not pass.");
  });

  it("reads well with nothing in it", async () => {
    const page = await pageOf([], { ...CONTEXT, budgets: [] });
    expect(page).not.toContain("<figure>");
    expect(page).toContain("The gate decided nothing in this period.");
    expect(page).toContain("Every figure of this report is known.");
  });

  it("is the same bytes each time", async () => {
    expect(await pageOf(threeOutcomes())).toBe(await pageOf(threeOutcomes()));
  });
});
