import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Problem, SpecError } from "../../../core/errors.ts";
import { PlatformConfig } from "../../../core/spec/platform-config.ts";
import { RunCosts } from "../../../core/spec/run-costs.ts";
import { parseYaml } from "../../../core/spec/yaml.ts";

const parse = (costs: string) =>
  parseYaml(PlatformConfig, `kind: PlatformConfig\ncosts:\n${costs}`, "tunekit.yaml").costs;

function problemsIn(costs: string): string[] {
  try {
    parse(costs);
    return [];
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return error.problems.map(({ code, message, fix }: Problem) => `${code} | ${message} | ${fix}`);
  }
}

describe("costs of a platform", () => {
  it("are all optional, and none has a figure of its own", () => {
    expect(PlatformConfig.parse({ kind: "PlatformConfig" }).costs).toEqual({
      sharing: [],
      upkeep: [],
      prices: [],
    });
  });

  it("are read with units", () => {
    const costs = parse(`
  sharing: [{tier: a100-40, othersBusy: 0.6, source: DCGM, asOf: 2026-11-01}]
  node: {start: 2 min, imagePull: 90s, diskGB: 200, source: node events, asOf: 2026-11-01}
  spot: {interruptionsPerHour: 0.1, restart: 10 min, source: spot events, asOf: 2026-11-01}
  eks: {nodes: 10, autoMode: 0.12, source: bill, asOf: 2026-11-01}
  storage: {months: 12}
  network: {nat: [weights, image], imageGB: 4, egressGB: 0.5}
  review: {items: 40, perItem: 0.75 USD, source: agency, asOf: 2026-11-01}
  upkeep: [{item: adapter server, perMonth: 90 USD, source: bill, asOf: 2026-11-01}]
  prices: [{service: s3-standard, price: 0.023 USD, source: bill, asOf: 2026-11-01}]
`);
    expect(costs).toMatchObject({
      node: { start: 120, imagePull: 90 },
      spot: { restart: 600 },
      eks: { support: "standard" },
      review: { perItem: 750_000 },
      upkeep: [{ perMonth: 90_000_000 }],
      prices: [{ service: "s3-standard", price: 23_000 }],
    });
  });

  it("are all in the example of docs/estimation.md, which is read as it stands there", () => {
    const page = readFileSync(new URL("../../../docs/estimation.md", import.meta.url), "utf8");
    const [, example = ""] = /```yaml\n(costs:\n[^`]+)```/.exec(page) ?? [];
    const { costs } = parseYaml(PlatformConfig, `kind: PlatformConfig\n${example}`, "example");
    expect(Object.keys(costs).sort()).toEqual(Object.keys(RunCosts.shape).sort());
  });

  it("refuses a figure without its source, a tier twice, an unknown service, an image without a size", () => {
    const stated = "source: x, asOf: 2026-11-01";
    expect(problemsIn("  sharing: [{tier: a100-40, othersBusy: 0.6}]\n")).toEqual([
      expect.stringContaining("MissingKey | costs.sharing[0].source is missing"),
      expect.stringContaining("MissingKey | costs.sharing[0].asOf is missing"),
    ]);
    const row = `{tier: a100-40, othersBusy: 0.6, ${stated}}`;
    expect(problemsIn(`  sharing: [${row}, ${row}]\n`)).toEqual([
      "DuplicateName | costs.sharing names a tier twice | list each tier once",
    ]);
    expect(problemsIn(`  prices: [{service: s3-standart, price: 1 USD, ${stated}}]\n`)).toEqual([
      expect.stringContaining('did you mean "s3-standard"?'),
    ]);
    expect(problemsIn("  network: {nat: [image]}\n")).toEqual([
      'MissingKey | costs.network says "image" under nat and not how large the image is | add imageGB, or take "image" out of nat',
    ]);
  });
});
