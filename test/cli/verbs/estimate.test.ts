import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeIo } from "../../support/io.ts";
import { makeProject, type Ran, runCommand, type TestProject } from "../../support/project.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const CLOUD = join(import.meta.dirname, "../../../examples/cloud");

/** The example job for rented GPUs, on 2026-11-24 and without anything stored. */
const cloud = (...args: string[]): Promise<Ran> =>
  runCommand(fakeIo({ cwd: CLOUD }), [
    "estimate",
    "job.yaml",
    "--store",
    join(temporaryFolder(), "store"),
    ...args,
  ]);

/** A 27 B model: too large for the 24 GB and 48 GB cards of the job, and as spot without a price. */
function largeJob(): TestProject {
  const project = makeProject(temporaryFolder());
  project.edit("tunekit.yaml", (text) =>
    text.replace("tiers: [local-cpu]", "tiers: [local-cpu, gpu-24gb, gpu-48gb, h100-80]"),
  );
  project.edit("job.yaml", (text) =>
    text
      .replace("tunekit-tiny", "gemma-2-27b")
      .replace("r: 4, alpha: 8", "r: 16, alpha: 32")
      .replace("tiers: [local-cpu]", "tiers: [gpu-24gb, gpu-48gb]")
      .replace("capacity: [owned]", "capacity: [on-demand, spot]"),
  );
  return project;
}

/** The lines between a heading and the next empty line. */
function part(out: string, heading: string): string[] {
  const lines = out.split("\n");
  const start = lines.findIndex((line) => line.startsWith(heading));
  return lines.slice(start + 1, lines.indexOf("", start));
}
/** The number in a column of each line that has one there. */
const numbers = (lines: readonly string[], pattern: RegExp): number[] =>
  lines.flatMap((line) => {
    const [, number] = pattern.exec(line) ?? [];
    return number ? [Number(number)] : [];
  });
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe("tunekit estimate", () => {
  it("prints the best placement in full, then the others and the tiers", async () => {
    const { exit, out } = await cloud();
    expect(exit).toBe(0);
    await expect(out).toMatchFileSnapshot("golden/estimate-cloud.golden");
  });

  it("prints sums that can be checked by hand", async () => {
    const { out } = await cloud("--tier", "a100-80");
    const cost = part(out, "cost");
    const lines = cost.slice(
      1,
      cost.findIndex((line) => line.startsWith("total")),
    );
    const total = numbers(cost, /^total +(\d+\.\d{6})$/)[0] as number;
    expect(sum(numbers(lines, / (\d+\.\d{6}) +\[\d\]$/))).toBeCloseTo(total, 9); // to the micro-dollar
    for (const line of lines) {
      const [, hours, price, usd] =
        / (\d+\.\d{6}) +node-hour +(\d+\.\d{6}) +(\d+\.\d{6}) /.exec(line) ?? [];
      if (hours) expect(Math.abs(Number(hours) * Number(price) - Number(usd))).toBeLessThan(2e-5);
    }
    const memory = part(out, "memory");
    const terms = numbers(memory, /^(?!needs|usable|nvidia).* {2}(\d+\.\d{3}) +\d+\.\d %/);
    expect(terms.length).toBeGreaterThan(3);
    const needs = numbers(memory, /^needs +(\d+\.\d{3})/)[0] as number;
    expect(Math.abs(sum(terms) - needs)).toBeLessThanOrEqual(0.0005 * (terms.length + 1) + 1e-9);
    const time = part(out, "time");
    const parts = numbers(time, /^\S.* {2}(\d+\.\d{6}) {2}/);
    expect(parts.length).toBeGreaterThan(5);
    const all = numbers(time, /^ +total +(\d+\.\d{6})/)[0] as number;
    expect(Math.abs(sum(parts) - all)).toBeLessThanOrEqual(0.5e-6 * (parts.length + 1) + 1e-9);
  });

  it("stays within 100 columns, on cards, on a CPU and where nothing fits", async () => {
    const project = makeProject(temporaryFolder());
    const outputs = [
      await cloud(),
      await cloud("--tier", "a100-80"),
      await project.run("estimate", "job.yaml"),
      await largeJob().run("estimate", "job.yaml"),
    ];
    for (const { out } of outputs) {
      expect(out.split("\n").filter((line) => line.length > 100)).toEqual([]);
    }
  });

  it("gives all of it as one JSON document, money and bytes as integers", async () => {
    const { exit, json } = await cloud("--json");
    expect(exit).toBe(0);
    expect(Object.keys(json)).toEqual([
      "jobDigest",
      "datasetDigest",
      "schemaVersion",
      "chosen",
      "placements",
      "cheaper",
      "tiers",
    ]);
    expect(json.schemaVersion).toBe(1);
    expect(json.jobDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(json.datasetDigest).toMatch(/^[0-9a-f]{64}$/);
    const { memory, cost, nearest } = json.chosen.estimate;
    expect(memory.terms.length).toBeGreaterThan(3);
    for (const amount of [
      ...[memory.low, memory.expected, memory.high, memory.usableBytes, memory.mayShowBytes],
      ...[cost.low, cost.expected, cost.high, cost.strandedMicroUsd],
      ...cost.lines.map((line: { microUsd: number }) => line.microUsd),
    ]) {
      expect(amount).toBe(Math.round(amount));
    }
    expect(sum(cost.lines.map((line: { microUsd: number }) => line.microUsd))).toBe(cost.expected);
    expect(nearest.memory).toMatchObject({
      source: expect.any(String),
      distance: expect.any(Number),
    });
    expect(json.placements.map(({ label }: { label: string }) => label)).toContain(
      json.chosen.label,
    );
    expect(json.tiers.map(({ tier }: { tier: string }) => tier)).toEqual([
      "a100-40",
      "a100-80",
      "gpu-24gb",
      "gpu-48gb",
    ]);
    expect(json.tiers[0].ladder).toMatchObject({
      memory: { fit: "fits" },
      decides: { name: expect.any(String), movable: true },
      cheapest: null,
    });
  });

  it("is the same text and document whenever it is asked on one day", async () => {
    expect((await cloud()).out).toBe((await cloud()).out);
    expect((await cloud("--json")).out).toBe((await cloud("--json")).out);
  });

  it("says what decides where nothing fits, and what each change would need, take and cost", async () => {
    const { exit, out } = await largeJob().run("estimate", "job.yaml");
    expect(exit).toBe(0); // `plan` refuses; an estimate is an answer
    expect(out).toMatch(/^usable .*: does-not-fit$/m);
    expect(part(out, "tiers of the platform").join(" ").replace(/ +/g, " ")).toMatch(
      /h100-80 \(not in the job\) fits: .* gpu-48gb does-not-fit: \S+ of 44\.4 GiB on g6e\.\w+; the largest part that a change could lower: weights in the blocks, \S+ GiB; the cheapest change that fits: method qlora: .* USD; this changes what is learned/,
    );
    const ladder = part(out, "what would make it fit gpu-48gb");
    expect(ladder.some((line) => /^method qlora +\S+ of 44\.4 +fits .* changes/.test(line))).toBe(
      true,
    );
    expect(ladder.some((line) => /^tier h100-80 \(p5/.test(line))).toBe(true);
  });

  it("says why there is no price and what to do, and why what is cheaper is not taken", async () => {
    const project = largeJob();
    project.edit("job.yaml", (text) => text.replace("[on-demand, spot]", "[spot]"));
    const { out } = await project.run("estimate", "job.yaml", "--tier", "h100-80");
    expect(part(out, "cost: unknown").join(" ")).toMatch(
      /SpotUnavailable .*no spot capacity is sold for p5\.4xlarge spot in us-east-1; allow on-demand/,
    );
    const { out: both } = await largeJob().run("estimate", "job.yaml");
    expect(both).toMatch(
      /^cheaper, but\n {2}\d\.\d\d USD {2}g6\.\S+ on-demand, .*: the job needs/m,
    );
    expect(both).toMatch(/^ {2}no price +g6/m);
  });

  it("estimates the machine at hand: no nvidia-smi, and both of its rates", async () => {
    const project = makeProject(temporaryFolder());
    const { exit, out } = await project.run("estimate", "job.yaml");
    expect(exit).toBe(0);
    expect(out).toMatch(/^ {2}where +local-cpu: this-machine owned, 1 of 1 cpu$/m);
    expect(out).not.toContain("nvidia-smi");
    expect(out).toMatch(/^this-machine, power at 65 W: training +\d+\.\d{6} {2}kWh/m);
    expect(existsSync(project.store)).toBe(false); // nothing was written
  });

  it("looks at one tier or machine, in the job or not, and refuses both at once", async () => {
    expect((await cloud("--tier", "gpu-48gb", "--json")).json.chosen.label).toMatch(
      /^g6e\.xlarge /,
    );
    expect((await cloud("--instance", "p4d.24xlarge", "--json")).json.chosen.label).toBe(
      "p4d.24xlarge on-demand, us-east-1, 1 A100-40GB",
    );
    const wrong = await cloud("--instance", "p4d.24xlrage", "--json");
    expect([wrong.exit, wrong.error.code]).toEqual([2, "NoPlacement"]);
    expect(wrong.error.fix).toBe('did you mean "p4d.24xlarge"?');
    expect((await cloud("--tier", "h100-80", "--json")).error).toMatchObject({
      code: "NoPlacement",
      fix: "take a tier that the platform offers: gpu-24gb, gpu-48gb, a100-40, a100-80",
    });
    expect((await cloud("--tier", "h100")).exit).toBe(2);
    expect((await cloud("--tier", "gpu-48gb", "--instance", "g6e.xlarge")).exit).toBe(2);
  });

  it.each(["README.md", "docs/estimation.md", "examples/cloud/job.yaml"])(
    "works from the root as %s says",
    async (page) => {
      const root = join(CLOUD, "../..");
      const text = readFileSync(join(root, page), "utf8");
      const [, args = ""] = /npx tunekit (estimate examples\/[^`\n]+)/.exec(text) ?? [];
      const store = ["--store", join(temporaryFolder(), "store")];
      const { exit, out } = await runCommand(fakeIo({ cwd: root }), [...args.split(" "), ...store]);
      expect(exit).toBe(0);
      expect(out).toBe((await cloud()).out);
    },
  );

  it("takes the prices that the platform entered, and names the book by them", async () => {
    const project = largeJob();
    const ask = ["estimate", "job.yaml", "--instance", "g6e.xlarge", "--json"];
    project.edit("job.yaml", (text) =>
      text.replace("[on-demand, spot]", "[spot]").replace("gemma-2-27b", "llama-3.2-1b"),
    );
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

  it("has help with an example", async () => {
    const { exit, out } = await makeProject(temporaryFolder()).run("estimate", "--help");
    expect(exit).toBe(0);
    expect(out).toContain("Examples:\n  tunekit estimate job.yaml");
  });
});
