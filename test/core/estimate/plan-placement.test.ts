import { describe, expect, it } from "vitest";
import { planPlacement } from "../../../core/estimate/plan-placement.ts";
import { labelOf } from "../../../core/estimate/preference.ts";
import { inputWith } from "../../support/estimate-input.ts";

const on = (tiers: string[], changes: Record<string, unknown> = {}) =>
  inputWith({ placement: { tiers, ...changes } });
const model = (id: string, tiers: string[]) =>
  inputWith({ base: { model: id, revision: "main" }, placement: { tiers } });

describe("the plan", () => {
  it("takes the cheapest placement that fits, and lists the best of each other card", () => {
    const { chosen, others } = planPlacement(on(["gpu-24gb", "gpu-48gb", "a100-40"]));
    expect(chosen.memory.fit).toBe("fits");
    expect(labelOf(chosen)).toBe("g6.2xlarge on-demand, us-east-1, 1 L4");
    expect(others.map(({ label }) => label)).toEqual([
      "g5.2xlarge on-demand, us-east-1, 1 A10G",
      "g6e.xlarge on-demand, us-east-1, 1 L40S",
      "p4d.24xlarge on-demand, us-east-1, 1 A100-40GB",
    ]);
    const costs = [chosen, ...others.map(({ estimate }) => estimate)].map(
      ({ cost }) => cost?.expected ?? 0,
    );
    expect(costs).toEqual([...costs].sort((a, b) => a - b));
  });

  it("prefers a dearer card that fits to a cheaper one that does not", () => {
    const { chosen, others } = planPlacement(model("qwen2.5-14b", ["gpu-24gb", "gpu-48gb"]));
    expect(chosen.placement.tier).toBe("gpu-48gb");
    expect(chosen.unknowns).toEqual([]);
    expect(others.every(({ estimate }) => estimate.memory.fit === "does-not-fit")).toBe(true);
  });

  it("takes the nearest to fitting when none fits, and says so", () => {
    const { chosen } = planPlacement(model("llama-3.1-70b", ["gpu-24gb", "gpu-48gb"]));
    expect(chosen.placement.gpu).toBe("L40S");
    expect(chosen.unknowns[0]).toEqual({
      code: "DoesNotFitMemory",
      message: expect.stringMatching(
        /^the job needs 1\d\d\.\d GiB, \d+\.\d GiB more than the 44\.4 GiB of the L40S of g6e\.\w+; the largest part that a change could lower: weights/,
      ),
      fix: expect.stringMatching(
        /^to make it fit: tier h100-80 \(p5\.4xlarge on-demand\) and method qlora \(/,
      ),
    });
  });

  it("puts a placement without a price behind those with one", () => {
    const { chosen, others } = planPlacement(on(["gpu-48gb"], { capacity: ["spot", "on-demand"] }));
    expect(chosen.placement.capacity).toBe("on-demand");
    expect(others[0]?.estimate.cost).toBeNull();
  });

  it("says NoPlacement when the platform offers none of the tiers", () => {
    const input = inputWith({ placement: { tiers: ["h100-80"] } }, { tiers: ["local-cpu"] });
    expect(() => planPlacement(input)).toThrow(
      expect.objectContaining({
        code: "NoPlacement",
        message: "the platform has no tier of the job: h100-80",
        path: "placement.tiers",
        fix: "take a tier that the platform offers: local-cpu",
      }),
    );
  });

  it("takes a dearer card where the cheapest may miss the deadline, and says so", () => {
    const tiers = { tiers: ["gpu-24gb", "h100-80"] };
    const slow = planPlacement(on(tiers.tiers)).chosen;
    const { chosen, cheaper } = planPlacement(
      on(tiers.tiers, { deadline: Math.floor(slow.time.high) - 60 }),
    );
    expect(chosen.placement.gpu).not.toBe(slow.placement.gpu);
    expect(chosen.cost?.expected ?? 0).toBeGreaterThan(slow.cost?.expected ?? 0);
    expect(cheaper).toContainEqual({
      label: labelOf(slow),
      placement: slow.placement,
      costMicroUsd: slow.cost?.expected,
      obstacle: expect.objectContaining({ code: "DeadlineMissed" }),
    });
  });

  it("says of the one that is left that it may be late", () => {
    const { chosen } = planPlacement(on(["gpu-24gb"], { deadline: 60 }));
    expect(chosen.unknowns).toEqual([expect.objectContaining({ code: "DeadlineMissed" })]);
  });

  it("says of what is cheaper that it does not fit, and what it would cost", () => {
    const { chosen, cheaper } = planPlacement(model("qwen2.5-14b", ["gpu-24gb", "gpu-48gb"]));
    expect(cheaper.map(({ placement }) => placement.gpu)).toContain("L4");
    for (const { costMicroUsd, obstacle } of cheaper) {
      expect(obstacle.code).toBe("DoesNotFitMemory");
      expect(costMicroUsd).toBeLessThan(chosen.cost?.expected ?? 0);
    }
  });

  it("says of what has no price why, once for each kind", () => {
    const { cheaper } = planPlacement(on(["gpu-48gb"], { capacity: ["spot", "on-demand"] }));
    expect(cheaper).toEqual([
      {
        label: expect.stringMatching(/^g6e\.\w+ spot, us-east-1, 1 L40S$/),
        placement: expect.objectContaining({ capacity: "spot", gpu: "L40S" }),
        costMicroUsd: null,
        obstacle: expect.objectContaining({ code: "PriceUnknown" }),
      },
    ]);
  });

  it("names of a kind the cheapest with each single obstacle", () => {
    const vary = ["microBatch", "checkpointing"];
    const tiers = ["gpu-24gb", "h100-80"];
    const slow = planPlacement(on(["gpu-24gb"], { vary })).chosen;
    const deadline = Math.floor(slow.time.high) - 60;
    const { chosen, cheaper } = planPlacement(on(tiers, { vary, deadline }));
    expect(chosen.placement.gpu).toBe("H100-SXM");
    const rows = cheaper.map(({ placement, obstacle }) => [placement.gpu, obstacle.message]);
    const unsure = expect.stringMatching(/^the job may run out of memory/);
    const late = expect.stringMatching(/^it may take up to .* and the deadline is/);
    expect(rows).toEqual([
      ["L4", unsure],
      ["A10G", unsure],
      ["L4", late],
      ["A10G", late],
    ]);
    const costs = cheaper.map(({ costMicroUsd }) => costMicroUsd ?? 0);
    expect(costs.every((cost) => cost < (chosen.cost?.expected ?? 0))).toBe(true);
  });

  it("names of a kind that never fits the variant that is nearest to it, and no other", () => {
    const vary = ["microBatch", "checkpointing"];
    const input = inputWith({
      base: { model: "qwen2.5-14b", revision: "main" },
      placement: { tiers: ["gpu-24gb", "gpu-48gb"], vary },
    });
    const { cheaper } = planPlacement(input);
    const kinds = cheaper.map(({ placement }) => placement.gpu);
    expect(new Set(kinds).size).toBe(kinds.length);
    for (const { placement, obstacle } of cheaper) {
      expect(obstacle.code).toBe("DoesNotFitMemory");
      expect(placement.variant).toMatchObject({ microBatch: 1, checkpointing: "on" });
    }
  });

  it("does not say of others that they do not fit, when the chosen one does not either", () => {
    expect(planPlacement(model("llama-3.1-70b", ["gpu-24gb", "gpu-48gb"])).cheaper).toEqual([]);
  });

  it("changes what the job lets it change, when that makes a cheaper card fit, and names it", () => {
    const changes = { base: { model: "qwen2.5-14b", revision: "main" } };
    const placed = (vary: string[]) =>
      planPlacement(inputWith({ ...changes, placement: { tiers: ["gpu-24gb", "a100-80"], vary } }));
    const fixed = placed([]);
    const free = placed(["method", "microBatch"]);
    expect(fixed.chosen.placement.gpu).toBe("A100-80GB");
    expect(free.chosen.placement).toMatchObject({ tier: "gpu-24gb", variant: { method: "qlora" } });
    expect(free.chosen.cost?.expected ?? 0).toBeLessThan(fixed.chosen.cost?.expected ?? 0);
    const label = free.others.find(({ estimate }) => estimate.placement.tier === "gpu-24gb")?.label;
    expect(label).toContain("qlora");
  });
});
