import { describe, expect, it } from "vitest";
import { noPlacement, noSuchMachine } from "../../../core/estimate/no-placement.ts";
import { placements } from "../../../core/estimate/placements.ts";
import { inputWith, LAPTOP } from "../../support/estimate-input.ts";

const TOWER = { ...LAPTOP, name: "tower", tier: "gpu-24gb", gpu: "RTX-4090", gpus: 2 };
const input = (
  placement: Record<string, unknown>,
  { model = "llama-3-8b", ...platform }: Record<string, unknown> = {},
) => inputWith({ placement, base: { model, revision: "main" } }, platform);

/** Every field of the refusal of a job that has no placement. */
function refusal(...args: Parameters<typeof input>) {
  const asked = input(...args);
  expect(placements(asked)).toEqual([]);
  const { error, ...fields } = noPlacement(asked).toJSON();
  expect([error, fields.code]).toEqual(["CatalogError", "NoPlacement"]);
  return fields;
}

describe("a job without a placement is told", () => {
  it("that the platform has none of its tiers", () => {
    expect(
      refusal({ tiers: ["h100-80", "a100-40"] }, { tiers: ["local-cpu", "gpu-24gb"] }),
    ).toEqual({
      code: "NoPlacement",
      path: "placement.tiers",
      message: "the platform has no tier of the job: h100-80, a100-40",
      fix: "take a tier that the platform offers: local-cpu, gpu-24gb",
    });
  });

  it("that nobody has entered an owned machine", () => {
    expect(refusal({ tiers: ["gpu-24gb"], capacity: ["owned"] })).toEqual({
      code: "NoPlacement",
      path: "placement.capacity",
      message: "nobody has entered an owned machine of gpu-24gb, and the job takes no rented one",
      fix: "allow on-demand or spot under placement.capacity, or describe the machine under owned in tunekit.yaml",
    });
  });

  it("how many GPUs the largest node has", () => {
    expect(refusal({ tiers: ["gpu-48gb", "h100-80"], gpuCount: 16 })).toEqual({
      code: "NoPlacement",
      path: "placement.gpuCount",
      message:
        "the job asks for 16 GPUs on one node, and the largest of gpu-48gb, h100-80, g6e.48xlarge, has 8",
      fix: "set placement.gpuCount to 8 or less, or allow a tier with larger nodes",
    });
    expect(placements(input({ tiers: ["gpu-48gb"], gpuCount: 8 }))).not.toEqual([]);
  });

  it("what host memory the weights take, what the largest machine has, and which tiers have more", () => {
    // 2 bytes for each of 405.9 billion parameters, and 2 GiB for the process
    expect(refusal({ tiers: ["gpu-32gb"] }, { model: "llama-3.1-405b" })).toEqual({
      code: "NoPlacement",
      path: "base.model",
      message: expect.stringMatching(
        /^loading llama-3\.1-405b takes 758\.\d GiB of host memory, and the largest of gpu-32gb, g7\.\d+xlarge, has \d+\.\d GiB$/,
      ),
      fix: expect.stringMatching(
        /^take a smaller base model, or allow a tier whose machines have more: .*a100-40/,
      ),
    });
  });
});

describe("a machine that a job cannot have is told to be", () => {
  const why = (name: string, ...args: Parameters<typeof input>) => {
    const asked = input(...args);
    expect(placements(asked).some(({ instanceType }) => instanceType === name)).toBe(false);
    const { path, message, fix } = noSuchMachine(name, asked);
    return [path, message, fix];
  };
  const own = { owned: [TOWER] };

  it.each([
    ["p4de.24xlarg", 'did you mean "p4de.24xlarge"?'],
    ["towr", 'did you mean "tower"?'],
    ["abacus", "list the known ones with `tunekit catalog instances` and `tunekit catalog prices`"],
  ])("unknown: %s", (name, fix) => {
    expect(why(name, { tiers: ["gpu-48gb"] }, own)).toEqual([
      "--instance",
      `neither the catalog nor the platform has a machine "${name}"`,
      fix,
    ]);
  });

  it("of a tier that the platform does not offer", () => {
    expect(why("p5.4xlarge", { tiers: ["gpu-48gb"] }, { tiers: ["gpu-48gb", "a100-40"] })).toEqual([
      "--instance",
      "the platform does not offer h100-80, the tier of p5.4xlarge",
      "add h100-80 to tiers in tunekit.yaml, or take a machine of gpu-48gb, a100-40",
    ]);
  });

  it("too small, although others of its tier are large enough", () => {
    expect(why("g6e.xlarge", { tiers: ["gpu-48gb"], gpuCount: 4 })).toEqual([
      "placement.gpuCount",
      "the job asks for 4 GPUs on one node, and g6e.xlarge has 1",
      "set placement.gpuCount to 1 or less, or allow a machine with larger nodes",
    ]);
    expect(why("g5.xlarge", { tiers: ["gpu-24gb"] })).toEqual([
      "base.model",
      expect.stringMatching(
        /^loading llama-3-8b takes 17\.0 GiB of host memory, and g5\.xlarge has 1\d\.\d GiB$/,
      ),
      "take a smaller base model, or a machine with more",
    ]);
  });

  it("had in a way that the job does not take", () => {
    expect(why("tower", { tiers: ["gpu-24gb"], capacity: ["spot", "on-demand"] }, own)).toEqual([
      "placement.capacity",
      "tower is owned, and the job takes spot or on-demand capacity",
      'add "owned" to placement.capacity',
    ]);
    expect(why("g5.2xlarge", { tiers: ["gpu-24gb"], capacity: ["owned"] }, own)).toEqual([
      "placement.capacity",
      "g5.2xlarge is rented, and the job takes owned capacity",
      "allow on-demand or spot under placement.capacity, or describe the machine under owned in tunekit.yaml",
    ]);
  });
});
