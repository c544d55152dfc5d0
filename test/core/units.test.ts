import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatDuration,
  formatPercent,
  formatPoints,
  formatUsd,
  GiB,
  microUsd,
  parseDuration,
  parseUsd,
  toUsd,
  usdDecimal,
} from "../../core/units.ts";

const amount = fc.integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });

describe("money", () => {
  it("usdDecimal and parseUsd undo each other for every amount", () => {
    fc.assert(fc.property(amount, (micro) => void expect(parseUsd(usdDecimal(micro))).toBe(micro)));
  });

  it("microUsd and toUsd undo each other up to a billion USD", () => {
    const billion = fc.integer({ min: -1e15, max: 1e15 });
    fc.assert(fc.property(billion, (micro) => void expect(microUsd(toUsd(micro))).toBe(micro)));
  });

  it("never shows a non-zero amount as zero, nor zero as something", () => {
    fc.assert(
      fc.property(amount, (micro) => void expect(/[1-9]/.test(formatUsd(micro))).toBe(micro !== 0)),
    );
  });

  it("shows a minus exactly for a debt", () => {
    fc.assert(
      fc.property(amount, (micro) => void expect(formatUsd(micro).startsWith("-")).toBe(micro < 0)),
    );
  });

  it.each([
    [0, "0.00 USD"],
    [312, "0.0003 USD"],
    [12, "0.000012 USD"],
    [1, "0.000001 USD"],
    [9_999, "0.0100 USD"],
    [10_000, "0.01 USD"],
    [12_400_000, "12.40 USD"],
    [-1_234_567_890_000, "-1,234,567.89 USD"],
    [1_000_000_000, "1,000.00 USD"],
  ])("%d micro-USD reads %s", (micro, text) => {
    expect(formatUsd(micro)).toBe(text);
  });

  it.each([
    ["21.957642", 21_957_642],
    ["0", 0],
    ["-0", 0],
    ["-0.5", -500_000],
    [" 3 ", 3_000_000],
  ])("parseUsd(%j) is %d", (text, micro) => {
    expect(parseUsd(text)).toBe(micro);
  });

  it.each(["", "1e3", "1,000", "0.1234567", ".5", "5.", "--1", "five", "NaN"])(
    "parseUsd refuses %j",
    (text) => {
      expect(() => parseUsd(text)).toThrow(
        new RangeError(`not a USD amount with at most six decimals: "${text}"`),
      );
    },
  );

  it("refuses amounts that integers can no longer hold", () => {
    expect(() => parseUsd("9007199255")).toThrow('USD amount out of range: "9007199255"');
    expect(() => microUsd(1e10)).toThrow("USD amount out of range: 10000000000");
    expect(() => microUsd(Number.NaN)).toThrow("USD amount out of range: NaN");
  });

  it("has no negative zero", () => {
    expect(Object.is(microUsd(-1e-9), 0)).toBe(true);
  });
});

describe("durations", () => {
  it.each([
    ["90s", 90],
    ["15 min", 900],
    ["15m", 900],
    ["2h", 7_200],
    ["1.5 h", 5_400],
    ["3d", 259_200],
    ["0s", 0],
  ])("%j is %d seconds", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(["", "soon", "2", "-5 s", "2 hours", "1h 30min", "h"])("%j is no duration", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each([
    [0.25, "0.3 s"],
    [9.94, "9.9 s"],
    [59.4, "59 s"],
    [59.9, "1 min"],
    [90, "2 min"],
    [3_599, "1 h 0 min"],
    [5_400, "1 h 30 min"],
    [172_700, "47 h 58 min"],
    [259_200, "3.0 days"],
  ])("%d seconds read %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe("sizes and shares", () => {
  it.each([
    [0, "0 B"],
    [1_023, "1023 B"],
    [1_024, "1.0 KiB"],
    [5 * 2 ** 20, "5.0 MiB"],
    [23.6 * GiB, "23.6 GiB"],
  ])("%d bytes read %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it("points and per cent", () => {
    expect(formatPoints(0.04)).toBe("4.0 points");
    expect(formatPercent(0.256)).toBe("26 %");
    expect(formatPercent(0.256, 1)).toBe("25.6 %");
  });
});
