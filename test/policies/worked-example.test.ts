import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decideDocument } from "../../policies/decide-document.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

describe("the worked example of docs/cost-gate.md", () => {
  const page = read("docs/cost-gate.md");
  const path = "examples/gate/support-triage.json";
  const { decision } = decideDocument(read(path), path);

  it("decides as the page says", () => {
    expect(decision.verdict).toBe("approve");
    expect(decision.reasons.map(({ code }) => code)).toEqual(["EvaluationUnderpowered"]);
  });

  it("has the page's numbers", () => {
    const { gain, value } = decision;
    const usd = (micro = Number.NaN) =>
      `${(micro / 1e6).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ",")} USD`;
    const points = (share = Number.NaN) => (share * 100).toFixed(1);
    for (const figure of [
      `${points(gain?.mean)} ± ${points(gain?.sd)} points`,
      `= ${usd(value?.mu)}, σ = ${usd(value?.sigma)}`,
      `test rows ${usd(value?.sigmaEval)}`,
      `deploying is ${points(value?.requiredGain)} points`,
      `${points(value?.bar)} observed points; it passes with ${((value?.pDeploy ?? 0) * 100).toFixed(0)} %`,
      `**${usd(value?.nbWithBar)}**`,
      `break-even at 50,320 requests, payback in ${value?.paybackMonths?.toFixed(1)} months`,
    ]) {
      expect(page).toContain(figure);
    }
    expect(Math.ceil(value?.breakEvenRequests ?? 0)).toBe(50_320);
  });
});
