import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LedgerEntry } from "../../core/spec/ledger.ts";
import { makeProject, type Ran, type TestProject } from "../support/project.ts";

/**
 * The whole loop by the commands that a user types, on the stand-in trainer: the tests below are one story and run in
 * order. What the trainer itself does is proven by the conformance kit.
 */
let folder: string;
let project: TestProject;
let runId = "";
let version = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tunekit-loop-"));
  project = makeProject(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]): Promise<Ran> => project.run(...args);
const ledger = async (): Promise<LedgerEntry[]> =>
  (await (await project.kit()).ledger.read()).entries;
const kinds = async () => (await ledger()).map(({ kind }) => kind);
const stored = () => (existsSync(project.store) ? readdirSync(project.store) : []);

describe("before anything is trained", () => {
  it("plan stores nothing and refuses without a best prompt", async () => {
    const planned = await run("plan", "job.yaml", "--json");
    expect(planned.exit).toBe(3);
    expect(planned.json.decision.verdict).toBe("reject");
    expect(planned.json.decision.reasons[0].code).toBe("PromptBaselineMissing");
    expect(stored()).toEqual([]);
  });

  it("submit is refused by the gate: exit 3, in the ledger, nothing started", async () => {
    const refused = await run("submit", "job.yaml", "--json");
    expect(refused.exit).toBe(3);
    expect(refused.error.code).toBe("PromptBaselineMissing");
    expect(refused.error.fix).toContain("tunekit baseline");
    expect((await ledger()).map((entry) => entry.kind === "decided" && entry.verdict)).toEqual([
      "reject",
    ]);
    expect(stored()).not.toContain("runs");
    const inWords = await run("submit", "job.yaml");
    expect(inWords.exit).toBe(3);
    expect(inWords.err).toMatch(/gate: reject \(the job may not start\)[\s\S]*fix: /);
  });

  it("a job whose data check refuses: exit 2, in the ledger", async () => {
    const rows = readFileSync(join(folder, "tickets.jsonl"), "utf8").split("\n").slice(0, 20);
    writeFileSync(join(folder, "few.jsonl"), rows.join("\n"));
    project.edit(
      "few.yaml",
      readFileSync(join(folder, "job.yaml"), "utf8").replace("tickets", "few"),
    );
    const refused = await run("submit", "few.yaml", "--json");
    expect(refused.exit).toBe(2);
    expect(refused.error.code).toBe("TooFewExamples");
    expect(refused.error.path).toBe(join(folder, "few.jsonl"));
    expect(refused.error.message).toMatch(/\(and 1 more finding\)$/);
    const last = (await ledger()).at(-1);
    expect(last).toMatchObject({ kind: "check-refused", codes: ["TooFewExamples", "EmptySplit"] });
    expect((await run("check", "few.jsonl", "--json")).exit).toBe(2);
  });

  it("check freezes the split, and a dry run does not", async () => {
    const dry = await run(
      "check",
      "tickets.jsonl",
      "--base",
      "tunekit-tiny",
      "--dry-run",
      "--json",
    );
    const wet = await run("check", "tickets.jsonl", "--base", "tunekit-tiny", "--json");
    expect([dry.exit, wet.exit]).toEqual([0, 0]);
    expect(wet.json.dataset.digest).toBe(dry.json.dataset.digest);
    expect(wet.json.dataset.trainTokens.tokenizer).toBe("tunekit-tiny");
    const inWords = await run("check", "tickets.jsonl");
    expect(inWords.out).toContain(`dataset  ${wet.json.dataset.digest}`);
  });

  it("baseline tries every prompt and scores the best one once on the test split", async () => {
    const found = await run("baseline", "job.yaml", "--prompts", "prompts.yaml", "--json");
    expect(found.exit).toBe(0);
    expect(found.json).toMatchObject({ promptsTried: 3, baseScore: 0, testItems: 34 });
    expect(found.json.score).toBeGreaterThan(0.3);
    expect((await run("baseline", "job.yaml", "--prompts", "prompts.yaml")).out).toContain(
      "best prompt: instruction",
    );
  });
});

describe("training", () => {
  it("plan approves, and submit --dry-run is the same plan", async () => {
    const planned = await run("plan", "job.yaml", "--json");
    expect(planned.exit).toBe(0);
    expect(planned.json.decision).toMatchObject({ verdict: "approve", admitted: true });
    expect(planned.json.estimate.cost.expected).toBeGreaterThan(0);
    const dry = await run("submit", "job.yaml", "--dry-run", "--json");
    expect(dry.json.decision.verdict).toBe("approve");
    expect((await run("plan", "job.yaml")).out).toContain("gate: approve");
    expect(await kinds()).not.toContain("started");
  });

  it("submit --wait trains, publishes and settles", async () => {
    const done = await run("submit", "job.yaml", "--wait", "--json");
    expect(done.exit).toBe(0);
    expect(done.json).toMatchObject({ state: "succeeded", step: 12, attempts: 1, pilot: false });
    runId = done.json.runId;
    version = done.json.adapterVersion;
    expect(version).toMatch(/^[0-9a-f]{64}$/);
    expect((await kinds()).slice(-3).sort()).toEqual(["decided", "settled", "started"]);
  });

  it("the same job again is the same run: nothing is trained or counted twice", async () => {
    const before = await ledger();
    const again = await run("submit", "job.yaml", "--wait", "--json");
    expect(again.exit).toBe(0);
    expect(again.json).toMatchObject({ runId, adapterVersion: version, attempts: 1 });
    expect(await ledger()).toEqual(before);
    expect((await run("adapters", "list", "--json")).json[0].versions).toEqual([version]);
  });

  it("plan says that the job is done: exit 3", async () => {
    const planned = await run("plan", "job.yaml", "--json");
    expect(planned.exit).toBe(3);
    expect(planned.json.decision.reasons[0]).toMatchObject({ code: "DuplicateRun" });
    expect(planned.json.decision.reasons[0].message).toContain(runId);
  });

  it("list, status and logs show the run", async () => {
    const listed = await run("list", "--json");
    expect(listed.json).toHaveLength(1);
    expect(listed.json[0]).toMatchObject({ runId, state: "succeeded", plannedSteps: 12 });
    expect((await run("list")).out).toMatch(
      new RegExp(`${runId} +support +ticket-fields +succeeded`),
    );
    const nobody = await run("list", "--team", "nobody", "--json");
    expect(nobody).toMatchObject({ exit: 2, error: { code: "TeamUnknown", path: "--team" } });
    expect(nobody.error.fix).toBe("teams: support");
    const status = await run("status", runId.slice(0, 20).toLowerCase(), "--wait", "--json");
    expect(status.json).toMatchObject({ runId, adapterVersion: version });
    expect((await run("status", runId)).out).toContain(`adapter version ${version}`);
    expect((await run("logs", runId)).out).toContain('"status":"succeeded"');
    expect((await run("logs", runId, "--json")).json.runId).toBe(runId);
    const metrics = (await run("logs", runId, "--follow", "--json")).out.trim().split("\n");
    expect(
      metrics.map((line) => JSON.parse(line)).filter(({ split }) => split === "train"),
    ).toHaveLength(12);
    expect((await run("logs", runId, "--metrics")).out).toContain(
      "step 12  validation loss 0.08333",
    );
  });

  it("cancel has nothing left to stop: exit 2", async () => {
    const cancelled = await run("cancel", runId, "--json");
    expect(cancelled.exit).toBe(2);
    expect(cancelled.error.code).toBe("RunEnded");
    expect(cancelled.error.fix).toContain("tunekit status");
  });

  it("decide replays the stored decision byte for byte, and sees a changed one", async () => {
    const file = `.tunekit/store/runs/support/${runId}/decision.json`;
    const replayed = await run("decide", file, "--json");
    expect(replayed.exit).toBe(0);
    expect(replayed.json.replayed).toBe("equal");
    expect((await run("decide", file)).out).toContain(
      "equal to the stored decision, byte for byte",
    );
    const text = readFileSync(join(folder, file), "utf8");
    project.edit("forged.json", text.replace('"verdict":"approve"', '"verdict":"pilot"'));
    const forged = await run("decide", "forged.json", "--json");
    expect(forged.exit).toBe(2);
    expect(forged.error.code).toBe("ReplayDiffers");
    expect(forged.error.message).toContain("verdict");
    expect(forged.error.fix).toBe(
      "the record or its facts were changed after the decision; restore it",
    );
  });
});

describe("from version to champion", () => {
  it("a new version has no alias until somebody gives it one", async () => {
    const unknown = await run("evaluate", "ticket-fields", "--json");
    expect(unknown.exit).toBe(2);
    expect(unknown.error).toMatchObject({
      code: "UnknownVersion",
      fix: "`tunekit adapters list` shows its one version",
    });
    const moved = await run(
      "adapters",
      "promote",
      "ticket-fields",
      "--version",
      version.slice(0, 12),
      "--to",
      "candidate",
      "--json",
    );
    expect(moved.exit).toBe(0);
    expect(moved.json).toMatchObject({ alias: "candidate", version, generation: 1 });
    expect((await run("adapters", "list")).out).toContain("candidate");
  });

  it("verify and show read it back", async () => {
    const verified = await run("adapters", "verify", "ticket-fields", "--json");
    expect(verified).toMatchObject({ exit: 0, json: { version, problems: [] } });
    const shown = await run("adapters", "show", "ticket-fields", "--json");
    expect(shown.json.manifest.run).toMatchObject({ id: runId, completedSteps: 12 });
    expect((await run("adapters", "show", "ticket-fields")).out).toContain(
      "26,624 parameters".slice(6),
    );
  });

  it("the champion needs an evaluation: exit 3", async () => {
    const refused = await run("adapters", "promote", "ticket-fields", "--to", "champion", "--json");
    expect(refused.exit).toBe(3);
    expect(refused.error.code).toBe("PromotionRefused");
    expect(refused.error.message).toContain("no evaluation");
  });

  it("evaluate compares three arms, and again gives the stored report", async () => {
    const report = await run("evaluate", "ticket-fields", "--json");
    expect(report.exit).toBe(0);
    expect(report.json.verdict).toBe("pass");
    expect(report.json.arms.map(({ arm }: { arm: string }) => arm)).toEqual([
      "base",
      "prompted-base",
      "adapter",
    ]);
    const again = await run("evaluate", "ticket-fields", "--json");
    expect(again.json).toEqual(report.json);
    expect((await kinds()).filter((kind) => kind === "evaluated")).toHaveLength(1);
  });

  it("and a review by people: exit 3 before, 0 after", async () => {
    const refused = await run("adapters", "promote", "ticket-fields", "--to", "champion");
    expect(refused.exit).toBe(3);
    expect(refused.err).toContain("fix: run `tunekit review export`");
    const early = await run(
      "review",
      "import",
      "ticket-fields",
      "nothing.csv",
      "--rater",
      "ana",
      "--json",
    );
    expect(early).toMatchObject({ exit: 2, error: { code: "FileUnreadable" } });

    const sheets = await run(
      "review",
      "export",
      "ticket-fields",
      "--items",
      "8",
      "--out",
      "sheets",
      "--json",
    );
    expect(sheets).toMatchObject({ exit: 0, json: { files: ["sheets/sheet.csv"] } });
    const empty = await run(
      "review",
      "import",
      "ticket-fields",
      "sheets/sheet.csv",
      "--rater",
      "ana",
      "--json",
    );
    expect(empty).toMatchObject({ exit: 2, error: { code: "ReviewUnanswered" } });

    project.edit("sheets/sheet.csv", preferJson);
    const review = await run(
      "review",
      "import",
      "ticket-fields",
      "sheets/sheet.csv",
      "--rater",
      "ana",
      "--json",
    );
    expect(review).toMatchObject({ exit: 0, json: { items: 8, adapterWins: 8, baselineWins: 0 } });

    const platform = readFileSync(join(folder, "tunekit.yaml"), "utf8");
    project.edit("tunekit.yaml", `${platform}promotion: { minReviewedItems: 9 }\n`);
    const few = await run("adapters", "promote", "ticket-fields", "--to", "champion", "--json");
    expect(few).toMatchObject({ exit: 3, error: { code: "PromotionRefused" } });
    expect(few.error.message).toContain("The review has 8 items; fewer than 9");
    project.edit("tunekit.yaml", platform);

    const champion = await run(
      "adapters",
      "promote",
      "ticket-fields",
      "--to",
      "champion",
      "--json",
    );
    expect(champion).toMatchObject({
      exit: 0,
      json: { alias: "champion", version, previous: null },
    });
  });

  it("one version alone cannot be rolled back: exit 2", async () => {
    const refused = await run(
      "adapters",
      "rollback",
      "ticket-fields",
      "--alias",
      "champion",
      "--reason",
      "worse",
      "--json",
    );
    expect(refused).toMatchObject({ exit: 2, error: { code: "NothingToRollBack" } });
    expect(refused.error.fix).toContain("tunekit adapters promote");
  });

  it("a second version takes over an alias and gives it back", async () => {
    project.edit("job.yaml", (text) => text.replace("seed: 7", "seed: 8"));
    const second = (await run("submit", "job.yaml", "--wait", "--json")).json;
    expect(second.adapterVersion).not.toBe(version);
    await run(
      "adapters",
      "promote",
      "ticket-fields",
      "--version",
      second.adapterVersion,
      "--to",
      "candidate",
    );
    const back = await run(
      "adapters",
      "rollback",
      "ticket-fields",
      "--alias",
      "candidate",
      "--reason",
      "worse",
      "--json",
    );
    expect(back).toMatchObject({ exit: 0, json: { version, rollback: true, generation: 3 } });
    const kit = await project.kit();
    expect((await kit.adapters.history("ticket-fields")).map(({ kind }) => kind).sort()).toEqual(
      ["promoted", "promoted", "promoted", "published", "published", "rolled-back"].sort(),
    );
  });
});

describe("what finance reads", () => {
  it("report has the same totals in every format", async () => {
    const month = new Date().toISOString().slice(0, 7);
    const json = (await run("report", "--json")).json;
    expect(json.summary.spent.microUsd).toBe(
      (await ledger()).reduce(
        (sum, entry) => sum + (entry.kind === "settled" ? entry.actual : 0),
        0,
      ),
    );
    const spent = json.summary.spent.shown;
    const html = await run(
      "report",
      "--period",
      month,
      "--format",
      "html",
      "--out",
      "out/report.html",
      "--json",
    );
    expect(html).toMatchObject({ exit: 0, json: { period: month, format: "html" } });
    expect(readFileSync(join(folder, "out/report.html"), "utf8")).toContain(`${spent} USD`);
    await run("report", "--json", "--out", "out/report.json");
    const written = JSON.parse(readFileSync(join(folder, "out/report.json"), "utf8"));
    expect(written.summary.spent.shown).toBe(spent);
    const csv = (await run("report", "--format", "csv", "--team", "support")).out;
    expect(csv.split("\n")[0]).toContain("spent_usd");
    for (const id of [runId, version]) expect(csv).toContain(id);
    expect(csv).toContain("TooFewExamples");
  });
});

/** Fills the sheet as a rater who prefers an answer that is JSON. */
function preferJson(csv: string): string {
  return csv
    .split("\n")
    .map((line, index) => {
      if (index === 0 || !line.trim()) return line;
      const jsonFirst = line.indexOf('"{') < line.indexOf("I cannot tell.");
      return line.replace(/,,(\r?)$/, `,${jsonFirst ? "A" : "B"},$1`);
    })
    .join("\n");
}
