import { describe, expect, it } from "vitest";
import { type Problem, SpecError } from "../../../core/errors.ts";
import { PlatformConfig } from "../../../core/spec/platform-config.ts";
import { parseYaml } from "../../../core/spec/yaml.ts";

const parse = (text: string) => parseYaml(PlatformConfig, text, "tunekit.yaml");

function problemsIn(text: string): string[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return error.problems.map(
      ({ line, column, code, message, fix }: Problem) =>
        `${line}:${column} ${code} | ${message} | ${fix}`,
    );
  }
}

describe("PlatformConfig", () => {
  it("works with nothing but its kind, and then offers this machine under the strictest mode", () => {
    const config = parse("kind: PlatformConfig\n");
    expect(config).toMatchObject({ tiers: ["local-cpu"], owned: [], teams: [], models: {} });
    expect(parse("kind: PlatformConfig\nteams: [{name: support}]\n").teams).toEqual([
      { name: "support", mode: "enforce", monthlyBudget: null },
    ]);
  });

  it("refuses two teams of one name: one budget would hide the other", () => {
    const text =
      "kind: PlatformConfig\nteams: [{name: a}, {name: b}, {name: a, monthlyBudget: 5 USD}]\n";
    expect(problemsIn(text)).toEqual([
      "2:8 DuplicateName | teams has two teams with one name | list each team once, with its own name",
    ]);
  });

  it("has the thresholds of the decision framework as defaults", () => {
    expect(parse("kind: PlatformConfig\n").policy).toEqual({
      id: "default",
      version: "1",
      minExamples: 50,
      pilotExamples: 100,
      typicalExamples: 500,
      minPromptsTried: 3,
      baselineMaxAgeDays: 90,
      minAuditedQuality: 0.9,
      hurdle: 0,
      minChanceOfWin: 0.1,
      confidence: 0.95,
      discordantShare: 0.2,
      runCap: null,
      pilotShare: 0.25,
      explorationShare: 0,
      priceMaxAgeDays: { onDemand: 180, spot: 2, owned: 365, service: 365 },
      labelCostPerRow: null,
      decisionTtlHours: 24,
    });
  });

  it("has the thresholds of the promotion gate as defaults, and takes others", () => {
    const defaults = { evaluationMaxAgeDays: 90, minKappa: 0.4, minReviewedItems: 6 };
    expect(parse("kind: PlatformConfig\n").promotion).toEqual(defaults);
    expect(parse("kind: PlatformConfig\npromotion: {minKappa: 0.6}\n").promotion).toEqual({
      ...defaults,
      minKappa: 0.6,
    });
    expect(
      problemsIn("kind: PlatformConfig\npromotion: {minKapa: 0.6, minReviewedItems: 0}\n"),
    ).toEqual([
      '2:13 UnknownKey | unknown key "minKapa" in promotion | did you mean "minKappa"?',
      "2:45 TooSmall | promotion.minReviewedItems must be at least 1, not 0 | write a number that is at least 1",
    ]);
  });

  it("reads money and hardware", () => {
    const config = parse(`kind: PlatformConfig
owned:
  - name: workstation
    tier: local-cpu
    capitalUsd: 1200 USD
    lifeYears: 4
    utilisation: 0.2
    watts: 60
    usdPerKwh: 0.30 USD
    asOf: 2026-11-24
    source: invoice 17
policy: {runCap: 25 USD}
teams:
  - {name: support, mode: warn, monthlyBudget: 200 USD}
`);
    expect(config.owned[0]).toMatchObject({ capitalUsd: 1_200_000_000, usdPerKwh: 300_000 });
    expect(config.policy.runCap).toBe(25_000_000);
    expect(config.teams[0]).toEqual({ name: "support", mode: "warn", monthlyBudget: 200_000_000 });
  });

  it("lists every mistake at every level, in the order of the file", () => {
    const text = `kind: PlatformConfig
tiers: [local-cpu, gpu-24g]
owned:
  - name: box
    tier: local-cpu
    capital: 900
    lifeYears: 4
    utilisation: 1.5
    watts: 60
    usdPerKwh: 0.3
    asOf: yesterday
    source: example
policy:
  minExamples: 10
  runcap: 5
  priceMaxAgeDays: {ondemand: 3}
teams:
  - name: a
    mod: enforce
  - name: b
    mode: enforced
    monthlyBudget: lots
models: {a: 1}
`;
    expect(problemsIn(text)).toEqual([
      '2:20 WrongValue | tiers[1] cannot be "gpu-24g" | did you mean "gpu-24gb"? allowed: a100-40, a100-80, h100-80, gpu-24gb, gpu-32gb, gpu-48gb, local-cpu',
      '6:5 UnknownKey | unknown key "capital" in owned[0] | did you mean "capitalUsd"?',
      "8:18 TooBig | owned[0].utilisation must be at most 1, not 1.5 | write a number that is at most 1",
      '11:11 WrongValue | owned[0].asOf must be a date such as "2026-11-24", not "yesterday" | write a date such as "2026-11-24"',
      "14:16 TooSmall | policy.minExamples must be at least 50, not 10 | write a number that is at least 50",
      '15:3 UnknownKey | unknown key "runcap" in policy | did you mean "runCap"?',
      '16:21 UnknownKey | unknown key "ondemand" in policy.priceMaxAgeDays | did you mean "onDemand"?',
      '19:5 UnknownKey | unknown key "mod" in teams[0] | did you mean "mode"?',
      '21:11 WrongValue | teams[1].mode cannot be "enforced" | did you mean "enforce"? allowed: observe, warn, enforce',
      '22:20 WrongAmount | teams[1].monthlyBudget must be an amount of USD, zero or more, with at most six decimals, not "lots" | write it as "0.05 USD"',
      "23:13 WrongType | models.a must be text, not 1 | put it in quotes",
    ]);
  });
});
