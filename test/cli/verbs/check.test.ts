import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readJob } from "../../../cli/open-kit.ts";
import {
  makeProject,
  preparedProject,
  runCommand,
  type TestProject,
} from "../../support/project.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const audit = (project: TestProject, ...more: string[]) =>
  project.run("check", "tickets.jsonl", "--base", "tunekit-tiny", ...more);

async function planned(project: TestProject) {
  const { job, folder } = readJob(project.io(), "job.yaml");
  const { facts, decision } = await (await project.kit()).plan(job, { folder });
  return { audit: facts.dataset.audit, gain: decision.gain };
}

describe("tunekit check and Ctrl-C", () => {
  it.each([
    ["check", "tickets.jsonl"],
    ["plan", "job.yaml"],
    ["submit", "job.yaml"],
  ])("%s %s stops between two lines and stores nothing", async (verb, file) => {
    const project = makeProject(temporaryFolder());
    const controller = new AbortController();
    controller.abort();
    const stopped = await runCommand(project.io({ signal: controller.signal }), [verb, file]);
    expect(stopped.exit).toBe(1);
    expect(stopped.err).toContain("stopped; nothing is lost");
    expect(existsSync(project.store)).toBe(false);
  });
});

describe("what tunekit check prints", () => {
  it("gives near-duplicates the share that the finding below gives them, of every row that could be read", async () => {
    const project = makeProject(temporaryFolder());
    project.edit("tickets.jsonl", (text) => `${text.trimEnd()}\n${text.split("\n")[0]}\nno JSON\n`);
    const { out } = await project.run("check", "tickets.jsonl", "--dry-run");
    expect(out).toMatch(/\(1 invalid, 1 exact duplicate dropped\)/);
    const [, shown] = /near-duplicates +\d+ rows? \((.*) %\)/.exec(out) ?? [];
    const [, found] = /NearDuplicates: \d+ of \d+ rows \((.*) %\)/.exec(out) ?? [];
    expect(shown).toBe(found);
    expect(shown).toMatch(/^\d/);
  });
});

describe("tunekit check --audit", () => {
  it("stores who looked and what they found, and the gate expects the gain of audited examples", async () => {
    const project = await preparedProject(temporaryFolder());
    const before = await planned(project);
    expect(before.audit).toBeNull();
    expect((await audit(project)).out).toContain("audit    none: look at a sample");

    const checked = await audit(project, "--audit", "98/100", "--auditor", "ana", "--json");
    expect(checked.exit).toBe(0);
    expect(checked.json.dataset.audit).toMatchObject({ sampled: 100, correct: 98, by: "ana" });

    const after = await planned(project);
    expect(after.audit).toEqual({ sampled: 100, correct: 98 });
    // An unaudited example counts a quarter, one of 98 % right ones a whole (docs/cost-gate.md).
    expect(after.gain?.nEff).toBe(4 * (before.gain?.nEff ?? Number.NaN));
    expect(after.gain?.mean).toBeGreaterThan(before.gain?.mean ?? Number.NaN);
  });

  it("is kept by a later check that brings none, a dry run too", async () => {
    const project = makeProject(temporaryFolder());
    await audit(project, "--audit", "46/50", "--auditor", "ana");
    for (const more of [[], ["--dry-run"]]) {
      expect((await audit(project, ...more)).out).toMatch(
        /audit {4}46 of 50 right \(92 %\), by ana on \d{4}-\d\d-\d\d$/m,
      );
    }
    await audit(project, "--audit", "10/50", "--auditor", "ben", "--dry-run");
    expect((await audit(project, "--json")).json.dataset.audit.by).toBe("ana");
  });

  it("lets the gate refuse what was found wrong too often", async () => {
    const project = makeProject(temporaryFolder());
    await audit(project, "--audit", "89/100", "--auditor", "ana");
    const { json } = await project.run("plan", "job.yaml", "--json");
    expect(json.decision.reasons.map(({ code }: { code: string }) => code)).toContain(
      "DataQuality",
    );
  });

  const BOTH = "write both: --audit 98/100 --auditor ana";
  const COUNTS = "write how many rows were right, of how many: 98/100";
  const RESULT = "look at one row at least, and write how many were right, of how many: 98/100";
  it.each([
    [["--audit", "98/100"], "--auditor", BOTH],
    [["--auditor", "ana"], "--audit", BOTH],
    [["--audit", "98", "--auditor", "ana"], "--audit", COUNTS],
    [["--audit", "-1/100", "--auditor", "ana"], "--audit", COUNTS],
    [["--audit", "98.5/100", "--auditor", "ana"], "--audit", COUNTS],
    [["--audit", "101/100", "--auditor", "ana"], "--audit", RESULT],
    [["--audit", "0/0", "--auditor", "ana"], "--audit", RESULT],
    [["--audit", "98/100", "--auditor", " "], "--auditor", "name the person: --auditor ana"],
  ])("refuses %j: exit 2", async (flags, path, fix) => {
    const project = makeProject(temporaryFolder());
    const { exit, error } = await audit(project, ...flags, "--json");
    expect(exit).toBe(2);
    expect(error).toMatchObject({ code: "AuditWrong", path, fix });
  });
});
