import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeProject, type TestProject } from "../support/project.ts";

/** Ninety examples: the gate allows a pilot and no more. The tests are one story and run in order. */
let folder: string;
let project: TestProject;
let pilotId: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tunekit-pilot-"));
  project = makeProject(folder, 90);
  const { exit, err } = await project.run("baseline", "job.yaml", "--prompts", "prompts.yaml");
  if (exit !== 0) throw new Error(err);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kinds = async () =>
  (await (await project.kit()).ledger.read()).entries.map(({ kind }) => kind);

describe("a job that the gate allows as a pilot only", () => {
  it("is planned with the way to start it", async () => {
    const planned = await project.run("plan", "job.yaml");
    expect(planned.exit).toBe(0);
    expect(planned.out).toContain(
      "gate: pilot (a part of the job may start: `tunekit submit --pilot`)",
    );
  });

  it("submit --dry-run gives the same document, and --pilot says that it is of the whole job", async () => {
    const planned = JSON.parse((await project.run("plan", "job.yaml", "--json")).out);
    const dry = await project.run("submit", "job.yaml", "--dry-run", "--pilot", "--json");
    expect(Object.keys(dry.json)).toEqual(Object.keys(planned));
    expect(dry.json).toMatchObject({ jobDigest: planned.jobDigest, estimate: planned.estimate });
    const inWords = await project.run("submit", "job.yaml", "--dry-run", "--pilot");
    expect(inWords.err).toBe(
      "this is the plan of the whole job; --pilot trains 25 % of its steps\n",
    );
  });

  it("is only told about where the team's mode is observe", async () => {
    const before = readFileSync(join(folder, "tunekit.yaml"), "utf8");
    project.edit(
      "tunekit.yaml",
      before.replace("- name: support", "- name: support\n    mode: observe"),
    );
    expect((await project.run("plan", "job.yaml")).out).toContain(
      "gate: pilot (recorded only, mode observe: the job may start)",
    );
    project.edit("tunekit.yaml", before);
  });

  it("does not start whole: exit 3, and nothing is recorded", async () => {
    const stopped = await project.run("submit", "job.yaml", "--json");
    expect(stopped.exit).toBe(3);
    expect(stopped.error.fix).toMatch(/^add --pilot: it trains 3 of the 12 steps/);
    expect((await project.run("submit", "job.yaml")).err).toContain("fix: add --pilot");
    expect(await kinds()).toEqual([]);
  });

  it("trains a quarter of the steps with --pilot, under the decision's caps", async () => {
    const done = await project.run("submit", "job.yaml", "--pilot", "--wait", "--json");
    expect(done).toMatchObject({
      exit: 0,
      json: { state: "succeeded", pilot: true, step: 3, plannedSteps: 3 },
    });
    pilotId = done.json.runId;
    const record = JSON.parse(
      readFileSync(join(project.store, `runs/support/${pilotId}/decision.json`), "utf8"),
    );
    const { entries } = await (await project.kit()).ledger.read();
    const started = entries.find(({ kind }) => kind === "started");
    expect(started).toMatchObject({ reserved: record.decision.caps.maxMicroUsd });
    expect(record.decision.caps.maxMicroUsd).toBeLessThan(record.decision.cost.highMicroUsd);
    expect((await project.run("status", pilotId)).out).toContain(
      "ticket-fields (pilot)  succeeded",
    );
  });

  it("again is the same run, and its decision replays", async () => {
    const again = await project.run("submit", "job.yaml", "--pilot", "--wait", "--json");
    expect(again.json).toMatchObject({ runId: pilotId, attempts: 1 });
    expect((await kinds()).sort()).toEqual(["decided", "settled", "started"]);
    const decision = `.tunekit/store/runs/support/${pilotId}/decision.json`;
    expect((await project.run("decide", decision, "--json")).json.replayed).toBe("equal");
  });

  it("is another run than the whole job, which a team that only watches may start", async () => {
    project.edit("tunekit.yaml", (text) =>
      text.replace("name: support", "name: support\n    mode: warn"),
    );
    const whole = await project.run("submit", "job.yaml", "--wait", "--json");
    expect(whole).toMatchObject({ exit: 0, json: { pilot: false, step: 12 } });
    expect(whole.json.runId).not.toBe(pilotId);
    const [adapter] = (await project.run("adapters", "list", "--json")).json;
    expect(adapter.versions).toHaveLength(2);
  });

  it("has at least one step", async () => {
    const job = readFileSync(join(folder, "job.yaml"), "utf8").replace("steps: 12", "steps: 2");
    writeFileSync(join(folder, "short.yaml"), job);
    const short = await project.run("submit", "short.yaml", "--pilot", "--wait", "--json");
    expect(short.json).toMatchObject({ pilot: true, step: 1, plannedSteps: 1 });
  });
});
