import { describe, expect, it } from "vitest";
import { SpecError } from "../../../core/errors.ts";
import { parseSpec } from "../../../core/spec/parse.ts";
import { UseCase } from "../../../core/spec/use-case.ts";

const written = {
  name: "support-triage",
  owner: "ana@example.com",
  metric: "label-accuracy",
  valuePerCorrectAnswer: "0.05 USD",
  rationale: "an agent needs a minute for each mail",
  requestsPerMonth: 20_000,
  horizonMonths: 12,
  changesPerYear: 1,
  deploymentCost: "400 USD",
};

describe("UseCase", () => {
  it("assumes no saving, no hurdle and a perfect ceiling", () => {
    expect(parseSpec(UseCase, written)).toEqual({
      ...written,
      valuePerCorrectAnswer: 50_000,
      deploymentCost: 400_000_000,
      savingPerRequest: 0,
      ceiling: 1,
      minGain: 0,
    });
  });

  it.each(Object.keys(written))("has no default for %s: the owner writes it down", (key) => {
    const { [key as keyof typeof written]: _, ...rest } = written;
    expect(() => parseSpec(UseCase, rest)).toThrow(SpecError);
    expect(() => parseSpec(UseCase, rest)).toThrow(`${key} is missing`);
  });

  it("may stand on savings alone", () => {
    const savings = { ...written, valuePerCorrectAnswer: 0, savingPerRequest: "0.008 USD" };
    expect(parseSpec(UseCase, savings)).toMatchObject({
      valuePerCorrectAnswer: 0,
      savingPerRequest: 8_000,
    });
  });
});
