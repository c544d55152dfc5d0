import { describe, expect, it } from "vitest";
import { estimatePlacement } from "../../../core/estimate/estimate-placement.ts";
import { placements } from "../../../core/estimate/placements.ts";
import { planAmong, planPlacement } from "../../../core/estimate/plan-placement.ts";
import { VARIABLES } from "../../../core/spec/training-job.ts";
import { inputWith } from "../../support/estimate-input.ts";
import { observedRun } from "../../support/observed-run.ts";
import { randomPlanning } from "../../support/random-planning.ts";

/** The plan, or the code of the error. */
const outcome = (plan: () => unknown): unknown => {
  try {
    return plan();
  } catch (error) {
    return (error as { code: string }).code;
  }
};

/** `node bench/placement.ts` does the same with 10,000 jobs. */
const JOBS = 100;

describe("the search over placements", () => {
  it(`plans ${JOBS} random jobs as if every placement had been estimated`, () => {
    for (let seed = 1; seed <= JOBS; seed++) {
      const input = randomPlanning(seed);
      const searched = outcome(() => planPlacement(input));
      const estimated = outcome(() => planAmong(input, placements(input)));
      expect(searched, `job ${seed}`).toEqual(estimated);
    }
  });

  it.each([
    ["llama-3-8b", undefined],
    ["llama-3-8b", "45 min"],
    ["qwen2.5-14b", undefined],
    ["llama-3.1-70b", undefined],
  ])("plans %s with deadline %s over the catalog so", (model, deadline) => {
    const input = inputWith({
      base: { model, revision: "main" },
      training: { steps: 300, batchSize: 8, gradientAccumulation: 3, maxLength: 1024 },
      placement: {
        tiers: ["gpu-24gb", "gpu-48gb", "a100-40", "a100-80", "h100-80"],
        capacity: ["on-demand", "spot"],
        gpuCount: 4,
        vary: [...VARIABLES],
        ...(deadline ? { deadline } : {}),
      },
    });
    expect(planPlacement(input)).toEqual(planAmong(input, placements(input)));
  });

  it.each([
    { decides: "training", steps: 300, testExamples: 100, spread: 3 },
    { decides: "the evaluation", steps: 10, testExamples: 20_000, spread: 1.25 },
  ])(
    "takes the slower method that keeps the deadline over the faster one that may not, where $decides decides",
    ({ steps, testExamples, spread }) => {
      const settled = (method: string, wide: number) =>
        [1 / wide, 1, wide, 1 / wide, wide].map((ratio) => observedRun(ratio, { method }));
      const input = {
        ...inputWith(
          {
            training: { steps, batchSize: 4, maxLength: 1024 },
            placement: { tiers: ["gpu-48gb"], capacity: ["on-demand"], vary: ["method"] },
          },
          {},
          { testExamples },
        ),
        calibration: [...settled("lora", spread), ...settled("qlora", 1)],
      };
      const on = (method: string) =>
        placements(input)
          .filter(({ variant }) => variant.method === method)
          .map((placement) => estimatePlacement(input, placement).time);
      const [faster, surer] = [on("lora"), on("qlora")];
      const deadline = Math.max(...surer.map(({ high }) => high));
      expect(Math.min(...faster.map(({ high }) => high))).toBeGreaterThan(deadline);
      expect(Math.max(...faster.map(({ expected }) => expected))).toBeLessThan(
        Math.max(...surer.map(({ expected }) => expected)),
      );
      const { job } = input;
      const hurried = { ...input, job: { ...job, placement: { ...job.placement, deadline } } };
      const plan = planPlacement(hurried);
      expect(plan.chosen.placement.variant.method).toBe("qlora");
      expect(plan).toEqual(planAmong(hurried, placements(hurried)));
    },
  );

  it("does not depend on the order in which machines are listed", () => {
    for (let seed = 1; seed <= 40; seed++) {
      const input = randomPlanning(seed);
      const reversed = { ...input, instanceTypes: input.instanceTypes.toReversed() };
      expect(
        outcome(() => planPlacement(reversed)),
        `job ${seed}`,
      ).toEqual(outcome(() => planPlacement(input)));
    }
  });
});
