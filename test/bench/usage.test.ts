import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

function bench(name: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`bench/${name}.ts`, ...args], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe.each(["placement", "calibration"])("bench/%s.ts", (name) => {
  it("says how it is used, and runs nothing", () => {
    const { status, stdout, stderr } = bench(name, "--help");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(new RegExp(`^usage: node bench/${name}\\.ts `));
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^example: node bench\//);
  });

  it.each([
    ["--fast", /^\w+: .*--fast/],
    ["nothing", /^\w+: .*"nothing"/],
  ])("refuses %s with exit 2 and its usage", (argument, message) => {
    const { status, stdout, stderr } = bench(name, argument);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr).toContain(`usage: node bench/${name}.ts`);
  });
});

describe("bench/placement.ts", () => {
  it("runs the part that is asked for, on as many jobs", () => {
    const { status, stdout } = bench("placement", "3", "brute");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^3 jobs, \d+ placements: 3 plans equal brute force\n$/);
  });

  it.each([["0"], ["1.5"], ["3", "brut"], ["3", "brute", "more"]])("refuses %s %s", (...args) => {
    expect(bench("placement", ...args).status).toBe(2);
  });
});
