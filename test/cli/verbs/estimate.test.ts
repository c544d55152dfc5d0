import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeIo } from "../../support/io.ts";
import { part } from "../../support/printed-part.ts";
import { makeProject, type Ran, runCommand } from "../../support/project.ts";
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
      waysOut: [],
    });
  });

  it("says what is trained and left behind, and shows no share of more than all", async () => {
    const { out } = await cloud();
    expect(out).toMatch(/^ {2}adapter +41,943,040 trainable parameters, 160\.1 MiB as a file$/m);
    expect(out).toMatch(/^usable +\d+\.\d{3} {2,}22\.0 GiB: fits, \d+\.\d{3} GB to spare$/m);
  });

  it("is the same text and document whenever it is asked on one day", async () => {
    expect((await cloud()).out).toBe((await cloud()).out);
    expect((await cloud("--json")).out).toBe((await cloud("--json")).out);
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

  it("has help with an example", async () => {
    const { exit, out } = await makeProject(temporaryFolder()).run("estimate", "--help");
    expect(exit).toBe(0);
    expect(out).toContain("Examples:\n  tunekit estimate job.yaml");
  });
});
