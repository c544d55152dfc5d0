import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Problem, SpecError } from "../../../core/errors.ts";
import { PlatformConfig } from "../../../core/spec/platform-config.ts";
import { parseYaml } from "../../../core/spec/yaml.ts";

const ROW = "region: us-east-1, instanceType: g5.xlarge, asOf: 2026-11-23, source: bill";
const parse = (...rows: string[]) =>
  parseYaml(
    PlatformConfig,
    `kind: PlatformConfig\nprices:\n${rows.map((row) => `  - {${row}}\n`).join("")}`,
    "tunekit.yaml",
  );

function problemsIn(...rows: string[]): string[] {
  try {
    parse(...rows);
    return [];
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return error.problems.map(({ code, message, fix }: Problem) => `${code} | ${message} | ${fix}`);
  }
}

describe("entered prices", () => {
  it("are none unless somebody enters them", () => {
    expect(PlatformConfig.parse({ kind: "PlatformConfig" }).prices).toEqual([]);
  });

  it("are an amount or a range, and are written as they were read", () => {
    const platform = parse(
      `${ROW}, capacity: on-demand, usdPerHour: 1.006 USD`,
      `${ROW}, capacity: spot, usdPerHour: {low: 0.4, high: "0.45"}`,
    );
    expect(platform.prices).toEqual([
      expect.objectContaining({ capacity: "on-demand", usdPerHour: 1_006_000 }),
      expect.objectContaining({ capacity: "spot", usdPerHour: { low: 400_000, high: 450_000 } }),
    ]);
    expect(PlatformConfig.parse(z.encode(PlatformConfig, platform))).toEqual(platform);
  });

  it.each([
    [
      "0",
      "WrongAmount | prices[0].usdPerHour must be above zero | write what an hour costs, or leave the row out",
    ],
    [
      "{low: 0.3, high: 0.2}",
      "WrongRange | prices[0].usdPerHour has a low above its high | swap low and high",
    ],
    ["{low: 0.3}", 'MissingKey | prices[0].usdPerHour needs "high" | add "high"'],
    [
      "{lo: 0.3, high: 1}",
      'UnknownKey | unknown key "lo" in prices[0].usdPerHour | did you mean "low"?',
    ],
    [
      "{low: a, high: 1}",
      'WrongAmount | prices[0].usdPerHour.low must be an amount of USD, zero or more, with at most six decimals, not "a" | write it as "0.05 USD"',
    ],
    [
      "cheap",
      'WrongAmount | prices[0].usdPerHour must be an amount of USD, zero or more, with at most six decimals, not "cheap" | write it as "0.05 USD"',
    ],
  ])("of %s are refused", (usdPerHour, problem) => {
    expect(problemsIn(`${ROW}, capacity: spot, usdPerHour: ${usdPerHour}`)).toEqual([problem]);
  });

  it("name a machine that the catalog knows, each once, with source and date", () => {
    const spot = `${ROW}, capacity: spot, usdPerHour: 0.4`;
    expect(problemsIn(spot.replace("g5.xlarge", "g5.xlrage"))).toEqual([
      'UnknownInstanceType | prices[0].instanceType names no instance type that the catalog knows: "g5.xlrage" | did you mean "g5.xlarge"?',
    ]);
    expect(problemsIn(spot.replace("g5.xlarge", "abacus"))[0]).toContain(
      "list the known ones with `tunekit catalog prices`",
    );
    expect(problemsIn(spot, spot.replace("us-east-1", "us-east-2"), spot)).toEqual([
      "DuplicatePrice | prices[2] is a second row for g5.xlarge spot in us-east-1 | keep the row that holds today",
    ]);
    expect(problemsIn(spot.replace(", source: bill", ""))).toEqual([
      'MissingKey | prices[0].source is missing | add "source": text',
    ]);
    expect(problemsIn(spot.replace("spot", "owned"))[0]).toContain("allowed: on-demand, spot");
  });

  it("are in docs/estimation.md as an example that is read as it stands there", () => {
    const page = readFileSync(new URL("../../../docs/estimation.md", import.meta.url), "utf8");
    const [, example = ""] = /```yaml\n(prices:\n[^`]+)```/.exec(page) ?? [];
    const { prices } = parseYaml(PlatformConfig, `kind: PlatformConfig\n${example}`, "example");
    expect(prices.map(({ capacity }) => capacity)).toEqual(["on-demand", "spot"]);
  });
});
