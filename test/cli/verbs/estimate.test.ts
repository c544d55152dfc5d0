import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeProject, type TestProject } from "../../support/project.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** The machine at hand, and rented cards for money and as spot, of which the price book has no zone-free price. */
function manyPlacements(): TestProject {
  const project = makeProject(temporaryFolder());
  const more = (text: string) =>
    text.replace("tiers: [local-cpu]", "tiers: [local-cpu, gpu-24gb, gpu-48gb]");
  project.edit("tunekit.yaml", more);
  project.edit("job.yaml", (text) =>
    more(text).replace(
      "capacity: [owned]",
      "capacity: [owned, on-demand, spot]\n  region: us-east-1",
    ),
  );
  return project;
}

interface Placed {
  label: string;
  estimate: { cost: { expected: number; high: number } | null; unknowns: { code: string }[] };
}

describe("tunekit estimate", () => {
  it("prices every kind of machine that the job allows, the cheapest first and the unpriced last", async () => {
    const project = manyPlacements();
    const { exit, json } = await project.run("estimate", "job.yaml", "--json");
    expect(exit).toBe(0);
    const placements: Placed[] = json.placements;
    expect(placements.map(({ label }) => label).slice(0, 2)).toEqual([
      "this-machine owned, 1 cpu",
      "g6.xlarge on-demand, us-east-1, 1 L4",
    ]);
    const costs = placements.map(({ estimate }) => estimate.cost?.expected ?? Infinity);
    expect(costs).toEqual(costs.toSorted((a, b) => a - b));
    for (const { label, estimate } of placements) {
      expect([label, estimate.cost === null]).toEqual([label, label.includes("spot")]);
      expect(estimate.unknowns.map(({ code }) => code)).toEqual(
        label.includes("spot") ? ["PriceUnknown"] : [],
      );
    }
    expect(json.jobDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(json.datasetDigest).toMatch(/^[0-9a-f]{64}$/);
  });

  it("says in words why a placement has no price, what to do, and what was taken for granted", async () => {
    const { exit, out } = await manyPlacements().run("estimate", "job.yaml");
    expect(exit).toBe(0);
    expect(out).toMatch(/^1 {2}this-machine owned, 1 cpu +\S+ MiB of 11\.0 GiB +fits /m);
    expect(out).toMatch(/unknown +unknown {2}price book "builtin" has no price for g5\.16xlarge/);
    expect(out).toMatch(/PriceUnknown {2}add a price row.* \[5, 6, 7\]/);
    expect(out).toMatch(/checkpointing +off .* \[1\]/);
    expect(out).toMatch(/packing +false \(default of jobs\/trainer\)$/m); // the same on all: no numbers
  });

  it("puts what does not fit last, however cheap, and asks no gate", async () => {
    const project = manyPlacements();
    project.edit("tunekit.yaml", (text) => text.replace("memoryGiB: 12", "memoryGiB: 1.2"));
    const { exit, json } = await project.run("estimate", "job.yaml", "--json");
    expect(exit).toBe(0); // there is no baseline, so `plan` would refuse with 3
    expect((await project.run("plan", "job.yaml")).exit).toBe(3);
    expect(json.placements.at(-1)).toMatchObject({
      label: "this-machine owned, 1 cpu",
      estimate: { memory: { fit: "does-not-fit" } },
    });
    const { out } = await project.run("estimate", "job.yaml");
    expect(out).toMatch(/^7 {2}this-machine .* does-not-fit .* {2}it does not fit the memory$/m);
    expect(out).toMatch(/DoesNotFitMemory {2}take one of the cheaper shapes listed \[7\]/);
    expect(existsSync(project.store)).toBe(false);
  });

  it("has help with an example", async () => {
    const { exit, out } = await makeProject(temporaryFolder()).run("estimate", "--help");
    expect(exit).toBe(0);
    expect(out).toContain("Example:\n  tunekit estimate job.yaml");
  });
});
