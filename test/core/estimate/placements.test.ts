import { describe, expect, it } from "vitest";
import { placements } from "../../../core/estimate/placements.ts";
import { inputWith, LAPTOP } from "../../support/estimate-input.ts";

const names = (job: Record<string, unknown>, platform = {}) =>
  placements(inputWith(job, platform)).map(
    ({ instanceType, capacity }) => `${instanceType} ${capacity}`,
  );
const on = (placement: Record<string, unknown>, model = "llama-3-8b") => ({
  placement,
  base: { model, revision: "main" },
});

describe("placements", () => {
  it("are the machines of the tiers that both job and platform name", () => {
    expect(names(on({ tiers: ["a100-40", "a100-80"] }), { tiers: ["a100-80"] })).toEqual([
      "p4de.24xlarge on-demand",
    ]);
    expect(names(on({ tiers: ["a100-40"] }), { tiers: ["a100-80"] })).toEqual([]);
  });

  it("are one for each capacity type that the job allows", () => {
    expect(names(on({ tiers: ["a100-40"], capacity: ["spot", "on-demand"] }))).toEqual([
      "p4d.24xlarge spot",
      "p4d.24xlarge on-demand",
    ]);
  });

  it("leave out machines whose host memory cannot hold the weights while they load", () => {
    const large = names(on({ tiers: ["gpu-24gb"] }));
    expect(large).not.toContain("g5.xlarge on-demand");
    expect(large).toContain("g5.2xlarge on-demand");
    expect(names(on({ tiers: ["gpu-24gb"] }, "llama-3.2-1b"))).toContain("g5.xlarge on-demand");
  });

  it("need one node with all the GPUs of the job", () => {
    expect(names(on({ tiers: ["gpu-48gb"], gpuCount: 8 }))).toEqual(["g6e.48xlarge on-demand"]);
    expect(names(on({ tiers: ["gpu-48gb"], gpuCount: 16 }))).toEqual([]);
  });

  it("take the machine at hand whatever capacity the job names, priced or not", () => {
    const job = on({ tiers: ["local-cpu"] }, "smollm2-135m-instruct");
    expect(names(job)).toEqual(["laptop owned"]);
    expect(names(job, { owned: [] })).toEqual(["local-cpu owned"]);
  });

  it("take other owned machines only where the job allows owned capacity", () => {
    const owned = [{ ...LAPTOP, name: "tower", tier: "gpu-24gb", gpu: "RTX-4090", gpus: 2 }];
    const job = (capacity: string[], gpuCount = 1) =>
      on({ tiers: ["gpu-24gb"], capacity, gpuCount });
    expect(names(job(["on-demand"]), { owned })).not.toContain("tower owned");
    expect(placements(inputWith(job(["owned"]), { owned }))).toEqual([
      {
        tier: "gpu-24gb",
        capacity: "owned",
        provider: "owned",
        region: null,
        instanceType: "tower",
        gpu: "RTX-4090",
        gpuCount: 1,
        nodeGpus: 2,
        variant: { method: "lora", microBatch: 4, gradientAccumulation: 1, checkpointing: null },
      },
    ]);
    expect(names(job(["owned"], 4), { owned })).toEqual([]);
  });
});
