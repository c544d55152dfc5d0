import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readJob } from "../../cli/open-kit.ts";
import { jobDigest, jobDocument } from "../../core/spec/training-job.ts";
import { pinData } from "../../sdk/plan.ts";
import { runKeys } from "../../sdk/runs/run-records.ts";
import { copyProject, preparedProject, type TestProject } from "../support/project.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

let base: TestProject;
beforeAll(async () => {
  base = await preparedProject(mkdtempSync(join(tmpdir(), "tunekit-placed-")));
});
afterAll(() => rmSync(base.folder, { recursive: true, force: true }));

function projectWith(placement = "", rest = ""): TestProject {
  const project = copyProject(base, temporaryFolder());
  project.edit("job.yaml", (job) => `${job.trimEnd()}\n${placement}\n${rest}`);
  return project;
}

async function planOf(project: TestProject) {
  const { job } = readJob(project.io(), "job.yaml");
  return { job, plan: await (await project.kit()).plan(job, { folder: project.folder }) };
}

describe("a job that leaves nothing to the planner", () => {
  it("is planned as it is written: the same job, the same digest", async () => {
    const { job, plan } = await planOf(projectWith());
    const pinned = pinData(job, plan.dataset);
    expect(plan.job).toEqual(pinned);
    expect(plan.jobDigest).toBe(jobDigest(pinned));
  });
});

describe("a job that leaves a choice to the planner", () => {
  const VARY = "  vary: [microBatch, checkpointing]";

  it("is from then on the job that was placed: in the plan, in its digest, in the facts of the gate", async () => {
    const { job, plan } = await planOf(projectWith(VARY));
    const { variant } = plan.estimate.placement;
    expect(plan.job).toMatchObject({
      method: variant.method,
      training: {
        batchSize: variant.microBatch,
        gradientAccumulation: variant.gradientAccumulation,
      },
      stack: { checkpointing: variant.checkpointing },
      placement: { vary: [] },
    });
    expect(variant.microBatch * variant.gradientAccumulation).toBe(
      job.training.batchSize * job.training.gradientAccumulation,
    );
    expect(plan.jobDigest).toBe(jobDigest(plan.job));
    expect(plan.facts.job).toMatchObject({ digest: plan.jobDigest, method: variant.method });
    expect(plan.decision.job.digest).toBe(plan.jobDigest);
  });

  it("trains and records what was priced, and finds that run again", async () => {
    const project = projectWith(VARY);
    const { plan } = await planOf(project);
    const { json, exit, error } = await project.run("submit", "job.yaml", "--wait", "--json");
    expect({ exit, error }).toEqual({ exit: 0, error: undefined });
    const record = JSON.parse(
      readFileSync(join(project.store, runKeys("support", json.runId).job), "utf8"),
    );
    expect(record.job).toEqual(JSON.parse(JSON.stringify(jobDocument(plan.job))));
    expect(record.jobDigest).toBe(plan.jobDigest);
    const config = readFileSync(
      join(project.folder, ".tunekit/work", json.runId, "config.json"),
      "utf8",
    );
    expect(JSON.parse(config)).toMatchObject({
      checkpointing: plan.estimate.placement.variant.checkpointing,
      training: { batchSize: plan.estimate.placement.variant.microBatch },
    });
    const again = await project.run("submit", "job.yaml", "--wait", "--json");
    expect(again.json.runId).toBe(json.runId);
  });

  it("is asked of the base with the method that was placed", async () => {
    const project = projectWith("  vary: [method]");
    const { plan } = await planOf(project);
    const made = await project.run("baseline", "job.yaml", "--prompts", "prompts.yaml", "--json");
    expect(made.exit).toBe(0);
    const codes = (await planOf(project)).plan.decision.reasons.map(({ code }) => code);
    expect(codes).not.toContain("PromptBaselineMissing");
    expect(plan.job.method).toBe(plan.estimate.placement.variant.method);
  });
});
