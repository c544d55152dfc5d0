import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  builtinPriceBook,
  lookupPrice,
  type PriceBook,
  type PriceQuery,
  type PriceRow,
} from "../../../core/catalog/prices.ts";
import { digestOf } from "../../../core/digest.ts";
import { parseUsd } from "../../../core/units.ts";

const QUERY: PriceQuery = {
  region: "us-east-1",
  instanceType: "p4d.24xlarge",
  capacity: "on-demand",
  maxAgeDays: { onDemand: 180, spot: 2, owned: 365, service: 365 },
  now: "2026-11-24T09:00:00.000Z",
};

const ROW: PriceRow = {
  provider: "aws",
  region: "us-east-1",
  instanceType: "p4d.24xlarge",
  capacity: "spot",
  zone: null,
  lowMicroUsd: 8_000_000,
  highMicroUsd: 9_000_000,
  usable: true,
  source: "spot price history",
  asOf: "2026-11-23",
  confidence: "A",
};

/** Where a spot price of QUERY goes. */
const ENTER_SPOT =
  "enter its price under prices in tunekit.yaml: {region: us-east-1, instanceType: p4d.24xlarge, capacity: spot, usdPerHour, source, asOf}";

/** The builtin on-demand rows with one spot row. */
const bookWith = (row: Partial<PriceRow>): PriceBook => {
  const book = builtinPriceBook();
  const onDemand = book.rows.filter(({ capacity }) => capacity === "on-demand");
  return { ...book, rows: [...onDemand, { ...ROW, ...row }] };
};

const reasonOf = (book: PriceBook, query: Partial<PriceQuery>) => {
  const answer = lookupPrice(book, { ...QUERY, ...query });
  return "unknown" in answer ? answer.unknown : undefined;
};

describe("the builtin price book", () => {
  it("is named by the digest of its rows and services", () => {
    const book = builtinPriceBook();
    const { rows, services } = book;
    expect(book.digest).toBe(digestOf({ rows, services }));
    for (const row of [...rows, ...services]) expect(row.source).not.toBe("");
  });

  it("holds the prices after the cut of June 2025 and none from before", () => {
    const source = JSON.parse(
      readFileSync(new URL("../../../core/catalog/sources/prices.json", import.meta.url), "utf8"),
    ) as { history: { instanceType: string; was: string }[] };
    expect(source.history.length).toBeGreaterThan(2);
    for (const { instanceType, was } of source.history) {
      const prices = builtinPriceBook()
        .rows.filter((row) => row.instanceType === instanceType)
        .flatMap(({ lowMicroUsd, highMicroUsd }) => [lowMicroUsd, highMicroUsd]);
      expect(prices, instanceType).not.toContain(parseUsd(was));
    }
  });

  it.each([
    // list prices of 2026-07-20 in aws/karpenter-provider-aws
    ["p4d.24xlarge", 21_957_642],
    ["p5.48xlarge", 55_040_000],
    ["g5.xlarge", 1_006_000],
  ])("%s costs %i micro-USD an hour on demand", (instanceType, microUsd) => {
    expect(lookupPrice(builtinPriceBook(), { ...QUERY, instanceType })).toMatchObject({
      lowMicroUsd: microUsd,
      highMicroUsd: microUsd,
      asOf: "2026-07-20",
    });
  });

  it("has no spot price fresh enough for a plan: the source has no date", () => {
    expect(reasonOf(builtinPriceBook(), { capacity: "spot" })).toEqual({
      code: "PriceStale",
      message: "the price for p4d.24xlarge spot in us-east-1 has no date",
      fix: ENTER_SPOT,
    });
  });
});

describe("looking up a price", () => {
  it("says PriceUnknown where no row is, and where the price goes", () => {
    const enter =
      "enter its price under prices in tunekit.yaml: {region: eu-central-1, instanceType: g5.2xlarge, capacity: on-demand, usdPerHour, source, asOf}; or allow another tier, capacity type or region";
    const where = { region: "eu-central-1", instanceType: "g5.2xlarge" };
    expect(reasonOf(builtinPriceBook(), where)).toEqual({
      code: "PriceUnknown",
      message: 'price book "builtin" has no price for g5.2xlarge on-demand in eu-central-1',
      fix: enter,
    });
    const blank = bookWith({ capacity: "on-demand", ...where, lowMicroUsd: null });
    expect(reasonOf(blank, where)).toEqual({
      code: "PriceUnknown",
      message: "the row for g5.2xlarge on-demand in eu-central-1 holds no price",
      fix: enter,
    });
  });

  it("says of a region that it does not know which ones it does, and the nearest", () => {
    const regions =
      "ap-northeast-1, eu-central-1, eu-north-1, eu-west-1, eu-west-2, us-east-1, us-east-2, us-west-2";
    const enter = (region: string) =>
      `nter its price under prices in tunekit.yaml: {region: ${region}, instanceType: p4d.24xlarge, capacity: on-demand, usdPerHour, source, asOf}`;
    expect(reasonOf(builtinPriceBook(), { region: "mars-1" })).toEqual({
      code: "PriceUnknown",
      message: `price book "builtin" has no price for p4d.24xlarge on-demand in mars-1; the regions that it knows: ${regions}`,
      fix: `e${enter("mars-1")}`,
    });
    expect(reasonOf(builtinPriceBook(), { region: "us-esat-1" })?.fix).toBe(
      `did you mean "us-east-1"? Otherwise e${enter("us-esat-1")}`,
    );
  });

  it("says of a machine that no book knows which one was meant", () => {
    const reason = (instanceType: string) => reasonOf(builtinPriceBook(), { instanceType });
    expect(reason("p4d.24xlrage")).toEqual({
      code: "PriceUnknown",
      message:
        'price book "builtin" has no price for p4d.24xlrage on-demand in us-east-1: it does not know the machine',
      fix: 'did you mean "p4d.24xlarge"?',
    });
    expect(reason("abacus")?.fix).toBe("take one that `tunekit catalog prices` lists");
  });

  it("gives the range of a fresh spot row", () => {
    const answer = lookupPrice(bookWith({}), { ...QUERY, capacity: "spot" });
    expect(answer).toMatchObject({ lowMicroUsd: 8_000_000, highMicroUsd: 9_000_000 });
  });

  it.each([
    ["a blank row", { lowMicroUsd: null, highMicroUsd: null }, "no spot capacity is sold"],
    [
      "a price at on-demand",
      { highMicroUsd: 21_957_642 },
      "spot capacity costs no less than on-demand",
    ],
    [
      "a price above on-demand",
      { highMicroUsd: 30_000_000 },
      "spot capacity costs no less than on-demand",
    ],
    ["a row marked unusable", { usable: false }, "no spot capacity is sold"],
  ])("says SpotUnavailable for %s", (_, row, what) => {
    expect(reasonOf(bookWith(row), { capacity: "spot" })).toEqual({
      code: "SpotUnavailable",
      message: `${what} for p4d.24xlarge spot in us-east-1`,
      fix: `allow on-demand capacity, or another tier or region; or ${ENTER_SPOT}`,
    });
  });

  it("never plans on the price of one zone", () => {
    const book = bookWith({ zone: "use1-az1", lowMicroUsd: 2_465_500 });
    expect(reasonOf(book, { capacity: "spot" })?.code).toBe("PriceUnknown");
  });

  it("says PriceStale from the day after the limit", () => {
    expect(reasonOf(bookWith({ asOf: "2026-11-22" }), { capacity: "spot" })).toBeUndefined();
    const stale = reasonOf(bookWith({ asOf: "2026-11-21" }), { capacity: "spot" });
    expect(stale).toEqual({
      code: "PriceStale",
      message: "the price for p4d.24xlarge spot in us-east-1 is 3 days old, the limit is 2",
      fix: `${ENTER_SPOT}; or raise policy.priceMaxAgeDays`,
    });
  });
});
