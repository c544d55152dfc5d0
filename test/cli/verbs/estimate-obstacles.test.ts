import { describe, expect, it } from "vitest";
import { joined, part } from "../../support/printed-part.ts";
import { makeProject, type TestProject } from "../../support/project.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A job for rented GPUs on a platform that has these and an H100. */
function rentedJob(model: string, changes: readonly [string, string][] = []): TestProject {
  const project = makeProject(temporaryFolder());
  project.edit("tunekit.yaml", (text) =>
    text.replace("tiers: [local-cpu]", "tiers: [local-cpu, gpu-24gb, gpu-48gb, h100-80]"),
  );
  const written: [string, string][] = [
    ["tunekit-tiny", model],
    ["r: 4, alpha: 8", "r: 16, alpha: 32"],
    ["tiers: [local-cpu]", "tiers: [gpu-24gb, gpu-48gb]"],
    ["capacity: [owned]", "capacity: [on-demand, spot]"],
    ...changes,
  ];
  project.edit("job.yaml", (text) =>
    written.reduce((before, [from, to]) => {
      if (!before.includes(from)) throw new Error(`the job has no "${from}"`);
      return before.replace(from, to);
    }, text),
  );
  return project;
}

/** Too large for the 24 GB and 48 GB cards of the job. */
const tooLarge = () => rentedJob("gemma-2-27b");
/** Unless a longer deadline is given, no card is fast enough. */
const tooLate = (tiers = "[gpu-24gb, h100-80]", deadline = "1 min") =>
  rentedJob("llama-3.1-8b", [
    ["tiers: [gpu-24gb, gpu-48gb]", `tiers: ${tiers}\n  deadline: ${deadline}`],
    ["[on-demand, spot]", "[on-demand]"],
  ]);
/** For which there is no spot price. */
const noPrice = () =>
  rentedJob("gemma-2-27b", [
    ["[gpu-24gb, gpu-48gb]", "[h100-80]"],
    ["[on-demand, spot]", "[spot]"],
  ]);

const head = (out: string): string => joined(out.split("\n\n")[0]?.split("\n") ?? []);
const VERBS = ["estimate", "plan"] as const;

describe.each(VERBS)("the head of what %s prints", (verb) => {
  it("says that the job may be late, where the price is known, and what to do", async () => {
    const { out } = await tooLate().run(verb, "job.yaml");
    expect(head(out)).toMatch(
      /where .* BUT DeadlineMissed: it may take up to (\d+ h )?\d+ min, and the deadline is 1 min fix raise placement\.deadline, allow a faster tier or more GPUs, or train fewer steps how /,
    );
  });

  it("says that nothing fits, by how much, and the way out with its figures", async () => {
    const { out } = await tooLarge().run(verb, "job.yaml");
    expect(head(out)).toMatch(
      /BUT DoesNotFitMemory: the job needs \d+\.\d GiB, \d+\.\d GiB more than the 44\.4 GiB of the L40S of g6e\.\w+; .* fix to make it fit: tier h100-80 \(p5\.4xlarge on-demand\) \(\d+\.\d GiB of 79\.2 GiB, \d+ min, \d\.\d\d USD\); far cheaper: method qlora \(.* USD, but learns differently\) how /,
    );
    expect(out).not.toContain("cheaper, but");
  });

  it("says why there is no price, and what to do", async () => {
    const { out } = await noPrice().run(verb, "job.yaml");
    expect(head(out)).toMatch(
      /BUT SpotUnavailable: no spot capacity is sold for p5\.4xlarge spot in us-east-1 fix allow on-demand/,
    );
    expect(out).toMatch(/cost:? +unknown/);
  });

  it("says nothing where nothing stands against it", async () => {
    const { out } = await tooLate("[h100-80]", "8 h").run(verb, "job.yaml");
    expect(out).not.toContain("BUT");
  });

  it("stays within 100 columns, whatever stands against it", async () => {
    for (const project of [tooLarge(), tooLate(), noPrice(), makeProject(temporaryFolder())]) {
      const { out, err } = await project.run(verb, "job.yaml");
      const lines = `${out}\n${err}`.split("\n");
      expect(lines.filter((line) => line.length > 100)).toEqual([]);
    }
  });
});

describe("tunekit estimate, where something stands against a placement", () => {
  it("says what decides for each tier, and what each change would need, take and cost", async () => {
    const { exit, out } = await tooLarge().run("estimate", "job.yaml");
    expect(exit).toBe(0); // `plan` refuses; an estimate is an answer
    expect(out).toMatch(/^usable .*: does-not-fit, \d+\.\d{3} GB too little$/m);
    expect(joined(part(out, "tiers of the platform"))).toMatch(
      /h100-80 \(not in the job\) fits: .* gpu-48gb does-not-fit: \S+ of 44\.4 GiB on g6e\.\w+; the largest part that a change could lower: weights in the blocks, \S+ GiB; to make it fit: tier h100-80 /,
    );
    const ladder = part(out, "what would make it fit gpu-48gb");
    expect(ladder[1]).toMatch(/^tier h100-80 \(p5\.4xlarge/);
    expect(ladder.some((line) => /^method qlora +\S+ of 44\.4 +fits .* learns$/.test(line))).toBe(
      true,
    );
  });

  it("names what is cheaper and only late", async () => {
    const late = tooLate("[gpu-24gb, h100-80]", "60 min");
    late.edit("job.yaml", (text) =>
      text.replace("steps: 12", "steps: 6000").replace("EverySteps: 4", "EverySteps: 2000"),
    );
    const { out } = await late.run("estimate", "job.yaml");
    expect(out).toMatch(/where +h100-80: p5\.4xlarge on-demand/);
    expect(joined(part(out, "cheaper, but"))).toMatch(
      /\d\.\d\d USD g6\.\S+ on-demand, us-east-1, 1 L4: it may take up to [\dhmin ]+, and the deadline is 1 h 0 min; raise/,
    );
  });

  it("takes the prices that the platform entered, and names the book by them", async () => {
    const project = rentedJob("llama-3.2-1b", [["[on-demand, spot]", "[spot]"]]);
    const ask = ["estimate", "job.yaml", "--instance", "g6e.xlarge", "--json"];
    const before = (await project.run(...ask)).json.chosen.estimate;
    expect([before.cost, before.unknowns[0].code]).toEqual([null, "PriceStale"]);
    const row =
      "{region: us-east-1, instanceType: g6e.xlarge, capacity: spot, usdPerHour: {low: 0.7, high: 0.9}, asOf: 2026-11-23, source: our spot history}";
    project.edit(
      "tunekit.yaml",
      (text) =>
        `${text.replace("{ owned: 36500 }", "{ owned: 36500, spot: 36500 }")}prices: [${row}]\n`,
    );
    const after = (await project.run(...ask)).json.chosen.estimate;
    expect(after.unknowns).toEqual([]);
    expect(after.cost).toMatchObject({ perHourMicroUsd: 800_000 });
    expect(after.cost.lines[0]).toMatchObject({ source: "our spot history", asOf: "2026-11-23" });
    expect(after.priceBook.id).toBe("builtin+tunekit.yaml");
    expect(after.priceBook.digest).not.toBe(before.priceBook.digest);
  });
});
