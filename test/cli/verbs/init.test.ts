import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { main } from "../../../cli/main.ts";
import { findModel } from "../../../core/catalog/models.ts";
import { PlatformConfig } from "../../../core/spec/platform-config.ts";
import { PromptSearch } from "../../../core/spec/prompt-search.ts";
import { RunCosts } from "../../../core/spec/run-costs.ts";
import { TrainingJob } from "../../../core/spec/training-job.ts";
import { parseYaml } from "../../../core/spec/yaml.ts";
import { openProject } from "../../../sdk/project.ts";
import { fakeIo } from "../../support/io.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const read = (cwd: string, file: string) => readFileSync(join(cwd, file), "utf8");

async function started() {
  const io = fakeIo({ cwd: temporaryFolder() });
  expect(await main(["init"], io)).toBe(0);
  return io;
}

describe("tunekit init", () => {
  it("writes three files that the schemas accept and that fit together", async () => {
    const { cwd } = await started();
    const platform = parseYaml(PlatformConfig, read(cwd, "tunekit.yaml"), "tunekit.yaml");
    const job = parseYaml(TrainingJob, read(cwd, "job.yaml"), "job.yaml");
    const search = parseYaml(PromptSearch, read(cwd, "prompts.yaml"), "prompts.yaml");
    expect(platform.owned).toEqual([
      {
        name: "this-machine",
        tier: "local-cpu",
        capitalUsd: 1_200_000_000,
        lifeYears: 4,
        utilisation: 0.2,
        watts: 60,
        usdPerKwh: 300_000,
        asOf: "2026-11-24",
        source: "example figures of tunekit init, to be edited",
      },
    ]);
    expect(platform.tiers).toEqual(expect.arrayContaining(job.placement.tiers));
    expect(platform.teams.map(({ name }) => name)).toContain(job.team);
    expect(Object.keys(platform.models)).toContain(job.base.model);
    expect(findModel(job.base.model).id).toBe(job.base.model);
    expect(search.prompts.length).toBeGreaterThanOrEqual(platform.policy.minPromptsTried);
    expect(search.prompts.some(({ shots }) => shots > 0)).toBe(true);
    expect(openProject({ cwd }).configFile).toBe(join(cwd, "tunekit.yaml"));
  });

  it("shows every key of costs in an example that works once its # are gone", async () => {
    const { cwd } = await started();
    const text = read(cwd, "tunekit.yaml");
    const example = text.slice(text.indexOf("# costs:"), text.indexOf("# Folders with base"));
    const costs = `kind: PlatformConfig\n${example.replaceAll(/^# /gm, "")}`;
    const platform = parseYaml(PlatformConfig, costs, "tunekit.yaml");
    expect(Object.keys(platform.costs).sort()).toEqual(Object.keys(RunCosts.shape).sort());
    expect(platform.costs.prices[0]?.asOf).toBe("2026-11-24");
  });

  it("shows how to enter a price in an example that works once its # are gone", async () => {
    const { cwd } = await started();
    const text = read(cwd, "tunekit.yaml");
    const example = text.slice(text.indexOf("# prices:"), text.indexOf("# What a run costs"));
    const platform = `kind: PlatformConfig\n${example.replaceAll(/^# /gm, "")}`;
    expect(parseYaml(PlatformConfig, platform, "tunekit.yaml").prices).toEqual([
      {
        region: "us-east-1",
        instanceType: "g6e.xlarge",
        capacity: "on-demand",
        usdPerHour: 1_861_000,
        asOf: "2026-11-24",
        source: "price list of AWS",
      },
    ]);
  });

  it("marks every made-up figure in the files, and says so in the output", async () => {
    const io = await started();
    const figures =
      /^ *(capitalUsd|lifeYears|utilisation|watts|usdPerKwh|monthlyBudget|valuePerCorrectAnswer|requestsPerMonth|horizonMonths|changesPerYear|deploymentCost):/;
    const lines = [read(io.cwd, "tunekit.yaml"), read(io.cwd, "job.yaml")].join("\n").split("\n");
    const found = lines.filter((line) => figures.test(line));
    expect(found).toHaveLength(11);
    expect(found.filter((line) => !line.includes("# EXAMPLE"))).toEqual([]);
    expect(io.printed.out).toBe(`\
Wrote tunekit.yaml, job.yaml, prompts.yaml.

The figures marked EXAMPLE are made up: capital, life, power, utilisation and budget in tunekit.yaml,
value, volume and costs in job.yaml. Put in your own before you trust a decision.

Next
  1. put your examples into examples.jsonl:  tunekit check examples.jsonl
  2. write your prompts into prompts.yaml:   tunekit baseline job.yaml --prompts prompts.yaml
  3. see what the gate says:                 tunekit plan job.yaml
`);
  });

  it.each(["tunekit.yaml", "job.yaml", "prompts.yaml"])(
    "never writes over %s, and then writes nothing at all",
    async (file) => {
      const io = fakeIo({ cwd: temporaryFolder() });
      writeFileSync(join(io.cwd, file), "mine\n");
      expect(await main(["init"], io)).toBe(2);
      expect(io.printed.err).toBe(
        `error: the file is there already, and init never writes over one (${file}) [FileExists]\n` +
          "fix: move it away, or choose another folder: `tunekit init FOLDER`\n",
      );
      expect(readdirSync(io.cwd)).toEqual([file]);
      expect(read(io.cwd, file)).toBe("mine\n");
    },
  );

  it("refuses to start twice in one folder", async () => {
    const { cwd } = await started();
    expect(await main(["init"], fakeIo({ cwd }))).toBe(2);
  });

  it("makes the folder that it is given", async () => {
    const io = fakeIo({ cwd: temporaryFolder() });
    expect(await main(["init", "a/b"], io)).toBe(0);
    expect(readdirSync(join(io.cwd, "a/b")).sort()).toEqual([
      "job.yaml",
      "prompts.yaml",
      "tunekit.yaml",
    ]);
    expect(io.printed.out).toContain("Wrote a/b/tunekit.yaml, a/b/job.yaml, a/b/prompts.yaml.");
  });

  it("says so when the folder cannot be made", async () => {
    const io = fakeIo({ cwd: temporaryFolder() });
    writeFileSync(join(io.cwd, "taken"), "a file");
    expect(await main(["init", "taken", "--json"], io)).toBe(2);
    expect(JSON.parse(io.printed.err)).toEqual({
      error: "InputError",
      code: "FolderUnwritable",
      message: "the folder cannot be written (ENOTDIR)",
      fix: "choose another folder: `tunekit init FOLDER`",
      path: join(io.cwd, "taken"),
    });
  });

  it("says so, and ends, where no folder can ever be made", async () => {
    const io = fakeIo({ cwd: temporaryFolder() });
    expect(await main(["init", "/proc/tunekit"], io)).toBe(2);
    expect(io.printed.err).toContain("the folder cannot be written (ENOENT) (/proc/tunekit)");
    expect(io.printed.err).toContain("fix: choose another folder");
  });

  it("--dry-run shows the files and writes nothing, but still refuses what it would refuse", async () => {
    const io = fakeIo({ cwd: temporaryFolder() });
    expect(await main(["init", "--dry-run"], io)).toBe(0);
    expect(io.printed.out).toContain("--- job.yaml (not written)\n# One fine-tuning job.");
    expect(readdirSync(io.cwd)).toEqual([]);
    mkdirSync(join(io.cwd, "job.yaml"));
    expect(await main(["init", "--dry-run"], io)).toBe(2);
  });

  it("--json lists the files with their text, written or not", async () => {
    const cwd = temporaryFolder();
    const [dry, real] = [fakeIo({ cwd }), fakeIo({ cwd })];
    expect(await main(["init", "--dry-run", "--json"], dry)).toBe(0);
    expect(await main(["init", "--json"], real)).toBe(0);
    const [shown, written] = [JSON.parse(dry.printed.out), JSON.parse(real.printed.out)];
    expect(written).toEqual({ ...shown, written: true });
    expect(shown.written).toBe(false);
    expect(shown.files[1]).toEqual({
      name: "job.yaml",
      path: join(cwd, "job.yaml"),
      text: read(cwd, "job.yaml"),
    });
  });
});
