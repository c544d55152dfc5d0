import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canonicalJson, sha256 } from "../../core/digest.ts";
import type { AdapterManifest } from "../../core/spec/adapter.ts";
import { Prediction } from "../../core/spec/evaluation-job.ts";
import { readAttempts } from "../../sdk/local/attempt.ts";
import { type Workspace, workspace } from "../../sdk/local/workspace.ts";
import { startCommand } from "../support/command.ts";
import { copyProject, preparedProject, type TestProject } from "../support/project.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A trained version that nobody has evaluated; each test has a copy. */
let base: TestProject;
let folder: string;
let version = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tunekit-evaluate-"));
  base = await preparedProject(folder);
  version = (await base.run("submit", "job.yaml", "--wait", "--json")).json.adapterVersion;
  rmSync(join(folder, ".tunekit/work"), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function trained(stepMs = 0): TestProject {
  const project = copyProject(base, temporaryFolder());
  project.behave({ stepMs });
  return project;
}

const workOf = (project: TestProject) => join(project.folder, ".tunekit/work");

const evaluateAs = async (project: TestProject, requester: string) =>
  (await project.kit({ requester })).evaluate("ticket-fields", { version });

const evaluateCommand = (project: TestProject) =>
  startCommand(project, "evaluate", "ticket-fields", "--version", version, "--json");

const evaluatedEntries = async (project: TestProject) =>
  (await (await project.kit()).ledger.read()).entries.filter(({ kind }) => kind === "evaluated");

/** The folder in which the evaluator answers. */
function spaceOf(project: TestProject): Workspace {
  const names = existsSync(workOf(project)) ? readdirSync(workOf(project)) : [];
  const name = names.find((one) => one.startsWith("predict-"));
  return workspace(workOf(project), name ?? "none");
}

async function answering({ output }: Workspace): Promise<void> {
  const file = join(output, "predictions.jsonl");
  while (!existsSync(file) || readFileSync(file, "utf8") === "") await sleep(5);
}

const storedPredictions = (project: TestProject, key: string): Prediction[] =>
  readFileSync(join(project.store, key, "predictions.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => Prediction.parse(JSON.parse(line)));

describe("two evaluations of one version", () => {
  it("at once start one evaluator and store one report", async () => {
    const project = trained(40);
    const [ana, ben] = await Promise.all([evaluateAs(project, "ana"), evaluateAs(project, "ben")]);
    expect(ben).toEqual(ana);
    expect(readdirSync(join(project.store, "evaluations"))).toEqual([ana.report.id]);
    expect(readAttempts(spaceOf(project)).map(({ exit }) => exit?.code)).toEqual([0]);
    const entries = await evaluatedEntries(project);
    expect(entries.map(({ actor }) => actor)).toEqual([ana.report.by]);
    expect(storedPredictions(project, ana.key)).toHaveLength(3 * 34);
    expect(ana.report.predictionsDigest).toBe(
      sha256(readFileSync(join(project.store, ana.key, "predictions.jsonl"))),
    );
  });

  it("by two people are one, by the first of them", async () => {
    const project = trained();
    const ana = await evaluateAs(project, "ana");
    expect(ana.report.by).toBe("ana");
    expect(await evaluateAs(project, "ben")).toEqual(ana);
    expect((await evaluatedEntries(project)).map(({ actor }) => actor)).toEqual(["ana"]);
  });

  it("are one after the work folder was deleted, and sheets that were handed out stay good", async () => {
    const project = trained();
    const first = await evaluateAs(project, "ana");
    const handedOut = ["review", "export", "ticket-fields", "--version", version, "--items", "8"];
    const before = await project.run(...handedOut, "--out", "sheets", "--json");
    const answers = readFileSync(join(spaceOf(project).output, "predictions.jsonl"), "utf8");
    rmSync(workOf(project), { recursive: true });

    expect(await evaluateAs(project, "ana")).toEqual(first);
    const anew = readFileSync(join(spaceOf(project).output, "predictions.jsonl"), "utf8");
    expect(anew).not.toBe(answers); // answered again, and not as fast
    expect(first.report.testUses).toBe(1);
    expect(readdirSync(join(project.store, "evaluations"))).toEqual([first.report.id]);
    expect(await evaluatedEntries(project)).toHaveLength(1);
    const after = await project.run(...handedOut, "--out", "again", "--json");
    expect([before.exit, after.exit]).toEqual([0, 0]);
    expect(after.json.evaluationId).toBe(before.json.evaluationId);
    expect(readFileSync(join(project.folder, "again/sheet.csv"), "utf8")).toBe(
      readFileSync(join(project.folder, "sheets/sheet.csv"), "utf8"),
    );
  });

  it("keep every sheet that was handed out, in its file and in the key", async () => {
    const project = trained();
    await evaluateAs(project, "ana");
    const exportTo = (out: string, items: string) =>
      project.run(
        ...["review", "export", "ticket-fields", "--version", version],
        ...["--items", items, "--out", out, "--json"],
      );
    const sheet = join(project.folder, "sheets/sheet.csv");
    expect((await exportTo("sheets", "8")).exit).toBe(0);
    writeFileSync(sheet, readFileSync(sheet, "utf8").replaceAll(/,,\r?$/gm, ",tie,"));
    const filled = readFileSync(sheet, "utf8");
    expect(await exportTo("sheets", "8")).toMatchObject({
      exit: 2,
      error: {
        code: "FileExists",
        path: "sheets/sheet.csv",
        fix: "import it first and move it away, or write to another folder with --out",
      },
    });
    expect(readFileSync(sheet, "utf8")).toBe(filled);
    expect((await exportTo("fewer", "5")).exit).toBe(0);
    const imported = await project.run(
      ...["review", "import", "ticket-fields", "sheets/sheet.csv"],
      ...["--rater", "ana", "--version", version, "--json"],
    );
    expect(imported).toMatchObject({ exit: 0, json: { items: 8, ties: 8 } });
  });
});

describe.skipIf(process.platform !== "linux")("kill -9 during an evaluation", () => {
  it("of the command, and the same command at once: it waits for the evaluator that lives on", async () => {
    const project = trained(60);
    const killed = evaluateCommand(project);
    while (spaceOf(project).folder.endsWith("none")) await sleep(5);
    await answering(spaceOf(project));
    killed.child.kill("SIGKILL");
    const { exit, out } = await evaluateCommand(project).ended;
    expect(exit).toBe(0);
    expect(readAttempts(spaceOf(project)).map((attempt) => attempt.exit?.code)).toEqual([0]);
    const { id, testUses } = JSON.parse(out);
    expect(testUses).toBe(1);
    expect(storedPredictions(project, `evaluations/${id}`)).toHaveLength(3 * 34);
    expect((await killed.ended).exit).toBeNull();
  });

  it("of the evaluator: exit 1, and the next command goes on from there", async () => {
    const project = trained(60);
    const first = evaluateCommand(project);
    while (spaceOf(project).folder.endsWith("none")) await sleep(5);
    await answering(spaceOf(project));
    process.kill(-(readAttempts(spaceOf(project))[0]?.pid as number), "SIGKILL");
    expect((await first.ended).exit).toBe(1);
    const kept = readFileSync(join(spaceOf(project).output, "predictions.jsonl"), "utf8");
    const { exit, out } = await evaluateCommand(project).ended;
    expect(exit).toBe(0);
    const key = `evaluations/${JSON.parse(out).id}`;
    const text = readFileSync(join(project.store, key, "predictions.jsonl"), "utf8");
    expect(text.startsWith(kept.slice(0, kept.lastIndexOf("\n") + 1))).toBe(true);
    expect(storedPredictions(project, key)).toHaveLength(3 * 34);
    expect(await evaluatedEntries(project)).toHaveLength(1);
  });
});

describe("a manifest that somebody forged", () => {
  /** Evaluates a version whose manifest names its second file so. */
  async function evaluateForged(project: TestProject, path: string): Promise<unknown> {
    const versions = join(project.store, "adapters/ticket-fields/versions");
    const text = readFileSync(join(versions, version, "manifest.json"), "utf8");
    const manifest = JSON.parse(text) as AdapterManifest;
    (manifest.files[1] as AdapterManifest["files"][number]).path = path;
    const body = canonicalJson(manifest);
    mkdirSync(join(versions, sha256(body)));
    writeFileSync(join(versions, sha256(body), "manifest.json"), body);
    return (await project.kit()).evaluate("ticket-fields", { version: sha256(body) });
  }

  it("to write outside of its folder, or a hidden file, is refused", async () => {
    const project = trained();
    for (const path of ["../x", "/x", "a/x", "a\\x", ".x", "..", ""]) {
      await expect(evaluateForged(project, path), path).rejects.toMatchObject({
        code: "DocumentCorrupt",
        message: expect.stringContaining("files.1.path: must be a plain file name"),
      });
    }
    expect(existsSync(workOf(project))).toBe(false);
  });

  it("to write a file that is none of an adapter's is refused", async () => {
    const project = trained();
    await expect(evaluateForged(project, "sitecustomize.py")).rejects.toMatchObject({
      code: "AdapterFilesUnexpected",
      message: expect.stringContaining('"sitecustomize.py"'),
      fix: "publish the adapter again; nothing was written",
    });
    expect(existsSync(workOf(project))).toBe(false);
  });
});
