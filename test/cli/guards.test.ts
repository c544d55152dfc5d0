import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyProject, preparedProject, type TestProject } from "../support/project.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

let base: TestProject;
beforeAll(async () => {
  base = await preparedProject(mkdtempSync(join(tmpdir(), "tunekit-test-")));
});
afterAll(() => rmSync(base.folder, { recursive: true, force: true }));
const fresh = (): TestProject => copyProject(base, temporaryFolder());
const submit = (project: TestProject) => project.run("submit", "job.yaml", "--wait", "--json");

describe("a run is its data", () => {
  it("other data under the same name is another job, and needs its own prompt baseline", async () => {
    const project = fresh();
    expect((await submit(project)).exit).toBe(0);
    project.edit("tickets.jsonl", (text) => text.split("\n").slice(200).join("\n"));
    const plan = await project.run("plan", "job.yaml", "--json");
    const codes = plan.json.decision.reasons.map(({ code }: { code: string }) => code);
    expect(codes).toContain("PromptBaselineMissing");
    expect(codes).not.toContain("DuplicateRun");
  });

  it("the same data under another name is the same run, and the gate names what it made", async () => {
    const project = fresh();
    const first = await submit(project);
    project.edit("copy.jsonl", readFileSync(join(project.folder, "tickets.jsonl"), "utf8"));
    project.edit("job.yaml", (job) => job.replace("tickets.jsonl", "copy.jsonl"));
    expect((await submit(project)).json.runId).toBe(first.json.runId);
    const plan = await project.run("plan", "job.yaml", "--json");
    const [duplicate] = plan.json.decision.reasons;
    expect(duplicate.code).toBe("DuplicateRun");
    expect(duplicate.message).toContain(first.json.adapterVersion.slice(0, 12));
  });
});

describe("a check answers only for what it counted", () => {
  it("a job that allows less than the longest example is refused, although the data was checked before", async () => {
    const project = fresh();
    project.edit("job.yaml", (job) => job.replace(/maxLength: \d+/, "maxLength: 16"));
    const { exit, error } = await project.run("plan", "job.yaml", "--json");
    expect(exit).toBe(2);
    expect(error.code).toBe("AnswerCutAway");
  });
});

describe("this machine trains only what was judged for it", () => {
  const refusals: [code: string, find: string | RegExp, write: string][] = [
    ["StackNotHere", /^seed:/m, "stack: { packing: true }\nseed:"],
    ["SweepNotHere", /^seed:/m, "sweepRuns: 2\nseed:"],
    ["TeamUnknown", /^team: support/m, "team: suport"],
  ];

  it.each(refusals)("%s", async (code, find, write) => {
    const project = fresh();
    project.edit("job.yaml", (job) => job.replace(find, write));
    const { exit, error } = await submit(project);
    expect({ exit, code: error.code }).toEqual({ exit: 2, code });
    expect((await project.run("list", "--json")).json).toEqual([]);
  });

  it("NotThisMachine: a rented node's price is not recorded for a run that never left", async () => {
    const project = fresh();
    project.edit("tunekit.yaml", (text) =>
      text.replace("tiers: [local-cpu]", "tiers: [local-cpu, gpu-24gb]"),
    );
    project.edit("job.yaml", (job) =>
      job
        .replace(/tiers: \[.*\]/, "tiers: [gpu-24gb]")
        .replace(/capacity: \[.*\]/, "capacity: [on-demand]")
        .replace(/valuePerCorrectAnswer: .*/, "valuePerCorrectAnswer: 5 USD"),
    );
    const { exit, error } = await submit(project);
    expect({ exit, code: error.code }).toEqual({ exit: 2, code: "NotThisMachine" });
  });
});

describe("the prompt to beat", () => {
  it("is the best that anyone found, not the last one; the same text twice counts once", async () => {
    const project = fresh();
    const score = (await project.run("plan", "job.yaml", "--json")).json.decision.gain.prompt;
    project.edit(
      "prompts.yaml",
      "kind: PromptSearch\nprompts:\n  - { id: base, system: '' }\n  - { id: b, system: '' }\n  - { id: c, system: '' }\n",
    );
    const worse = await project.run("baseline", "job.yaml", "--prompts", "prompts.yaml", "--json");
    expect(worse.exit).toBe(0);
    expect(worse.json.promptsTried).toBe(1);
    expect((await project.run("plan", "job.yaml", "--json")).json.decision.gain.prompt).toBe(score);
  });

  it("is scored by the same label", async () => {
    const project = fresh();
    project.edit("job.yaml", (job) =>
      job.replace(/metric: .*/, "metric: label-accuracy\n  labelField: product"),
    );
    const { json } = await project.run("plan", "job.yaml", "--json");
    expect(json.decision.reasons[0].code).toBe("PromptBaselineMissing");
  });
});
