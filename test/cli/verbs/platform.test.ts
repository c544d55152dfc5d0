import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { main } from "../../../cli/main.ts";
import { builtinPriceBook } from "../../../core/catalog/prices.ts";
import { platformCost } from "../../../core/platform/platform-cost.ts";
import { stackConfigOf } from "../../../core/platform/read-stack-config.ts";
import { fakeIo } from "../../support/io.ts";
import { stackValues } from "../../support/stack-values.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

function project(values = stackValues()): string {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "stacks"));
  writeFileSync(join(cwd, "Pulumi.yaml"), "name: tunekit\nstackConfigDir: stacks\n");
  writeFileSync(join(cwd, "stacks/Pulumi.dev.yaml"), stringify({ config: values }));
  return cwd;
}

const run = async (cwd: string, ...args: string[]) => {
  const io = fakeIo({ cwd });
  const exit = await main(["platform", "cost", ...args], io);
  return { exit, io, ...io.printed };
};

describe("tunekit platform cost", () => {
  it("prints with --json exactly what the stack's own cost is", async () => {
    const { exit, out, io } = await run(project(), "--stack", "dev", "--json");
    expect(exit).toBe(0);
    const cost = platformCost(
      stackConfigOf(stackValues()),
      builtinPriceBook(),
      io.now().toISOString(),
    );
    expect(JSON.parse(out)).toEqual({ stack: "dev", ...cost });
  });

  it("shows on a terminal every line with its price, date and source, and the sums", async () => {
    const { exit, out } = await run(project(), "--stack", "organisation/tunekit/dev");
    expect(exit).toBe(0);
    expect(out).toContain("idle            336.02 USD a month");
    expect(out).toContain("price book      builtin of 2026-11-23, us-east-1");
    expect(out).toMatch(
      /EKS control plane +730 +cluster-hour +0\.100000 +73\.00 USD +2026-03-01 +\[1\]/,
    );
    expect(out).toMatch(/gpu-24gb-spot at its limit of 4 GPUs: 4,806\.08 USD/);
    expect(out).toMatch(/\n\[1\] cloudburn\.io/);
  });

  it("says what has no price, and how to enter it", async () => {
    const cwd = project(stackValues({ "tunekit:registry": { storedGB: 10 } }));
    const { out } = await run(cwd, "--stack", "dev");
    expect(out).toContain("idle            unknown, at least 336.02 USD a month");
    expect(out).toContain("PriceStale: the price for s3-standard in us-east-1 has no date");
    expect(out).toContain("fix: enter it with tunekit:platform");
  });

  it("takes the prices of machines that the stack entered", async () => {
    const row = {
      region: "us-east-1",
      instanceType: "m7i.large",
      capacity: "on-demand",
      usdPerHour: "0.05 USD",
      asOf: "2026-11-01",
      source: "our contract",
    };
    const cwd = project(stackValues({ "tunekit:platform": { prices: [row] } }));
    const { exit, out } = await run(cwd, "--stack", "dev", "--json");
    expect(exit).toBe(0);
    const cost = JSON.parse(out);
    expect(cost.priceBook.id).toBe("builtin+tunekit.yaml");
    expect(cost.idle.lines).toContainEqual(
      expect.objectContaining({ unitPriceMicroUsd: 50_000, source: "our contract" }),
    );
  });

  it("works from a folder below the project", async () => {
    const { exit } = await run(join(project(), "stacks"), "--stack", "dev");
    expect(exit).toBe(0);
  });

  it("refuses a stack that is not there, with the nearest one", async () => {
    const { exit, err } = await run(project(), "--stack", "dve", "--json");
    expect(exit).toBe(2);
    expect(JSON.parse(err)).toMatchObject({
      code: "NoSuchStack",
      path: "stacks/Pulumi.dve.yaml",
      fix: 'did you mean "dev"?',
    });
  });

  it("says where it looked when there is no project", async () => {
    const { exit, err } = await run(temporaryFolder(), "--stack", "dev", "--json");
    expect(exit).toBe(2);
    expect(JSON.parse(err)).toMatchObject({ code: "NoPulumiProject" });
  });

  it("reports every problem of the stack file at once", async () => {
    const values = stackValues({ "aws:allowedAccountIds": ["12"], "tunekit:owner": "" });
    const { exit, err } = await run(project(values), "--stack", "dev", "--json");
    expect(exit).toBe(2);
    expect(JSON.parse(err).problems.map(({ path }: { path: string }) => path)).toEqual([
      "config.aws:allowedAccountIds[0]",
      "config.tunekit:owner",
    ]);
  });
});

describe("tunekit platform policy", () => {
  it("prints what the policy pack must be told: the stack's ceiling and region", async () => {
    const io = fakeIo({ cwd: project() });
    expect(await main(["platform", "policy", "--stack", "dev"], io)).toBe(0);
    const told = { ceilingUsdPerMonth: 10_000, region: "us-east-1" };
    expect(JSON.parse(io.printed.out)).toEqual({
      "gpu-pool-below-ceiling": told,
      "gpu-pools-below-ceiling": told,
    });
  });
});
