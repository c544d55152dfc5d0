import { describe, expect, it } from "vitest";
import { estimateDocument } from "../../../core/estimate/estimate-document.ts";
import { planPlacement } from "../../../core/estimate/plan-placement.ts";
import { inputWith } from "../../support/estimate-input.ts";

const input = inputWith(
  {
    base: { model: "qwen2.5-14b", revision: "main" },
    placement: { tiers: ["gpu-24gb", "gpu-48gb"], capacity: ["on-demand", "spot"] },
  },
  { tiers: ["gpu-24gb", "gpu-48gb", "a100-80", "local-cpu"] },
);

describe("the estimate of a job", () => {
  it("is the planner's choice, with the nearest measured runs, among the best of each kind", () => {
    const { chosen, placements, cheaper } = estimateDocument(input);
    const planned = planPlacement(input);
    expect({ ...chosen.estimate, nearest: null }).toEqual(planned.chosen);
    expect(cheaper).toEqual(planned.cheaper);
    expect(placements).toHaveLength(1 + planned.others.length);
    expect(placements).toContain(chosen);
    expect(placements.every(({ estimate }) => estimate.nearest !== null)).toBe(true);
  });

  it("names the chosen machine with what is changed of the job there, as it does the others", () => {
    const { job } = input;
    const placement = { ...job.placement, vary: ["method" as const], tiers: ["gpu-24gb" as const] };
    const { chosen, placements } = estimateDocument({ ...input, job: { ...job, placement } });
    expect(chosen.label).toMatch(/^g6\.\w+ on-demand, us-east-1, 1 L4, qlora$/);
    expect(placements.map(({ label }) => label)).toContain(chosen.label);
  });

  it("lists the cheapest first, then what has no price, then what cannot run", () => {
    const shown = estimateDocument(input).placements.map(({ estimate }) => estimate);
    const groups = Object.entries(Object.groupBy(shown, ({ memory }) => memory.fit));
    expect(groups.map(([fit]) => fit)).toEqual(["fits", "does-not-fit"]);
    expect(shown.map(({ memory }) => memory.fit)).toEqual(
      groups.flatMap(([fit, its]) => (its ?? []).map(() => fit)),
    );
    for (const [, its] of groups) {
      const costs = (its ?? []).map(({ cost }) => cost?.expected ?? Number.MAX_SAFE_INTEGER);
      expect(costs).toEqual(costs.toSorted((a, b) => a - b));
    }
  });

  it("says for each tier of the platform whether the job fits as it is written", () => {
    const { tiers } = estimateDocument(input);
    expect(tiers.map(({ tier, ofJob, ladder }) => [tier, ofJob, ladder?.memory.fit])).toEqual([
      ["a100-80", false, "fits"],
      ["gpu-24gb", true, "does-not-fit"],
      ["gpu-48gb", true, "fits"],
      ["local-cpu", false, "does-not-fit"],
    ]);
    expect(tiers[1]?.ladder?.waysOut[0]?.changes).toHaveLength(1);
  });

  it("has no ladder for a tier of which no machine is on offer", () => {
    const owned = inputWith({ placement: { tiers: ["gpu-48gb"], capacity: ["owned"] } });
    const platform = { ...owned.platform, tiers: ["gpu-48gb" as const, "local-cpu" as const] };
    const job = {
      ...owned.job,
      placement: { ...owned.job.placement, tiers: ["local-cpu" as const] },
    };
    expect(estimateDocument({ ...owned, platform, job }).tiers).toMatchObject([
      { tier: "gpu-48gb", ladder: null },
      { tier: "local-cpu", ladder: expect.anything() },
    ]);
  });

  it("looks at a tier that the job does not name", () => {
    const { chosen, placements } = estimateDocument(input, { tier: "a100-80" });
    expect(chosen.estimate.placement).toMatchObject({ tier: "a100-80", gpu: "A100-80GB" });
    expect(placements.every(({ estimate }) => estimate.placement.tier === "a100-80")).toBe(true);
  });

  it("looks at one kind of machine, whatever its tier", () => {
    const { chosen } = estimateDocument(input, { instance: "p4de.24xlarge" });
    expect(chosen.estimate.placement).toMatchObject({
      instanceType: "p4de.24xlarge",
      capacity: "on-demand",
    });
    expect(estimateDocument(input, { instance: "laptop" }).chosen.label).toBe(
      "laptop owned, 1 cpu",
    );
  });

  it("names the machine that was meant, or why a known one cannot be had", () => {
    const asking = (instance: string) => () => estimateDocument(input, { instance });
    expect(asking("p4de.24xlarg")).toThrow(
      expect.objectContaining({ code: "NoPlacement", fix: 'did you mean "p4de.24xlarge"?' }),
    );
    expect(asking("p5.4xlarge")).toThrow(
      expect.objectContaining({
        code: "NoPlacement",
        message: "the platform does not offer h100-80, the tier of p5.4xlarge",
        path: "--instance",
      }),
    );
  });

  it("says NoPlacement for a tier that the platform has not", () => {
    expect(() => estimateDocument(input, { tier: "h100-80" })).toThrow(
      expect.objectContaining({
        code: "NoPlacement",
        fix: "take a tier that the platform offers: gpu-24gb, gpu-48gb, a100-80, local-cpu",
      }),
    );
  });
});
